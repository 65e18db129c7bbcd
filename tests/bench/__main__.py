"""`make bench`: measure ratios side by side, write docs/figures.md, end with 1 when a bound does not hold."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import bulk, by_hand, cold, context, engine, startup, warm
from tests.bench.bytecode import REPOSITORY
from tests.bench.figure import Table
from tests.clients import product

from salesforce_emulator.seed.story import SEED

PAGE = REPOSITORY / "docs/figures.md"


def main() -> int:
    if "--figures" in sys.argv:
        print(PAGE.read_text())
        return 0
    tables = []
    for table in _measure():
        print(table.text(), flush=True)
        tables.append(table)
    PAGE.write_text(_page(tables))
    broken = [figure for table in tables for figure in table.figures if not figure.holds]
    for figure in broken:
        print(f"past its bound: {figure.name}: {figure.value:.2f} {figure.unit}, bound {figure.bound}", file=sys.stderr)
    return 1 if broken else 0


def _measure() -> Iterator[Table]:
    yield startup.measure()
    yield engine.measure()
    yield bulk.measure()
    with tempfile.TemporaryDirectory() as folder:
        # The limit on calls is a person's, not a bench's.
        running = product.start(Path(folder), env={"CALLS_PER_MINUTE": "1000000"})
        try:
            yield cold.measure(running)
            yield warm.measure(running)
            yield from context.measure(running)
        finally:
            running.stop()
    yield by_hand.jsforce()


def _page(tables: list[Table]) -> str:
    git = ["git", "-C", str(REPOSITORY), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    head = (
        "# Figures\n\n"
        f"Written by `make bench` at commit `{commit}`, with seed {SEED} of the emulated org.\n"
        "Times depend on the machine; ratios are measured side by side in one run.\n"
    )
    return "\n".join([head, *(table.text() for table in tables)])


if __name__ == "__main__":
    sys.exit(main())
