"""What a tool that reads says of what is not there, or not for this person: never an answer that is merely empty."""

from typing import Any

import pytest
from bulk.office import Office
from refusals.every_write import LOST, NOWHERE
from refusals.test_refusals import codes
from server.world import ADMIN, SUPPORT

from salesforce_mcp.tools.catalogue import CATALOGUE
from salesforce_mcp.tools.listing import as_seen
from salesforce_mcp.tools.tool import Effect

READING = [name for name, one in CATALOGUE.items() if one.effect is Effect.READS]
# They ask about nothing that could be missing: a search finds nothing, a list is of what there is.
ABOUT_EVERYTHING = {
    *("listAllObjects", "describeAccount", "describeLead", "describeOpportunity", "describeCase", "describeSolution"),
    *("listApiVersions", "listResources", "getOrganizationLimits", "listReports", "searchKnowledge"),
}
NOTHING = "SELECT Id FROM Nothing__c"
ABSENT: dict[str, tuple[dict[str, Any], str]] = {
    "getUserInfo": ({"access": True, "objectName": "Nothing__c"}, "NOT_FOUND"),
    "describeObject": ({"objectName": "Nothing__c"}, "NOT_FOUND"),
    "executeQuery": ({"soql": NOTHING}, "INVALID_TYPE"),
    "executeQueryAll": ({"soql": NOTHING}, "INVALID_TYPE"),
    "executeSearch": ({"sosl": "FIND {acme} RETURNING Nothing__c(Id)"}, "INVALID_TYPE"),
    "getRecord": ({"objectName": "Account", "recordId": NOWHERE["account"]}, "NOT_FOUND"),
    "getRelatedRecords": (
        {"objectName": "Account", "recordId": NOWHERE["account"], "relationship": "Contacts"},
        "NOT_FOUND",
    ),
    "scoreLeads": ({"leadIds": [NOWHERE["lead"]]}, "NOT_FOUND"),
    "getAccountHierarchy": ({"accountId": NOWHERE["account"]}, "NOT_FOUND"),
    "getInteractionHistory": ({"recordId": NOWHERE["contact"]}, "NOT_FOUND"),
    "getPipelineForecast": ({"ownerId": "005E0000000zzzz"}, "NOT_FOUND"),
    "getApprovalStatus": ({"recordId": NOWHERE["quote"]}, "NOT_FOUND"),
    "findDuplicates": ({"objectName": "Account", "recordIds": [NOWHERE["account"]]}, "NOT_FOUND"),
    "validateContactData": ({"objectName": "Contact", "recordIds": [NOWHERE["contact"]]}, "NOT_FOUND"),
    "getCaseTimeline": ({"case": LOST}, "NOT_FOUND"),
    "getCaseMilestones": ({"case": LOST}, "NOT_FOUND"),
    "getCampaignPerformance": ({"campaign": "Nothing like it"}, "NOT_FOUND"),
    "getReport": ({"report": "Nothing like it"}, "NOT_FOUND"),
    "runListView": ({"objectName": "Account", "view": "Nothing like it"}, "NOT_FOUND"),
    "readFeed": ({"recordId": NOWHERE["account"]}, "NOT_FOUND"),
    "readFiles": ({"recordId": NOWHERE["account"]}, "NOT_FOUND"),
    "previewImport": ({"objectName": "Nothing__c", "operation": "insert", "csv": "A\nb\n"}, "NOT_FOUND"),
    "getBulkJob": ({"jobId": f"job-{'0' * 32}"}, "JOB_NOT_FOUND"),
    "exportQuery": ({"soql": NOTHING}, "INVALID_TYPE"),
    "listActions": ({"name": "Nothing"}, "NOT_FOUND"),
    "queryTooling": ({"soql": NOTHING}, "INVALID_TYPE"),
    "readMetadata": ({"metadataType": "CustomObject", "names": ["Nothing__c"]}, "NOT_FOUND"),
    "getDebugLogs": ({"logId": "07LE0000000zzzz"}, "NOT_FOUND"),
    "getChanges": ({"objectName": "Nothing__c", "since": "2026-11-10T00:00:00Z"}, "NOT_FOUND"),
}


def test_every_tool_that_reads_is_here() -> None:
    assert set(ABSENT) | ABOUT_EVERYTHING == set(READING)
    assert not set(ABSENT) & ABOUT_EVERYTHING


async def test_input_that_is_missing_is_named_before_anything_is_asked_of_the_org(office: Office) -> None:
    async with office.desk(ADMIN) as desk:
        for name in READING:
            for missing in as_seen(CATALOGUE[name])["inputSchema"].get("required", []):
                given = {key: value for key, value in ABSENT[name][0].items() if key != missing}
                told = await desk.refused(name, **given)
                assert told["code"] == "INVALID_ARGUMENTS"
                assert missing in told["message"]
    assert office.world.salesforce_requests == []


async def test_what_does_not_exist_is_said_not_to(office: Office) -> None:
    said = {}
    async with office.desk(ADMIN) as desk:
        for name, (given, _) in ABSENT.items():
            result = await desk.client.call_tool(name, given)
            said[name] = next(codes(result.structured_content), "an answer") if result.is_error else "an answer"
    assert said == {name: code for name, (_, code) in ABSENT.items()}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("getRecord", {"objectName": "Opportunity", "recordId": "DEAL"}),
        (
            "getRelatedRecords",
            {"objectName": "Opportunity", "recordId": "DEAL", "relationship": "OpportunityLineItems"},
        ),
        ("executeQuery", {"soql": "SELECT Id FROM Opportunity"}),
        ("executeQueryAll", {"soql": "SELECT Id FROM Opportunity"}),
        ("executeSearch", {"sosl": "FIND {acme} RETURNING Opportunity(Id)"}),
        ("describeOpportunity", {}),
        ("describeObject", {"objectName": "Quote"}),
        ("getInteractionHistory", {"recordId": "DEAL"}),
        ("getApprovalStatus", {"recordId": "DEAL"}),
        ("getPipelineForecast", {}),
        ("exportQuery", {"soql": "SELECT Id FROM Opportunity"}),
        ("getChanges", {"objectName": "Opportunity", "since": "2026-11-10T00:00:00Z"}),
        ("readFeed", {"recordId": "DEAL"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_a_profile_may_not_see_is_not_there_for_it(office: Office, name: str, given: dict[str, Any]) -> None:
    deal = office.world.rows('SELECT Id FROM "Opportunity" WHERE IsDeleted = 0 ORDER BY Id LIMIT 1')[0][0]
    async with office.desk(SUPPORT) as desk:
        told = await desk.refused(name, **{key: deal if value == "DEAL" else value for key, value in given.items()})
    assert {"NOT_FOUND", "INVALID_TYPE"} & set(codes(told)), told
