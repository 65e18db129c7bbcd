"""The objects of the org: how many there are, and that everybody can ask for each."""

import httpx
from emulator_features.asking import rows

from salesforce_emulator.org import Org

# Objects that jsforce's suite and the workflows of salespeople and service agents ask for.
ASKED = set(
    """
Account Contact Lead Opportunity OpportunityContactRole OpportunityLineItem OpportunityHistory Product2 Pricebook2
PricebookEntry Quote QuoteLineItem QuoteDocument Case CaseComment CaseHistory CaseMilestone CaseShare EmailMessage
Solution Task Event Campaign CampaignMember CampaignMemberStatus User UserRole Profile PermissionSet
PermissionSetAssignment Group GroupMember QueueSobject RecordType Organization Contract Order OrderItem Asset
Entitlement SlaProcess MilestoneType BusinessHours Knowledge__kav KnowledgeArticle KnowledgeArticleVersion CaseArticle
ContentVersion ContentDocument ContentDocumentLink Attachment Note Document Report Dashboard ListView Folder
ProcessDefinition ProcessNode ProcessInstance ProcessInstanceStep ProcessInstanceWorkitem FeedItem FeedComment
Territory2 Territory2Model Territory2Type UserTerritory2Association ObjectTerritory2Association ForecastingItem
ForecastingQuota ForecastingType Period DuplicateRule MatchingRule DuplicateRecordSet DuplicateRecordItem LeadStatus
OpportunityStage CaseStatus TaskStatus TaskPriority AsyncApexJob ApexClass ApexTrigger CustomPermission
FieldPermissions UserRecordAccess EntityDefinition FieldDefinition
""".split()  # noqa: SIM905 - a list to read
)

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
