"""Two environments restored from one snapshot share nothing that has to be secret or unique.

https://docs.aws.amazon.com/lambda/latest/dg/snapstart-uniqueness.html
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lambda_world import World, lambda_world
from sam_template import ROOT

pytestmark = pytest.mark.xdist_group("snapstart")

SAMPLE_TOKEN = "sfa_00000000000000000000000000000000_SAMPLE-ACCESS-TOKEN-SAMPLE-ACCESS-TOKEN-SAM"
EVENTS = {"oauth_endpoint": ["register", "status"], "mcp_endpoint": ["tools_call"]}
LONG = "SELECT Id, Name, Phone, Website, BillingCity FROM Account ORDER BY Name"


@dataclass(frozen=True)
class Restores:
    world: World
    calls_before: int
    requests_before: int
    sockets: list[str]
    first: dict[str, Any]
    second: dict[str, Any]


def sample(name: str, case: str, token: str) -> dict[str, Any]:
    text = (ROOT / "events" / name / f"{case}.json").read_text().replace(SAMPLE_TOKEN, token)
    event: dict[str, Any] = json.loads(text)
    event["body"] = re.sub(r"SELECT [^\"\\]+", LONG, event.get("body", ""))
    return event


@pytest.fixture(scope="module")
def restores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restores]:
    with lambda_world() as world:
        token = world.signed_in()
        events = {name: [sample(name, case, token) for case in cases] for name, cases in EVENTS.items()}
        path = tmp_path_factory.mktemp("snapstart") / "events.json"
        path.write_text(json.dumps(events))
        counted = len(world.aws.calls), len(world.org.requests)
        process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("two_restores.py"), path],
            env={**world.environment, "RESULT_TOKENS": "500", "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        sockets = json.loads(process.stdout.readline())
        counts_after_init = len(world.aws.calls), len(world.org.requests)
        assert counts_after_init == counted, "INIT called AWS or the org"
        first, second = (json.loads(process.stdout.readline()) for _ in range(2))
        assert process.wait(30) == 0
        process.stdout.close()
        yield Restores(world, *counted, sockets, first, second)


def test_init_opens_no_socket_and_no_selector(restores):
    assert restores.sockets == []


def test_both_environments_work(restores):
    for answers in (restores.first, restores.second):
        assert [answer["statusCode"] for answer in answers["oauth_endpoint"]] == [201, 200]
        result = json.loads(answers["mcp_endpoint"][0]["body"])["result"]
        assert result["structuredContent"]["cursor"], "the cursor holds a nonce"


def random_values(answers: dict[str, Any]) -> dict[str, set[str]]:
    registration = json.loads(answers["oauth_endpoint"][0]["body"])
    nonces = re.findall(r'nonce="([^"]+)"', answers["oauth_endpoint"][1]["body"])
    cursor = json.loads(answers["mcp_endpoint"][0]["body"])["result"]["structuredContent"]["cursor"]
    return {"client": {registration["client_id"]}, "nonce": set(nonces), "cursor": {cursor}}


def test_no_client_id_page_nonce_or_sealed_cursor_is_equal(restores):
    first, second = random_values(restores.first), random_values(restores.second)
    for kind in first:
        assert first[kind], kind
        assert first[kind].isdisjoint(second[kind]), kind


def test_no_write_to_the_store_has_the_id_of_another(restores):
    client = restores.world.aws.client("dynamodb")
    rows = client.scan(TableName=restores.world.environment["TABLE_NAME"])["Items"]
    writes = [row["w"]["S"] for row in rows]
    assert len(writes) >= 4
    assert len(set(writes)) == len(writes)
