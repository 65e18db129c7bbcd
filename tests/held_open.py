"""A context manager for a fixture, whose two halves run in two tasks; a lifespan is entered and left by one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

T = TypeVar("T")


async def held_open(opening: AbstractAsyncContextManager[T]) -> AsyncIterator[T]:
    ready: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    done = asyncio.Event()

    async def live() -> None:
        async with opening as there:
            ready.set_result(there)
            await done.wait()

    life = asyncio.create_task(live())
    await asyncio.wait([ready, life], return_when=asyncio.FIRST_COMPLETED)
    if life.done():
        life.result()
    yield await ready
    done.set()
    await life
