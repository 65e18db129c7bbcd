"""Files read piece by piece in a worker thread: to parse a large one must not hold up the event loop."""

import csv
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from typing import TypeVar

import anyio.from_thread
import anyio.to_thread

from salesforce_mcp.bulk.csv_rows import lines_of

T = TypeVar("T")


async def read_rows(pieces: AsyncGenerator[bytes, None], read: Callable[[Iterator[list[str]]], T]) -> T:
    """What `read` makes of the rows of a result file, header first."""

    def reading() -> T:
        return read(row for row in csv.reader(lines_of(in_thread(pieces))) if row)

    async with aclosing(pieces):  # `read` may stop where it has what it wants
        return await anyio.to_thread.run_sync(reading)


def in_thread(pieces: AsyncIterator[bytes]) -> Iterator[bytes]:
    """The same pieces, for a worker thread."""

    async def following() -> bytes | None:
        return await anext(pieces, None)

    while (piece := anyio.from_thread.run(following)) is not None:
        yield piece
