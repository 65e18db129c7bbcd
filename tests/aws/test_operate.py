"""restore and teardown as an operator runs them: the command itself, against a stack on emulated AWS."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from emulated_aws import CREDENTIALS
from lambda_world import World, lambda_world

from salesforce_mcp.aws.store import DynamoStore
from salesforce_mcp.oauth.tokens import Tokens
from salesforce_mcp.ports import SystemClock

PEOPLE = ("admin@demo.example", "sales@demo.example", "support@demo.example")
TOKEN_REQUEST = "POST /services/oauth2/token"


@pytest.fixture
def world() -> Iterator[World]:
    with lambda_world() as running:
        yield running


def command(world: World, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("salesforce-mcp")
    environment = {"PATH": str(program.parent), **world.environment, **CREDENTIALS}
    return subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, timeout=60)


def store_of(world: World) -> DynamoStore:
    return DynamoStore(world.aws.client("dynamodb"), world.environment["TABLE_NAME"])


def states(world: World) -> list[str]:
    return [item.value["state"] for item in asyncio.run(store_of(world).scan("grant#"))]


def opens(world: World, token: str) -> bool:
    return asyncio.run(Tokens(store_of(world), SystemClock()).verify(token)) is not None


def sessions(world: World) -> int:
    return int(world.org.org.connection.execute("SELECT count(*) FROM _session").fetchone()[0])


def test_after_a_recovery_no_token_opens_anything_and_nothing_is_sent_to_salesforce(world: World) -> None:
    tokens = [world.signed_in(username) for username in PEOPLE]
    assert all(opens(world, token) for token in tokens)
    asked, kept = list(world.org.requests), sessions(world)
    told = command(world, "restore", "--yes")
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip().endswith("3 connections wait for a new sign-in")
    assert not any(opens(world, token) for token in tokens)
    assert states(world) == ["reauth_required"] * 3
    assert (world.org.requests, sessions(world)) == (asked, kept)
    assert command(world, "restore", "--yes").stdout.startswith("0 tokens and sign-ins dropped, 0 connections")
    assert opens(world, world.signed_in(PEOPLE[0])), "who signs in anew is let in"


def test_a_teardown_ends_every_session_at_salesforce(world: World) -> None:
    tokens = [world.signed_in(username) for username in PEOPLE]
    assert sessions(world) == 3
    told = command(world, "teardown", "--yes")
    assert told.stdout.strip().endswith("3 connections to Salesforce ended")
    assert sessions(world) == 0
    assert not any(opens(world, token) for token in tokens)
    assert states(world) == ["reauth_required"] * 3


def test_without_yes_nothing_is_done(world: World) -> None:
    token = world.signed_in()
    for name in ("restore", "teardown"):
        told = command(world, name)
        assert (told.returncode, "--yes" in told.stdout) == (0, True)
    assert opens(world, token)
    assert states(world) == ["ok"]


def test_while_the_table_is_busy_the_command_waits_or_says_so(world: World) -> None:
    token = world.signed_in()
    world.aws.throttle("Scan", 1)
    assert command(world, "restore", "--yes").returncode == 0
    assert not opens(world, token)
    world.aws.throttle("Scan", 20)
    told = command(world, "restore", "--yes")
    assert told.returncode != 0
    assert "AWS could not do DynamoDB Scan" in told.stderr
    assert "Traceback" not in told.stderr
