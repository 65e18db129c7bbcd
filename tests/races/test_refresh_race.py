"""An expired grant, rotation on, workers of many processes at once: one refresh a round, nothing revoked, all go on."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aws_local.conftest import tools as tools
from aws_local.ministack import CREDENTIALS, ministack
from emulated_aws import emulated_aws
from full_counts import full
from org_on_loopback import LoopbackOrg, org_on_loopback
from sam_template import read_template

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET
from salesforce_mcp.aws.store import DynamoStore
from salesforce_mcp.embedded import LocalCipher, SqliteStore
from salesforce_mcp.oauth.grant import Grant, GrantTokens, State, seal, write_grant
from salesforce_mcp.ports import Store, SystemClock
from salesforce_mcp.salesforce.session import Secret

TESTS = Path(__file__).parents[1]
PROCESSES, WORKERS, ROUNDS = full((8, 25, 20), share=(2, 10, 3))
SALES = "sales@demo.example"


@dataclass(frozen=True)
class Table:
    """The store of a race: how this process and the racing ones reach it."""

    name: str
    task: dict[str, str]
    environment: dict[str, str]
    opened: Callable[[], Store]


@contextmanager
def in_a_file(folder: Path) -> Iterator[Table]:
    path = str(folder / "store.db")
    yield Table("sqlite", {"store": path}, {}, lambda: SqliteStore(path))


@contextmanager
def on_moto(_: Path) -> Iterator[Table]:
    """One request at a time: its conditional writes are not atomic between threads."""
    with emulated_aws() as aws:
        environment = aws.create_stack()
        name = environment["TABLE_NAME"]
        yield Table("dynamo", {"table": name}, environment, lambda: DynamoStore(aws.client("dynamodb"), name))


@contextmanager
def on_ministack(folder: Path) -> Iterator[Table]:
    """A second reading of DynamoDB, which takes the requests of all processes as they come."""
    properties = read_template()["Resources"]["Table"]["Properties"]
    shape = {key: properties[key] for key in ("BillingMode", "AttributeDefinitions", "KeySchema")}
    with ministack(folder, roles=False) as aws:
        aws.client("dynamodb").create_table(TableName="race", **shape)
        environment = {**CREDENTIALS, "AWS_ENDPOINT_URL": aws.url}
        yield Table("ministack", {"table": "race"}, environment, lambda: DynamoStore(aws.client("dynamodb"), "race"))


@pytest.fixture(params=[in_a_file, on_moto, on_ministack], ids=["sqlite", "dynamo", "ministack"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Table]:
    if request.param is on_ministack:
        request.getfixturevalue("tools")
    with request.param(tmp_path) as opened:
        yield opened


def sign_in(org: LoopbackOrg, table: Table, key: bytes) -> tuple[str, str]:
    """What consent and callback leave behind for a person: a grant with a refresh token, in the store."""
    sessions = org.site.sessions
    user_id = org.site.user_id(SALES)
    app = {"consumer_key": DEMO_CONSUMER_KEY, "scope": "api refresh_token id", "family": "race"}
    refresh = sessions.issue_refresh_token(user_id, **app)
    session = sessions.start(user_id, **app)
    grant = Grant(
        organization_id=org.org.organization_id,
        user_id=user_id,
        org="default",
        login_url=org.url,
        instance_url=org.url,
        generation=1,
        state=State.OK,
    )

    async def keep() -> None:
        sealed = await seal(LocalCipher(key), grant, GrantTokens(Secret(session.token), Secret(refresh)))
        await write_grant(table.opened(), SystemClock(), None, sealed)

    asyncio.run(keep())
    return grant.organization_id, user_id


@pytest.mark.full_counts
def test_each_round_costs_one_refresh_and_everybody_goes_on(table: Table, record_property) -> None:
    key = LocalCipher.new_key()
    with org_on_loopback() as org:
        org.site.faults.rotate_refresh_tokens(True)
        who = sign_in(org, table, key)
        task = {
            "org_url": org.url,
            **table.task,
            "key": key.hex(),
            "client_id": DEMO_CONSUMER_KEY,
            "client_secret": DEMO_CONSUMER_SECRET,
            "who": who,
            "workers": WORKERS,
        }
        command = [sys.executable, "-m", "races.refresher", json.dumps(task)]
        processes = [
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=os.environ | table.environment,
                cwd=TESTS,
            )
            for _ in range(PROCESSES)
        ]
        try:
            for process in processes:
                assert answer_of(process) == "ready"
            for number in range(ROUNDS):
                org.site.faults.expire_tokens()
                before = org.requests.count("POST /services/oauth2/token")
                for process in processes:
                    process.stdin.write("go\n")
                    process.stdin.flush()
                told = [outcome for process in processes for outcome in answer_of(process)]
                assert len(told) == PROCESSES * WORKERS
                assert [one for one in told if one != who[1]] == [], f"round {number}"
                assert org.requests.count("POST /services/oauth2/token") - before == 1, f"round {number}"
        finally:
            for process in processes:
                process.stdin.close()
                process.wait(30)
                process.stdout.close()
        families = org.org.connection.execute("SELECT state, count(*) FROM _refresh_token GROUP BY state").fetchall()
    assert dict(families) == {"live": 1, "rotated": ROUNDS}, "no family was revoked"
    race = f"refresh race on {table.name}, {PROCESSES * WORKERS} workers in {PROCESSES} processes"
    record_property(f"{race}: rounds", ROUNDS)
    record_property(f"{race}: refreshes", dict(families)["rotated"])


def answer_of(process: subprocess.Popen[str]):
    line = process.stdout.readline()
    if not line:
        pytest.fail(f"a worker process ended with {process.wait(10)}")
    return json.loads(line)
