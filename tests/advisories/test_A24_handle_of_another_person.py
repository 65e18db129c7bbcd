"""SDK CVE-2026-52869, Ruby CVE-2026-33946: a session, cursor, plan or state that works for whoever has it."""

from dataclasses import replace

import pytest
from bulk.conftest import office as office
from bulk.test_import import contacts
from edges.whole import opened
from held_open import held_open
from oauth.deployment import SALES, SETTINGS
from server.fixtures import org as org

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.policy.plans import Plans
from salesforce_mcp.tools.listing import listing

ADMIN, SUPPORT = "admin@demo.example", "support@demo.example"
QUERY = "SELECT Id, Name FROM Contact ORDER BY Id"


@pytest.fixture
async def whole(seeded, clock):
    """With results so small that a query has a second page."""
    async for running in held_open(opened(seeded.copy(), clock, settings=replace(SETTINGS, result_tokens=300))):
        yield running


@pytest.mark.parametrize("session", ["1", "00D000000000001", "a" * 64, "../../x"])
async def test_a_session_id_decides_nothing(whole, session):
    token = await whole.token()
    ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "getUserInfo", "arguments": {}}}
    plain = await whole.post(token, ask)
    given = await whole.post(token, ask, **{"Mcp-Session-Id": session})
    assert given.json() == plain.json()
    without = await whole.post("", ask, **{"Mcp-Session-Id": session})
    assert without.status_code == 401


async def test_a_cursor_of_another_person_is_refused(whole):
    first = await whole.result(await whole.token(ADMIN), "executeQuery", soql=QUERY)
    answer = await whole.result(await whole.token(SUPPORT), "executeQuery", soql=QUERY, cursor=first["cursor"])
    assert answer["code"] == "INVALID_CURSOR"


@pytest.mark.parametrize("change", ["{}x", "x{}", "{}.{}", "0000000000000000"])
async def test_a_cursor_that_was_changed_is_refused(whole, change):
    token = await whole.token(SALES)
    first = await whole.result(token, "executeQuery", soql=QUERY)
    answer = await whole.result(token, "executeQuery", soql=QUERY, cursor=change.format(first["cursor"], "1"))
    assert answer["code"] == "INVALID_CURSOR"


STOLEN = [
    {"subject": "org/other"},
    {"tool": "mergeRecords"},
    {"arguments": {"soql": "SELECT Id FROM Account"}},
    {"subject": ""},
]


@pytest.mark.parametrize("change", STOLEN, ids=str)
async def test_a_plan_is_good_for_its_person_its_tool_and_its_arguments_alone(whole, change):
    plans = Plans(whole.services.store, whole.services.clock)
    shown = {"subject": "org/person", "tool": "massChange", "arguments": {"soql": "SELECT Id FROM Lead"}}
    plan_id = await plans.propose(**shown)
    with pytest.raises(InvalidInput):
        await plans.redeem(plan_id, **{**shown, **change})
    await plans.redeem(plan_id, **shown)
    with pytest.raises(InvalidInput):
        await plans.redeem(plan_id, **shown)


IMPORT = {"objectName": "Contact", "operation": "insert"}
TAKING = {
    ("getBulkJob", "jobId"): {},
    ("changeBulkJob", "jobId"): {"action": "retryFailedRows"},
    ("previewImport", "uploadId"): IMPORT,
    ("createBulkJob", "uploadId"): IMPORT,
}
NEVER = {"jobId": "job-" + 32 * "0", "uploadId": "up-" + 32 * "0"}


async def test_a_job_or_file_of_another_person_is_to_every_tool_as_if_it_had_never_been(office):
    assert {(tool["name"], name) for tool in listing() for name in tool["parameters"] if name in NEVER} == set(TAKING)
    async with office.desk(ADMIN) as owner, office.desk(SUPPORT) as stranger:
        job = await owner.call("createBulkJob", **IMPORT, csv=contacts(3, poisoned=frozenset({2})))
        upload = await owner.call("previewImport", **IMPORT)
        handles = {"jobId": job["jobId"], "uploadId": upload["uploadId"]}
        for (tool, name), arguments in TAKING.items():
            theirs, nobodys = [
                str(await stranger.refused(tool, **arguments, **{name: one[name]})).replace(one[name], "…")
                for one in (handles, NEVER)
            ]
            assert theirs == nobodys, tool
        assert (await owner.call("changeBulkJob", action="retryFailedRows", jobId=job["jobId"]))["rows"] == 1
