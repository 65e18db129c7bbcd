"""The emulated org with a million rows: how fast they come in and out, and how much memory they need."""

import json
import subprocess
import sys

from tests.bench.bytecode import REPOSITORY
from tests.bench.figure import Figure, Table

ROWS = 1_000_000
MICROSECONDS_A_ROW = 50  # 20,000 rows a second


def measure(rows: int = ROWS) -> Table:
    """In a process of its own: the memory is to be that of the org alone."""
    program = [sys.executable, str(REPOSITORY / "tests/bench/programs/million.py"), str(rows)]
    taken = json.loads(subprocess.run(program, capture_output=True, text=True, check=True).stdout)
    of_rows = f"of {rows:,} rows"
    return Table(
        "A million rows, in a file",
        [
            Figure(
                f"bulk ingest {of_rows}, microseconds a row", taken["ingest"] / rows * 1e6, "µs", MICROSECONDS_A_ROW
            ),
            Figure(f"bulk ingest {of_rows}", round(rows / taken["ingest"]), "rows/s"),
            Figure(f"SQLite alone, the same {of_rows}", round(rows / taken["sqlite"]), "rows/s"),
            Figure(f"bulk query {of_rows}", round(rows / taken["export"]), "rows/s"),
            Figure("SELECT … LIMIT 2000", taken["page"], "ms", 60),
            Figure("SQLite alone, the same 2,000 rows", taken["sqlite_page"], "ms"),
            Figure("SELECT … WHERE an external id = …", taken["indexed"], "ms", 3),
            Figure("SQLite alone, the same row", taken["sqlite_indexed"], "ms"),
            Figure("resident memory after all of it", round(taken["memory"]), "MB", 300),
        ],
    )
