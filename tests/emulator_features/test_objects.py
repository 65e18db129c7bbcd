"""The objects of the org: how many there are, and that everybody can ask for each."""

import httpx
from emulator_features.asking import rows

from salesforce_emulator.org import Org

# Objects that jsforce's suite and the workflows of salespeople and service agents ask for.
ASKED = {"ForecastingQuota", "Period", "Territory2", "ProcessInstance", "CaseMilestone", "Knowledge__kav", "FeedItem"}
ASKED |= {"ForecastingItem", "ForecastingType", "UserRecordAccess", "CaseShare", "CustomPermission", "FieldPermissions"}

# What the platform answers only with a filter, or for some of its fields.
FILTERED = {
    "ContentDocumentLink": "FIELDS(STANDARD) FROM ContentDocumentLink WHERE ContentDocumentId = '069000000000000AAA'",
    "UserRecordAccess": "RecordId FROM UserRecordAccess WHERE UserId = '005000000000000AAA'"
    " AND RecordId = '001000000000000AAA'",
}


def test_the_org_has_its_standard_objects(org: Org) -> None:
    standard = {one.name for one in org.schema if not one.custom}
    assert len(standard) >= 75
    assert standard >= ASKED


async def test_every_object_that_can_be_queried_answers(admin: httpx.AsyncClient, support: httpx.AsyncClient) -> None:
    for client in (admin, support):
        for one in (await client.get("/sobjects")).json()["sobjects"]:
            if one["queryable"]:
                asked = FILTERED.get(one["name"], f"FIELDS(STANDARD) FROM {one['name']}")
                await rows(client, f"SELECT {asked} LIMIT 1")
