"""A million rows into an org and out again: by our workflow, by simple-salesforce and by sf, in one run.

Alone: python -m tests.bench.million_rows [rows]
"""

import sys
from collections.abc import Iterator

from tests.bench import by_rivals, by_workflow
from tests.bench.figure import Figure, Table
from tests.bench.orgs import site
from tests.bench.taken import Taken

ROWS = 1_000_000
MEGABYTES = 256
TIMES = 2  # the rows a second of simple-salesforce


def measure(rows: int = ROWS) -> Table:
    with site(rows) as at:
        ours = by_workflow.measure(at)
    with site(rows) as at:
        theirs = by_rivals.simple_salesforce(at)
    try:
        with site(rows) as at:
            sf, note = by_rivals.sf(at), ""
    except by_rivals.NotMeasuredError as why:
        sf, note = None, f" sf was not measured: {why}."
    others = {"simple-salesforce Bulk2": theirs, **({"sf data import/export bulk": sf} if sf else {})}
    return Table(
        f"{rows:,} rows in and out, {len(others) + 1} clients",
        [*_bounded(ours, theirs), *_rates({"our workflow": ours, **others}), *_peaks(others)],
        note="Each with an org of its own in a file, over TLS, accounts of every row fetched (sf fetches none). The "
        f"org's work is the same for all and is most of the time; what a client adds is told without it.{note}",
    )


def _bounded(ours: Taken, theirs: Taken) -> Iterator[Figure]:
    step, megabytes = max(ours.steps.items(), key=lambda one: one[1])
    yield Figure(f"most memory of a handler of ours, at the step {step}", round(megabytes), "MB", MEGABYTES)
    for way, our, their in (("in", ours.added_in, theirs.added_in), ("out", ours.added_out, theirs.added_out)):
        name = f"rows a second without the org's own work, {way}: ours / simple-salesforce"
        yield Figure(name, their / our, "×", least=TIMES)
    for way, our, their in (("in", ours.seconds_in, theirs.seconds_in), ("out", ours.seconds_out, theirs.seconds_out)):
        yield Figure(f"rows a second with the org's own work, {way}: ours / simple-salesforce", their / our, "×")


def _rates(clients: dict[str, Taken]) -> Iterator[Figure]:
    for name, taken in clients.items():
        yield Figure(f"in, {name}", round(taken.rows / taken.seconds_in), "rows/s")
        yield Figure(
            f"in, {name}, without the org's {taken.org_in:.0f} s", round(taken.rows / taken.added_in), "rows/s"
        )
        yield Figure(f"out, {name}", round(taken.rows / taken.seconds_out), "rows/s")
        yield Figure(
            f"out, {name}, without the org's {taken.org_out:.0f} s", round(taken.rows / taken.added_out), "rows/s"
        )


def _peaks(others: dict[str, Taken]) -> Iterator[Figure]:
    for name, taken in others.items():
        yield Figure(f"most memory of {name}", round(taken.megabytes), "MB")


if __name__ == "__main__":
    print(measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS).text())
