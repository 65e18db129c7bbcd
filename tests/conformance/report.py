"""What the suite finds, https://github.com/modelcontextprotocol/conformance: read from what it prints."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

SECONDS = 180
_LINE = re.compile(r"^[✓✗] ([a-z0-9-]+): (\d+) passed, (\d+) failed", re.MULTILINE)
_NOT_SCORED = re.compile(r"^  [✓✗] ([a-z0-9-]+) \(", re.MULTILINE)


@dataclass(frozen=True)
class Report:
    checks: dict[str, tuple[int, int]]  # of each scenario: how many passed, how many failed
    required: frozenset[str]  # what the revision demands
    printed: str

    @property
    def failing(self) -> set[str]:
        return {name for name in self.required if self.checks[name][1]}

    @property
    def unchecked(self) -> set[str]:
        """What the suite calls passed without having checked anything."""
        return {name for name in self.required if self.checks[name] == (0, 0)}


def judged(suite: Sequence[str], url: str, revision: str) -> Report:
    command = [*suite, "server", "--url", url, "--requirements", revision]
    run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    summary = run.stdout.partition("=== SUMMARY ===")[2]
    checks = {name: (int(passed), int(failed)) for name, passed, failed in _LINE.findall(summary)}
    required = frozenset(checks) - frozenset(_NOT_SCORED.findall(summary))
    assert required, run.stdout[-3000:] + run.stderr[-3000:]
    return Report(checks, required, summary)
