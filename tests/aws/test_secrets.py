"""The operator's secrets, while they are stored, kept and rotated."""

import pytest

from salesforce_mcp.aws.secrets import SECONDS_KEPT, AwsSecrets

NAME = "salesforce-client-secret"


@pytest.fixture
def manager(aws):
    return aws.client("secretsmanager")


@pytest.fixture
def secrets(manager, stack, clock):
    return AwsSecrets(manager, stack["SECRET_PREFIX"], clock=clock)


@pytest.fixture
def secret_id(stack):
    return stack["SECRET_PREFIX"] + NAME


async def test_a_secret_that_is_not_there_is_none(secrets):
    assert await secrets.get("no-such-secret") == []


async def test_during_a_rotation_both_versions_are_good_the_new_one_first(manager, secret_id, secrets):
    manager.put_secret_value(SecretId=secret_id, SecretString="old")
    manager.put_secret_value(SecretId=secret_id, SecretString="new")
    assert await secrets.get(NAME) == ["new", "old"]


async def test_a_rotation_is_noticed_within_five_minutes_and_not_asked_for_before(
    aws, manager, secret_id, secrets, clock
):
    manager.put_secret_value(SecretId=secret_id, SecretString="old")
    assert (await secrets.get(NAME))[0] == "old"
    manager.put_secret_value(SecretId=secret_id, SecretString="new")
    before = len(aws.calls)
    clock.advance(SECONDS_KEPT - 1)
    assert (await secrets.get(NAME))[0] == "old"
    assert len(aws.calls) == before
    clock.advance(1)
    assert await secrets.get(NAME) == ["new", "old"]


async def test_the_templates_placeholder_is_no_secret_and_storing_the_real_one_takes_effect_at_once(
    manager, secret_id, secrets
):
    manager.put_secret_value(SecretId=secret_id, SecretString='{"placeholder": "hT5x"}')
    manager.put_secret_value(SecretId=secret_id, SecretString='{"placeholder": "k2Pq"}')
    assert await secrets.get(NAME) == []
    manager.put_secret_value(SecretId=secret_id, SecretString="{the real one}")
    assert await secrets.get(NAME) == ["{the real one}"]
