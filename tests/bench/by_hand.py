"""What is run by hand, because nothing of it may enter this repository: written down with its day and commits."""

from tests.bench.figure import Figure, Table

LIVE, PASSED, SKIPPED = 225, 192, 15


def jsforce() -> Table:
    return Table(
        "jsforce's own live suite against the emulated org, run by hand",
        [
            Figure("live tests that pass", PASSED, f"of {LIVE}"),
            Figure("live tests that fail", LIVE - PASSED - SKIPPED, f"of {LIVE}"),
            Figure("live tests that the suite skips", SKIPPED, f"of {LIVE}"),
        ],
        note="On 2026-11-22, jsforce at `e744dad`. The reasons of failures: [emulator.md](emulator.md).",
        commit="8655311",
    )
