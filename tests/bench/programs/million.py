"""A million rows into a fresh org in a file, looked at, and out again; what it took is printed as JSON."""

import itertools
import json
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from salesforce_emulator.bulk.ingest import UPLOAD
from salesforce_emulator.bulk.jobs import COMPLETE, INGEST, QUERY, UPLOADED, Job
from salesforce_emulator.bulk.worker import Worker
from salesforce_emulator.faults import Faults
from salesforce_emulator.org import Org
from salesforce_emulator.queries import Queries

PIECE = 2_000
RUNS = 21
PAGE = "SELECT Id, Name, Text__c, Number__c FROM BigTable__c LIMIT 2000"
INDEXED = "SELECT Id, Name FROM BigTable__c WHERE Key__c = 'K-777'"
ALONE = {"sqlite_page": PAGE, "sqlite_indexed": INDEXED}
HEADER = b"Key__c,Text__c,Number__c,Day__c,Flag__c\n"
FORMAT = {"external_id": "", "assignment_rule": "", "delimiter": "COMMA", "line_ending": "LF", "version": "68.0"}


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        org = Org.create(f"{folder}/org.db", seed=False)
        queries = Queries(org)
        worker = Worker(org, queries, Faults())
        admin = org.caller(org.check_password("admin@demo.example", "demo") or "")
        job = worker.jobs.create(
            admin, INGEST, operation="insert", object="BigTable__c", query="", state="Open", **FORMAT
        )
        for number, piece in enumerate(pieces(rows)):
            worker.jobs.add_piece(job, UPLOAD, piece, number=number)
        taken = {"ingest": ended(worker, job)}
        taken["page"] = asked(queries, org, PAGE)
        taken["indexed"] = asked(queries, org, INDEXED)
        soql = "SELECT Id, Name, Key__c, Text__c, Number__c, Day__c, Flag__c FROM BigTable__c"
        job = worker.jobs.create(
            admin, QUERY, operation="query", object="BigTable__c", query=soql, state="Open", **FORMAT
        )
        taken["export"] = ended(worker, job)
        # kB on Linux, bytes on macOS
        unit = 2**20 if sys.platform == "darwin" else 2**10
        taken["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
        taken |= sqlite_alone(org, Path(folder) / "alone.db", rows)
        print(json.dumps(taken))


def pieces(rows: int) -> Iterator[bytes]:
    yield HEADER
    for first in range(0, rows, PIECE):
        lines = (
            f"K-{number},Row number {number},{number % 1000}.5,2026-11-{number % 28 + 1:02},{number % 2}\n"
            for number in range(first, min(first + PIECE, rows))
        )
        yield "".join(lines).encode()


def ended(worker: Worker, job: Job) -> float:
    """The seconds until a job is complete."""
    began = time.perf_counter()
    worker.jobs.change(job, state=UPLOADED)
    worker.finish()
    seconds = time.perf_counter() - began
    done = worker.jobs.get(job.id)
    assert done is not None
    assert (done.state, done.failed) == (COMPLETE, 0)
    return seconds


def asked(queries: Queries, org: Org, soql: str) -> float:
    admin = org.caller(org.check_password("admin@demo.example", "demo") or "")
    return milliseconds(lambda: queries.query(admin, soql, version="68.0"))


def milliseconds(ask: Callable[[], object]) -> float:
    """The median."""
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)[RUNS // 2]


def answered(connection: sqlite3.Connection, sql: str) -> list[tuple[object, ...]]:
    return connection.execute(sql).fetchall()


def sqlite_alone(org: Org, path: Path, rows: int) -> dict[str, float]:
    """The seconds that SQLite needs for the same rows, ready made, in a table with the same indexes; then the queries
    as SQLite has them."""
    made = "SELECT sql FROM sqlite_master WHERE tbl_name = 'BigTable__c' AND sql IS NOT NULL"
    statements = [sql for (sql,) in org.connection.execute(made)]
    columns = len(org.schema.known("BigTable__c").defaults)
    found = org.connection.execute(f'SELECT * FROM "BigTable__c" LIMIT {rows}')  # noqa: S608
    alone = sqlite3.connect(path, isolation_level=None)
    alone.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + ";".join(statements))
    spent = 0.0
    while chunk := list(itertools.islice(found, 200)):
        began = time.perf_counter()
        alone.execute("BEGIN")
        alone.executemany(f'INSERT INTO "BigTable__c" VALUES ({", ".join("?" * columns)})', chunk)  # noqa: S608
        alone.execute("COMMIT")
        spent += time.perf_counter() - began
    queries = {name: milliseconds(partial(answered, alone, sql)) for name, sql in ALONE.items()}
    alone.close()
    return {"sqlite": spent, **queries}


if __name__ == "__main__":
    main(int(sys.argv[1]))
