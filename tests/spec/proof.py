"""Advisories replayed and lines of the checklist tested: run them and count, for docs/figures.md."""

import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

REPOSITORY = Path(__file__).parents[2]


def table() -> str:
    """Rows of Markdown: each group of tests, how many were asked for, how many inputs, how many failed."""
    cases = _run("tests/advisories", "tests/spec", "tests/edges")
    advisories, lines, clients = Counter[str](), Counter[str](), Counter[str]()
    failed: Counter[str] = Counter()
    for name, passed in cases:
        if found := re.search(r"advisories\.test_(A\d\d)", name):
            advisories[found[1]] += 1
            failed["advisories"] += not passed
        elif "spec." in name:
            for line in re.findall(r"(?:test_|_)(S\d\d)(?=_)", name):
                lines[line] += 1
            failed["checklist"] += not passed
        elif found := re.search(r"it_connects_refreshes_and_reconnects\[(.+)-(.+)\]", name):
            clients[found[1]] += 1
            failed["clients"] += not passed
    rows = [
        ("advisories replayed", len(advisories), 50, advisories.total(), failed["advisories"]),
        ("lines of the specification's checklist", len(lines), 58, lines.total(), failed["checklist"]),
        ("scripted clients, each through every edge", len(clients), 9, clients.total(), failed["clients"]),
    ]
    head = "| what | how many | of | inputs | failures |\n| --- | --- | --- | --- | --- |\n"
    return head + "".join(f"| {' | '.join(map(str, row))} |\n" for row in rows)


def _run(*folders: str) -> list[tuple[str, bool]]:
    """The full name of each test, and whether it passed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", *folders, f"--junit-xml={report}"]
        subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, check=False)
        tree = ElementTree.parse(report)  # noqa: S314 - pytest has just written it
    return [
        (f"{case.get('classname')}.{case.get('name')}", case.find("failure") is None and case.find("error") is None)
        for case in tree.iter("testcase")
    ]


if __name__ == "__main__":
    print(table())
