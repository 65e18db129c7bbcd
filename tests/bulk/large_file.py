"""A file of so many megabytes brought, looked at and cut up by one process; what it took is printed as JSON.

Arguments: a folder, megabytes.
"""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from salesforce_mcp.bulk.ledger import Ledger, Load
from salesforce_mcp.bulk.orders import Order, content_of
from salesforce_mcp.bulk.split import split
from salesforce_mcp.bulk.workshop import Workshop
from salesforce_mcp.embedded import FolderUploads, SqliteStore
from salesforce_mcp.ports import SystemClock

ROW = f'Ada,Large {{}},"{"x" * 700}, and ""more""\nof it"\nBob,Large {{}},{"y" * 250},\n'.encode()


async def pieces(megabytes: int) -> AsyncIterator[bytes]:
    yield b"FirstName,LastName,Description,Email\n"
    rows = ROW.replace(b'it"\n', b'it",\n') * 1_000
    for _ in range(megabytes * 1_000_000 // len(rows) + 1):
        yield rows


def most_megabytes() -> float:
    """Of this program alone: what getrusage tells begins with the memory of whoever started it."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


async def main(folder: Path, megabytes: int) -> None:
    clock = SystemClock()
    workshop = Workshop(
        ledger=Ledger(SqliteStore(folder / "store.db")),
        uploads=FolderUploads(folder / "files"),
        jobs=None,  # type: ignore[arg-type] - nothing is begun
        clock=clock,
        org_of=None,  # type: ignore[arg-type] - nor is anything sent
    )
    load = Load("job-1", "o/u", "Contact", "insert", created_at=workshop.now(), source="uploads/o/u/up-1.csv")
    await workshop.uploads.keep(load.source, pieces(megabytes))
    order = Order(owner="o/u", object="Contact", operation="insert", upload="up-1")
    seen = await content_of(workshop, None, order)  # type: ignore[arg-type]
    await workshop.ledger.add(load)
    await split(workshop, {"owner": load.owner, "job": load.id, "round": 1})
    load = await workshop.ledger.load(load.owner, load.id)
    parts = await workshop.ledger.parts(load.id)
    sizes = [(folder / "files" / name).stat().st_size for name in await workshop.uploads.names(f"{load.folder}/parts/")]
    print(
        json.dumps(
            {
                "whole": seen.whole,
                "rows": load.rows,
                "in_parts": sum(part.rows for part in parts),
                "rejected": load.rejected,
                "parts": len(parts),
                "largest_part": max(sizes),
                "bytes": (folder / "files" / load.source).stat().st_size,
                "megabytes": most_megabytes(),
            }
        )
    )


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
