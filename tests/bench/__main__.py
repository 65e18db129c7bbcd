"""`make bench`: measure ratios side by side, write docs/figures.md, end with 1 when a bound does not hold."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import bulk, by_hand, cold, context, engine, million_rows, page, startup, warm
from tests.bench.figure import Table
from tests.clients import product


def main() -> int:
    tables = []
    for table in _measure():
        print(table.text(), flush=True)
        page.write([table])
        tables.append(table)
    broken = [figure for table in tables for figure in table.figures if not figure.holds]
    for figure in broken:
        print(f"past its bound: {figure.name}: {figure.value:.2f} {figure.unit}, {figure.bounds}", file=sys.stderr)
    return 1 if broken else 0


def _measure() -> Iterator[Table]:
    yield startup.measure()
    yield engine.measure()
    yield bulk.measure()
    yield million_rows.measure()
    with tempfile.TemporaryDirectory() as folder:
        # The limits on calls are a person's, not a bench's.
        running = product.start(Path(folder), env={"CALLS_PER_MINUTE": "1000000", "WRITES_PER_DAY": "1000000"})
        try:
            yield cold.measure(running)
            yield warm.measure(running)
            yield from context.measure(running)
        finally:
            running.stop()
    yield by_hand.jsforce()


if __name__ == "__main__":
    sys.exit(main())
