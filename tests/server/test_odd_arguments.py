"""Whatever a model or a stranger sends as arguments: an explained error, never a failure of the server."""

import json
import logging
import random
from typing import Any

import pytest
from full_counts import full
from server.world import JSON, World

from salesforce_mcp.settings import Settings
from salesforce_mcp.tools.catalogue import CATALOGUE, registered

ODD: list[Any] = [
    None, True, 0, -1, 1e308, "", " ", "\x00", "\ud800", "Account", "account", "001E00000000001IAA", "../..", "%2e%2e",
    "SELECT Id FROM Account", "SELECT Id, FROM", "SELECT (SELECT Id FROM Contacts) FROM Account", "FIND {x}", "FIND {",
    "SELECT COUNT() FROM Account", "SELECT FIELDS(ALL) FROM Contact", "'; DROP", "@{a.id}", "\u202e", "x" * 5_000,
    "null", "[]", "{}", [], [None], [[]], {}, {"Name": "x"}, {"Name": {"a": []}}, {"\ud800": "\ud800"}, ["Name", "Id"],
    ["Name,Id", ""], [{"operation": "get"}], [{"operation": "query", "soql": "SELECT Id FROM Account"}],
    [{"operation": "create", "objectName": "Account", "record": {"Name": "\ud800"}}],
]  # fmt: skip

CALLS = full(100, share=12)


@pytest.mark.full_counts
@pytest.mark.parametrize("name", list(CATALOGUE))
async def test_odd_arguments_are_explained(world: World, name: str, caplog: pytest.LogCaptureFixture) -> None:
    seed = f"20261122 {name}"
    print(f"seed {seed}")
    choose = random.Random(seed)  # noqa: S311 - reproducible, not secret
    parameters = list(registered(CATALOGUE[name].function).parameters.get("properties", {}))
    token = (await world.sign_in()).access_token
    assert Settings().calls_per_minute > CALLS
    async with world.http(token, headers={**JSON, "Content-Type": "application/json"}) as http:
        for _ in range(CALLS):
            arguments = {parameter: choose.choice(ODD) for parameter in parameters if choose.random() < 0.9}
            message = {
                "jsonrpc": "2.0",
                "id": 1,
                "method": "tools/call",
                "params": {"name": name, "arguments": arguments},
            }
            answer = await http.post("/mcp", content=json.dumps(message))
            assert answer.status_code in (200, 400), (arguments, answer.text)
            told = answer.json()
            assert told.get("error", {}).get("code") != -32603, (arguments, told)
            if told.get("result", {}).get("isError"):
                failure = told["result"]["structuredContent"]
                assert failure.get("code", "") != "INTERNAL_ERROR", (arguments, failure)
                assert "results" in failure or failure["message"], (arguments, failure)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
