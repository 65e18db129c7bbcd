"""How many requests to Salesforce a call of each verb may take, also the first of a person: nothing is known yet."""

from typing import Any

import pytest
from refusals.every_write import insert, writes
from server.world import ADMIN, World
from tools.every_read import POISONED, arguments

from salesforce_mcp.tools.catalogue import CATALOGUE

_IN_ONE = (
    "addCaseComment completeMilestone createAccountHierarchy createCampaign createRecord deleteRecord "
    "describeAccount describeCase describeLead describeObject describeOpportunity describeSolution escalateCase "
    "executeBatch executeComposite executeQueryAll executeSearch getDebugLogs "
    "getInteractionHistory getOrganizationLimits getRecord listAllObjects listApiVersions listReports listResources "
    "postToFeed queryTooling readMetadata resolveCase sendEmail undeleteRecords updateRecord uploadFile"
)
_IN_TWO = (
    "addCampaignMembers addProducts assignLead convertLead createCaseFromEmail createCustomField createFollowUp "
    "decideApproval "
    "enrichRecords executeQuery findDuplicates getAccountHierarchy getCampaignPerformance getCaseMilestones "
    "getCaseTimeline getChanges getReport logCall mergeRecords moveOpportunityStage nurtureLeads runAction "
    "runListView scheduleMeeting scoreLeads setContactRole standardizeAddresses validateContactData"
)
# One or two of them only where nothing is found: is the record there?
_IN_THREE = (
    "createQuote deployMetadata generateQuotePdf getApprovalStatus getPipelineForecast getRelatedRecords readFeed "
    "readFiles searchKnowledge writeArticle"
)
_IN_FIVE = "getUserInfo listActions"  # everything about a person; every kind of action
BUDGET = {
    name: most for most, names in {1: _IN_ONE, 2: _IN_TWO, 3: _IN_THREE, 5: _IN_FIVE}.items() for name in names.split()
}
# A job makes as many requests as its rows need; Apex is off.
VERBS = [name for name, entry in CATALOGUE.items() if entry.toolset != "bulk" and name != "runApex"]


def test_every_verb_has_a_budget_and_no_other() -> None:
    assert set(BUDGET) == set(VERBS)


@pytest.mark.parametrize("name", VERBS)
async def test_a_verb_keeps_to_its_budget(world: World, name: str) -> None:
    async with world.client(ADMIN, path="/mcp/x/all") as client:
        answered = 0
        for given in await _calls(world, client, name):
            before = len(world.salesforce_requests)
            answered += not (await client.call_tool(name, given)).is_error
            assert len(world.salesforce_requests) - before <= BUDGET[name], world.salesforce_requests[before:]
    assert answered, "a call that is refused takes nothing"


async def _calls(world: World, client: Any, name: str) -> list[dict[str, Any]]:
    insert(world, "Account", Name=POISONED)
    write = writes(world).get(name)
    if write is None:
        return arguments(world)[name]
    if not write.planned:
        return [write.given]
    preview = await client.call_tool(name, write.given)
    return [{**write.given, "planId": preview.structured_content["planId"]}]
