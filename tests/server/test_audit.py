"""One line for each call, without a value in it; and no secret in any log."""

import json
import logging
from asyncio import CancelledError
from types import SimpleNamespace

import pytest
from mcp.shared.exceptions import MCPError
from server.world import ADMIN, SALES, World, tool_call

from salesforce_mcp.policy.audit import Audit

CANARY = "canary-9d41"


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(record.getMessage()) for record in caplog.records if record.name == "salesforce_mcp.audit"]


async def test_every_call_leaves_one_line_that_says_who_did_what_to_which_object(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="salesforce_mcp.audit")
    async with world.client(SALES) as client:
        await client.call_tool("createRecord", {"objectName": "Lead", "record": {"LastName": CANARY, "Company": "C"}})
        await client.call_tool("executeQuery", {"soql": f"SELECT Id FROM Lead WHERE LastName = '{CANARY} from Case'"})  # noqa: S608
        await client.call_tool("executeQuery", {"soql": "SELECT Nope FROM Lead"})
        await client.call_tool("noSuchTool", {"objectName": CANARY})
    told = lines(caplog)
    assert [(line["tool"], line["outcome"], line.get("object")) for line in told] == [
        ("createRecord", "ok", "Lead"),
        ("executeQuery", "ok", "Lead"),
        ("executeQuery", "INVALID_FIELD", "Lead"),
        ("unknown", "UNKNOWN_TOOL", None),
    ]
    assert told[0]["fields"] == ["Company", "LastName"]
    subject = f"{world.org.organization_id}/{world.site.user_id(SALES)}"
    assert {(line["subject"], line["client"]) for line in told} == {(subject, "test-client")}
    assert CANARY not in caplog.text


async def test_a_call_that_the_token_does_not_cover_leaves_its_line(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="salesforce_mcp.audit")
    issued = await world.sign_in(SALES, scopes=["sf.read"])
    async with world.http(issued.access_token) as http:
        answer = await http.post("/mcp", json=tool_call("deleteRecord", objectName="Lead", recordId=CANARY))
    assert answer.status_code == 403
    assert [(line["tool"], line["outcome"]) for line in lines(caplog)] == [("deleteRecord", "INSUFFICIENT_SCOPE")]
    assert CANARY not in caplog.text


async def test_what_is_read_as_a_resource_leaves_its_line_too(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="salesforce_mcp.audit")
    async with world.client(SALES) as client:
        await client.read_resource("salesforce://objects")
        await client.read_resource("salesforce://objects/Lead/fields/Company")
        for uri in ("salesforce://objects/Nope__c", "salesforce://files/069000000000001AAA", f"other://{CANARY}"):
            with pytest.raises(MCPError):
                await client.read_resource(uri)
    assert [(line["tool"], line["outcome"], line.get("object"), line.get("record")) for line in lines(caplog)] == [
        ("resources/read", "ok", None, None),
        ("resources/read", "ok", "Lead", None),
        ("resources/read", "NOT_FOUND", "Nope__c", None),
        ("resources/read", "NOT_FOUND", None, "069000000000001AAA"),
        ("resources/read", "NOT_FOUND", None, None),
    ]
    assert CANARY not in caplog.text


@pytest.mark.parametrize("end", [ZeroDivisionError, CancelledError])
def test_a_call_that_breaks_off_leaves_its_line(caplog: pytest.LogCaptureFixture, end: type[BaseException]) -> None:
    caplog.set_level(logging.INFO, logger="salesforce_mcp.audit")
    audit, caller = Audit(logging.getLogger("salesforce_mcp.audit")), SimpleNamespace(subject="o/u", client_id="c")
    with pytest.raises(end), audit.call(caller, "getRecord", {}):
        raise end
    assert [(line["tool"], line["outcome"]) for line in lines(caplog)] == [("getRecord", "INTERNAL_ERROR")]


async def test_no_token_and_no_value_reaches_any_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = (await world.sign_in(ADMIN)).access_token
    salesforce_tokens = [row[0] for row in world.rows("SELECT token FROM _session")]
    async with world.client(ADMIN) as client:
        await client.call_tool("getUserInfo", {})
        await client.call_tool("createRecord", {"objectName": "Lead", "record": {"LastName": CANARY, "Bad": CANARY}})
    ours = [record for record in caplog.records if record.name.startswith("salesforce_mcp")]
    said = " ".join(record.getMessage() for record in ours)
    assert said
    for secret in (token, CANARY, *salesforce_tokens):
        assert secret not in said
