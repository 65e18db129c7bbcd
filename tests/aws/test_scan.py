"""Everything of a kind, as an operator's command sees it: over pages, past what is gone, while the table is busy."""

import pytest

from salesforce_mcp.aws.clients import CONFIG
from salesforce_mcp.aws.store import DynamoStore
from salesforce_mcp.errors import Unavailable
from salesforce_mcp.ports import Key

ATTEMPTS = CONFIG.retries["total_max_attempts"]


@pytest.fixture
def store(aws, stack, clock):
    return DynamoStore(aws.client("dynamodb", CONFIG), stack["TABLE_NAME"], clock=clock)


def names(items) -> set[str]:
    return {item.key.partition for item in items}


async def test_a_table_of_several_pages_is_read_whole(aws, store):
    for number in range(30):
        await store.put(Key(f"grant#{number:02d}"), {"sealed": "x" * 90_000})
        await store.put(Key(f"family#{number:02d}"), {"n": number})
    before = aws.calls.count("Scan")
    found = await store.scan("grant#")
    assert names(found) == {f"grant#{number:02d}" for number in range(30)}
    assert len(found) == 30
    assert aws.calls.count("Scan") - before >= 3, "2.7 MB do not come in one page of 1 MB"


async def test_only_what_begins_so_and_lives_is_found(aws, store, clock):
    await store.put(Key("grant#lives", "a"), {"n": 1})
    await store.put(Key("grant#lives", "b"), {"n": 2})
    await store.put(Key("grants#other"), {"n": 3})
    await store.put(Key("a grant#"), {"n": 4})
    await store.put(Key("grant#expires"), {"n": 5}, expires_at=int(clock.now()) + 60)
    await store.put(Key("grant#taken"), {"n": 6})
    for _ in range(ATTEMPTS):
        aws.lose_answer("DeleteItem")  # so that the mark alone tells that it is gone
    await store.take(Key("grant#taken"))
    await store.add(Key("grant#count"), 7)
    clock.advance(61)
    found = await store.scan("grant#")
    assert sorted(tuple(item.value.values()) for item in found) == [(1,), (2,), (7,)]


async def test_a_busy_table_is_asked_again_on_any_page(aws, store):
    for number in range(20):
        await store.put(Key(f"grant#{number:02d}"), {"sealed": "x" * 90_000})
    aws.throttle("Scan", ATTEMPTS - 1)
    assert len(await store.scan("grant#")) == 20


async def test_a_table_that_stays_busy_is_said_to_be(aws, store):
    aws.throttle("Scan", ATTEMPTS)
    with pytest.raises(Unavailable, match="Scan: ProvisionedThroughputExceededException"):
        await store.scan("grant#")


@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem", "GetItem", "DeleteItem", "Query"])
async def test_a_busy_table_never_makes_half_a_write(aws, store, operation):
    verbs = {
        "PutItem": lambda: store.create(Key("new"), {"n": 1}),
        "UpdateItem": lambda: store.add(Key("count")),
        "GetItem": lambda: store.get(Key("there")),
        "DeleteItem": lambda: store.delete(Key("there")),
        "Query": lambda: store.list("there"),
    }
    await store.put(Key("there"), {"n": 1})
    aws.throttle(operation, ATTEMPTS)
    with pytest.raises(Unavailable):
        await verbs[operation]()
    assert await store.get(Key("new")) is None
    assert await store.add(Key("count"), 0) == 0
    assert (await store.get(Key("there"))).value == {"n": 1}
    aws.throttle(operation, ATTEMPTS - 1)
    await verbs[operation]()
