"""An answer of DynamoDB can be lost after the write took effect. The client sends again; the write must know itself."""

import pytest

from salesforce_mcp.aws.clients import CONFIG
from salesforce_mcp.aws.store import DynamoStore
from salesforce_mcp.errors import Misconfigured, Unavailable
from salesforce_mcp.ports import Key

KEY = Key("thing#1")


@pytest.fixture
def store(aws, stack, clock):
    return DynamoStore(aws.client("dynamodb", CONFIG), stack["TABLE_NAME"], clock=clock)


async def test_a_create_whose_answer_was_lost_has_succeeded(aws, store):
    aws.lose_answer("PutItem")
    assert (await store.create(KEY, {"n": 1})).version == 1
    assert await store.create(KEY, {"n": 2}) is None
    assert (await store.get(KEY)).value == {"n": 1}


async def test_a_replace_whose_answer_was_lost_has_succeeded(aws, store):
    seen = await store.put(KEY, {"n": 1})
    aws.lose_answer("PutItem")
    assert (await store.replace(seen, {"n": 2})).version == 2
    assert (await store.get(KEY)).version == 2
    assert await store.replace(seen, {"n": 3}) is None


async def test_a_take_whose_answer_was_lost_still_hands_over_the_fact(aws, store):
    await store.put(KEY, {"n": 1})
    aws.lose_answer("UpdateItem")
    assert (await store.take(KEY)).value == {"n": 1}
    assert await store.take(KEY) is None


async def test_a_count_whose_answer_was_lost_is_counted_once(aws, store):
    assert await store.add(KEY) == 1
    aws.lose_answer("UpdateItem")
    assert await store.add(KEY, 5) == 6
    assert await store.add(KEY) == 7


async def test_a_taken_fact_whose_removal_failed_is_gone_and_its_place_is_free(aws, store):
    await store.put(KEY, {"n": 1})
    for _ in range(CONFIG.retries["total_max_attempts"]):
        aws.lose_answer("DeleteItem")
    assert (await store.take(KEY)).value == {"n": 1}
    assert await store.get(KEY) is None
    assert await store.list("thing#1") == []
    assert (await store.create(KEY, {"n": 2})).version == 1


async def test_a_table_that_is_not_there_is_the_operators_to_mend(aws):
    with pytest.raises(Misconfigured, match="GetItem"):
        await DynamoStore(aws.client("dynamodb"), "NoSuchTable").get(KEY)


async def test_an_aws_that_does_not_answer_is_unavailable(aws, store):
    for _ in range(CONFIG.retries["total_max_attempts"]):
        aws.lose_answer("GetItem")
    with pytest.raises(Unavailable, match="AWS did not answer"):
        await store.get(KEY)
