"""What every Store promises (salesforce_mcp.ports.Store), shown on each implementation."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from emulated_aws import emulated_aws
from fake_clock import FakeClock

from salesforce_mcp.aws.store import DynamoStore
from salesforce_mcp.embedded import SqliteStore
from salesforce_mcp.ports import Key, Store

KEY = Key("thing#1")
Opener = Callable[[FakeClock, Path], AbstractContextManager[Store]]


@contextmanager
def sqlite_in_memory(clock: FakeClock, _: Path) -> Iterator[Store]:
    with closing(SqliteStore(clock=clock)) as store:
        yield store


@contextmanager
def sqlite_in_a_file(clock: FakeClock, folder: Path) -> Iterator[Store]:
    with closing(SqliteStore(folder / "store.db", clock=clock)) as store:
        yield store


@contextmanager
def dynamo(clock: FakeClock, _: Path) -> Iterator[Store]:
    with emulated_aws() as aws:
        yield DynamoStore(aws.client("dynamodb"), aws.create_stack()["TABLE_NAME"], clock=clock)


STORES: dict[str, Opener] = {
    "dynamo": dynamo,
    "sqlite-memory": sqlite_in_memory,
    "sqlite-file": sqlite_in_a_file,
}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=sorted(STORES))
def store(request: pytest.FixtureRequest, clock: FakeClock, tmp_path: Path) -> Iterator[Store]:
    with STORES[request.param](clock, tmp_path) as opened:
        yield opened


async def test_what_was_never_written_is_not_there(store):
    assert await store.get(KEY) is None
    assert await store.list("thing#1") == []


async def test_a_fact_comes_back_as_it_was_written(store):
    value = {
        "text": "Zoë 🚀 \x00",
        "number": 12,
        "float": 0.5,
        "no": False,
        "none": None,
        "list": [1, {"a": []}],
        "": "",
    }
    written = await store.put(KEY, value)
    read = await store.get(KEY)
    assert read is not None
    assert (read.key, dict(read.value), read.version) == (KEY, value, 1)
    assert written == read


async def test_twelve_kilobytes_fit(store):
    await store.put(KEY, {"sealed": "x" * 12_000})
    assert len((await store.get(KEY)).value["sealed"]) == 12_000


async def test_each_write_makes_the_version_one_larger(store):
    first = await store.put(KEY, {"n": 1})
    second = await store.put(KEY, {"n": 2})
    third = await store.replace(second, {"n": 3})
    assert [first.version, second.version, third.version] == [1, 2, 3]
    assert (await store.get(KEY)).version == 3


async def test_create_writes_only_where_nothing_is(store):
    assert (await store.create(KEY, {"n": 1})).version == 1
    assert await store.create(KEY, {"n": 2}) is None
    assert (await store.get(KEY)).value == {"n": 1}


async def test_replace_refuses_a_version_that_has_moved_on(store):
    seen = await store.put(KEY, {"n": 1})
    await store.put(KEY, {"n": 2})
    assert await store.replace(seen, {"n": 3}) is None
    assert (await store.get(KEY)).value == {"n": 2}


async def test_replace_does_not_bring_a_deleted_fact_back(store):
    seen = await store.put(KEY, {"n": 1})
    await store.delete(KEY)
    assert await store.replace(seen, {"n": 2}) is None
    assert await store.get(KEY) is None


async def test_take_gives_the_fact_once(store):
    await store.put(KEY, {"n": 1})
    assert (await store.take(KEY)).value == {"n": 1}
    assert await store.take(KEY) is None


async def test_of_many_takers_exactly_one_gets_it(store):
    await store.put(KEY, {"n": 1})
    taken = await asyncio.gather(*(store.take(KEY) for _ in range(50)))
    assert len([item for item in taken if item]) == 1


async def test_of_many_creators_exactly_one_succeeds(store):
    created = await asyncio.gather(*(store.create(KEY, {"n": n}) for n in range(50)))
    assert len([item for item in created if item]) == 1


async def test_of_many_replacers_exactly_one_succeeds(store):
    seen = await store.put(KEY, {"n": 0})
    replaced = await asyncio.gather(*(store.replace(seen, {"n": n}) for n in range(50)))
    assert len([item for item in replaced if item]) == 1


async def test_an_expired_fact_is_gone_for_every_verb(store, clock):
    expiring = await store.put(KEY, {"n": 1}, expires_at=int(clock.now()) + 60)
    clock.advance(59)
    assert (await store.get(KEY)).value == {"n": 1}
    clock.advance(1)
    assert await store.get(KEY) is None
    assert await store.list("thing#1") == []
    assert await store.take(KEY) is None
    assert await store.replace(expiring, {"n": 2}) is None
    assert (await store.create(KEY, {"n": 3})).version == 1


async def test_expiry_is_reported_and_replaced_with_the_fact(store, clock):
    end = int(clock.now()) + 60
    assert (await store.put(KEY, {"n": 1}, expires_at=end)).expires_at == end
    seen = await store.get(KEY)
    assert seen.expires_at == end
    await store.replace(seen, {"n": 2})
    clock.advance(120)
    assert (await store.get(KEY)).value == {"n": 2}


async def test_a_counter_counts_from_its_first_write(store, clock):
    end = int(clock.now()) + 60
    assert await store.add(KEY, expires_at=end) == 1
    clock.advance(30)
    assert await store.add(KEY, 4, expires_at=end + 30) == 5
    clock.advance(30)
    assert await store.add(KEY, expires_at=int(clock.now()) + 60) == 1


async def test_no_count_is_lost_between_many(store):
    counts = await asyncio.gather(*(store.add(KEY) for _ in range(50)))
    assert sorted(counts) == list(range(1, 51))


async def test_a_partition_is_listed_in_order_and_alone(store):
    for sort in ("b", "a", "c"):
        await store.put(Key("shelf", sort), {"name": sort})
    await store.put(Key("shelf2", "a"), {"name": "other"})
    assert [item.key.sort for item in await store.list("shelf")] == ["a", "b", "c"]


async def test_deleting_what_is_not_there_is_no_error(store):
    await store.delete(KEY)
    assert await store.get(KEY) is None
