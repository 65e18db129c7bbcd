"""Write the generated pages of docs/, or with --check fail when one is not as it would be written."""

import sys
from dataclasses import fields
from pathlib import Path

import emulator_page

from salesforce_mcp.local import stdio
from salesforce_mcp.mcp_server import errors_page
from salesforce_mcp.settings import Settings
from salesforce_mcp.tools import listing

DOCS = Path(__file__).parent


def settings_page() -> str:
    rows = [
        f"| `{setting.metadata['variable']}` | {_shown(setting.default)} | {setting.metadata['meaning']} |"
        for setting in fields(Settings)
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            "Environment variables, read once at start. On AWS the template sets them from its parameters;",
            "secrets never stand in the environment, only their names.",
            "",
            "| variable | default | meaning |",
            "| --- | --- | --- |",
            *rows,
            "",
            *_on_a_pipe(),
        ]
    )


def _on_a_pipe() -> list[str]:
    ways = [f"| {', '.join(f'`{name}`' for name in names)} | {sign_in.__doc__} |" for names, sign_in in stdio.WAYS_IN]
    return [
        "## salesforce-mcp stdio",
        "",
        "A server that a client on the same machine starts has no pages to sign in on: its environment holds what one",
        "person signs in with. The first row counts whose variables are all set. `SALESFORCE_LOGIN_URL` says where,",
        "`SALESFORCE_FILES` in which folder bulk jobs and exports leave their files (default: `~/.salesforce-mcp`).",
        "",
        "| variables | sign-in |",
        "| --- | --- |",
        *ways,
        "",
    ]


def _shown(default: object) -> str:
    if default in ("", ()):
        return "none"
    if isinstance(default, tuple):
        return f"`{','.join(default)}`"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


PAGES = {
    "emulator.md": emulator_page.page,
    "errors.md": errors_page.page,
    "settings.md": settings_page,
    "tools.md": listing.page,
}


def main() -> int:
    stale = [name for name, page in PAGES.items() if _text(DOCS / name) != page()]
    if "--check" not in sys.argv:
        for name in stale:
            (DOCS / name).write_text(PAGES[name]())
        return 0
    for name in stale:
        sys.stderr.write(f"docs/{name} is not up to date: run `make docs` and commit it\n")
    return 1 if stale else 0


def _text(page: Path) -> str:
    return page.read_text() if page.exists() else ""


if __name__ == "__main__":
    raise SystemExit(main())
