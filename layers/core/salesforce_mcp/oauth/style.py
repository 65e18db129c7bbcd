"""How our pages look: one column, light and dark, no picture, no font and no script from anywhere."""

STYLE = """
:root { color-scheme: light dark; --ink: #14202e; --quiet: #526071; --paper: #eef2f7; --card: #ffffff; --line: #d3dbe5;
  --deed: #0b5cab; --deed-hover: #084a8c; --deed-ink: #ffffff; --tint: #eaf3fc; --good: #1d6b3a; --good-paper: #e3f5e9;
  --bad: #a3261c; --bad-paper: #fdeae8; --warn: #6d4300; --warn-paper: #fff3d9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9eff6; --quiet: #a7b4c4; --paper: #0d131b; --card: #17202c;
  --line: #344153; --deed: #7cbcf8; --deed-hover: #a5d1fb; --deed-ink: #0b1a2a; --tint: #1c2f44; --good: #8fdcab;
  --good-paper: #14301f; --bad: #ffb0a8; --bad-paper: #3a1a17; --warn: #ffd88c; --warn-paper: #33270e; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 37rem; margin: 3vh auto; padding: 1.75rem; background: var(--card); border: 1px solid var(--line);
  border-top: 4px solid var(--deed); border-radius: 14px; overflow-wrap: anywhere; }
main.good { border-top-color: var(--good); } main.bad { border-top-color: var(--bad); }
.brand { margin: 0 0 1.1rem; color: var(--quiet); font-size: .85rem; letter-spacing: .02em; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; text-wrap: balance; }
h2 { margin: 1.6rem 0 .4rem; font-size: 1.08rem; line-height: 1.35; }
p { margin: .7rem 0; } .lead { font-size: 1.08rem; } small { display: block; color: var(--quiet); font-size: .875rem; }
dl.facts { margin: 1rem 0; border-top: 1px solid var(--line); }
dl.facts dt { padding-top: .55rem; color: var(--quiet); font-size: .875rem; }
dl.facts dd { margin: 0; padding-bottom: .55rem; border-bottom: 1px solid var(--line); }
dt { color: var(--quiet); font-size: .875rem; } dd { margin: 0 0 .6rem; }
fieldset { margin: 1.25rem 0; padding: 0; border: 0; } legend { padding: 0; font-weight: 600; }
label { display: block; padding: .4rem 0; }
.choice { display: flex; gap: .75rem; margin-top: .5rem; padding: .75rem .9rem; border: 1px solid var(--line);
  border-radius: 10px; cursor: pointer; }
.choice strong { font-weight: 600; } .choice:has(:checked) { border-color: var(--deed); background: var(--tint); }
.choice input { flex: none; width: 1.15rem; height: 1.15rem; margin: .2rem 0 0; accent-color: var(--deed); }
.field { margin-top: .5rem; font-size: .95rem; }
input[type=text] { width: 100%; min-height: 44px; margin-top: .25rem; padding: .55rem .75rem; font: inherit;
  font-size: 1rem; color: inherit; background: var(--card); border: 1px solid var(--quiet); border-radius: 8px; }
.buttons { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: 1.25rem; }
button, .go { display: inline-block; min-height: 44px; padding: .6rem 1.3rem; font: inherit; font-weight: 600;
  line-height: 1.4; color: var(--ink); background: transparent; border: 1px solid var(--quiet); border-radius: 10px;
  cursor: pointer; text-align: center; text-decoration: none; }
button.main, a.go { color: var(--deed-ink); background: var(--deed); border-color: var(--deed); }
button.main:hover, a.go:hover { background: var(--deed-hover); border-color: var(--deed-hover); }
a { color: var(--deed); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--deed); outline-offset: 2px; }
.warning, .state { padding: .7rem 1rem; border-radius: 10px; }
.warning { color: var(--warn); background: var(--warn-paper); }
.state { color: var(--good); background: var(--good-paper); }
.quiet { color: var(--quiet); font-size: .9rem; }
.card { margin-top: 1rem; padding: .25rem 1.1rem 1.1rem; border: 1px solid var(--line); border-radius: 10px; }
.card h2 { margin-top: .85rem; }
code { font: .9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.copy { display: block; padding: .6rem .8rem; background: var(--paper); border: 1px solid var(--line);
  border-radius: 8px; user-select: all; white-space: pre-wrap; }
details { border-bottom: 1px solid var(--line); } summary { padding: .8rem 0; font-weight: 600; cursor: pointer; }
details ol { margin: 0 0 1rem; padding-left: 1.3rem; } details li { margin-bottom: .4rem; }
@media (min-width: 40rem) { dl.facts { display: grid; grid-template-columns: 11rem 1fr; }
  dl.facts dt { padding: .65rem 0; border-bottom: 1px solid var(--line); } dl.facts dd { padding: .55rem 0; } }
@media (max-width: 30rem) { body { padding: .5rem; } main { margin: 0 auto; padding: 1.15rem; }
  h1 { font-size: 1.3rem; } .buttons > *, .go { width: 100%; } }
@media (forced-colors: active) { .choice:has(:checked) { outline: 2px solid Highlight; } }
"""
