"""`make proof`: what has full counts, counted in full; `make figures`: the table of security tests."""

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from tests.bench import page
from tests.bench.bytecode import REPOSITORY
from tests.bench.figure import Figure, Table

SECURITY = ("tests/advisories", "tests/spec", "tests/edges")
GROUPS = (  # what is counted, of how many, in which tests, and how their names tell it
    ("advisory", 50, "advisories.", r"test_(A\d\d)"),
    ("line of the checklist", 58, "spec.", r"(?:test_|_)(S\d\d)(?=_)"),
    ("scripted client", 9, "edges.", r"it_connects_refreshes_and_reconnects\[(.+)-.+\]"),
)


def main(*arguments: str) -> int:
    if arguments == ("--security",):
        status, cases = _run(*SECURITY)
        page.write([_security(cases)])
        print(page.PAGE.read_text())
        return status
    status, cases = _run("-n", "auto", "--dist", "loadgroup", "-m", "full_counts", "tests", PROOF="1", REQUIRE_ALL="1")
    table = _counted(cases)
    page.write([table])
    print(table.text())
    return status


def _security(cases: list[ElementTree.Element]) -> Table:
    """How many advisories, lines of the checklist and clients are tested, with how many inputs; how many failed."""
    return Table("Security tests", [figure for group in GROUPS for figure in _group(cases, *group)])


def _group(cases: list[ElementTree.Element], name: str, total: int, place: str, pattern: str) -> Iterator[Figure]:
    found = [(match, case) for case in cases if place in _name(case) for match in re.findall(pattern, _name(case))]
    yield Figure(f"{name}: different ones tested", len({match for match, _ in found}), f"of {total}")
    yield Figure(f"{name}: inputs", len(found), "")
    yield Figure(f"{name}: failures", sum(not _passed(case) for _, case in found), "", bound=0)


def _counted(cases: list[ElementTree.Element]) -> Table:
    """How many tests there are, and what they recorded (pytest's `record_property`), summed up by its name."""
    recorded = Counter[str]()
    for case in cases:
        for found in case.iter("property"):
            recorded[found.attrib["name"]] += int(found.attrib["value"])
    failures = sum(not _passed(case) for case in cases)
    return Table(
        "Counted in full",
        [
            Figure("tests", len(cases), ""),
            Figure("failures", failures, "", bound=0),
            *(Figure(name, count, "") for name, count in recorded.items()),
        ],
    )


def _run(*arguments: str, **environment: str) -> tuple[int, list[ElementTree.Element]]:
    """How pytest ended, and its test cases."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", *arguments, f"--junit-xml={report}"]
        ended = subprocess.run(command, cwd=REPOSITORY, env=os.environ | environment, stdout=sys.stderr, check=False)
        tree = ElementTree.parse(report)  # noqa: S314 - pytest has just written it
    return ended.returncode, list(tree.iter("testcase"))


def _name(case: ElementTree.Element) -> str:
    return f"{case.get('classname')}.{case.get('name')}"


def _passed(case: ElementTree.Element) -> bool:
    return case.find("failure") is None and case.find("error") is None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
