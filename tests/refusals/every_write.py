"""For every tool that changes an org: a call that succeeds, and what has to be changed in it for each thing that goes
wrong. A new tool needs a row here."""

from dataclasses import dataclass, field
from typing import Any

from server.world import ADMIN, World

DENIED = "INSUFFICIENT_ACCESS_OR_READONLY"
NOT_THERE = "INVALID_CROSS_REFERENCE_KEY"
NOWHERE = {
    kind: f"{prefix}E0000000zzzz"
    for kind, prefix in {
        "account": "001",
        "contact": "003",
        "lead": "00Q",
        "deal": "006",
        "quote": "0Q0",
        "case": "500",
        "campaign": "701",
    }.items()
}
LOST = "99999999"  # the number of no case


@dataclass(frozen=True)
class Poison:
    """A list with one entry that cannot be done, and what the rest leaves in the org, by object: else nothing."""

    given: dict[str, Any]
    code: str
    stays: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Write:
    given: dict[str, Any]
    absent: tuple[dict[str, Any], str] | None = None  # it names a record that does not exist, and the code it gets
    denied: str = DENIED  # what a profile without the right gets; "" where none is needed
    poison: Poison | None = None
    incomplete: dict[str, Any] | None = None  # for a tool that requires nothing: what is not enough
    planned: bool = False  # it writes only with the plan id of its preview
    locks: bool = True  # it writes records that others may hold


def writes(world: World) -> dict[str, Write]:
    return {**_core(world), **_leads_and_accounts(world), **_deals(world), **_activities(world), **_quality(world)} | {
        **_service(world),
        **_marketing(world),
        **_collaboration(world),
        **_bulk(world),
        **_platform(),
    }


def one(world: World, name: str, condition: str = "1 = 1", column: str = "Id") -> str:
    found = world.rows(f'SELECT {column} FROM "{name}" WHERE IsDeleted = 0 AND {condition} ORDER BY Id LIMIT 1')  # noqa: S608
    return str(found[0][0])


def some(world: World, name: str, condition: str, count: int) -> list[str]:
    found = world.rows(f'SELECT Id FROM "{name}" WHERE IsDeleted = 0 AND {condition} ORDER BY Id LIMIT {count}')  # noqa: S608
    return [str(row[0]) for row in found]


def insert(world: World, name: str, **values: Any) -> str:
    return str(world.org.insert(world.org.caller(world.site.user_id(ADMIN)), name, values))


def _core(world: World) -> dict[str, Write]:
    account, contact = one(world, "Account"), insert(world, "Contact", LastName="Short")
    new = {"operation": "create", "objectName": "Contact", "record": {"LastName": "New"}}
    change = {"operation": "update", "objectName": "Account", "recordId": account, "record": {"Phone": "12345"}}
    lost = {**change, "recordId": NOWHERE["account"]}
    return {
        "createRecord": Write(
            {"objectName": "Contact", "record": {"LastName": "New", "AccountId": account}},
            absent=({"record": {"LastName": "New", "AccountId": NOWHERE["account"]}}, NOT_THERE),
        ),
        "updateRecord": Write(
            {"objectName": "Account", "recordId": account, "record": {"Phone": "12345"}},
            absent=({"recordId": NOWHERE["account"]}, "NOT_FOUND"),
        ),
        "deleteRecord": Write(
            {"objectName": "Contact", "recordId": contact}, absent=({"recordId": NOWHERE["contact"]}, "NOT_FOUND")
        ),
        "executeComposite": Write(
            {"operations": [new, change]},
            absent=({"operations": [new, lost]}, "NOT_FOUND"),
            poison=Poison(
                {"operations": [new, change, {**new, "record": {"FirstName": "x"}}]}, "REQUIRED_FIELD_MISSING"
            ),
        ),
        "executeBatch": Write(
            {"operations": [new]},
            absent=({"operations": [lost]}, "NOT_FOUND"),
            poison=Poison({"operations": [new, lost, change]}, "NOT_FOUND", stays={"Contact": 1, "Account": 1}),
        ),
    }


def _leads_and_accounts(world: World) -> dict[str, Write]:
    leads = some(world, "Lead", "Status = 'Qualified' AND IsConverted = 0", 3)
    group = [{"name": "Holding"}, {"name": "Daughter", "parent": "Holding"}]
    return {
        "assignLead": Write(
            {"leadIds": leads, "status": "Working - Contacted", "rating": "Hot"},
            absent=({"leadIds": [NOWHERE["lead"]]}, "NOT_FOUND"),
            poison=Poison({"leadIds": [*leads, NOWHERE["lead"]]}, "NOT_FOUND"),
        ),
        "convertLead": Write({"leadId": leads[0]}, absent=({"leadId": NOWHERE["lead"]}, NOT_THERE)),
        "createAccountHierarchy": Write(
            {"accounts": group},
            absent=({"parentId": NOWHERE["account"]}, NOT_THERE),
            poison=Poison({"accounts": [*group, {"name": "x" * 300, "parent": "Daughter"}]}, "STRING_TOO_LONG"),
        ),
    }


def _deals(world: World) -> dict[str, Write]:
    deal, large = (
        one(world, "Opportunity", "IsClosed = 0"),
        one(world, "Opportunity", "IsClosed = 0 AND Amount > 100000"),
    )
    contact = insert(world, "Contact", LastName="Newcomer")
    product = world.rows('SELECT p.Name FROM "Product2" p WHERE p.IsActive = 1 ORDER BY p.Id LIMIT 1')[0][0]
    line, warp = {"product": product, "quantity": 1}, {"product": "Warp drive", "quantity": 1}
    bare = insert(world, "Opportunity", Name="Bare", StageName="Prospecting", CloseDate="2026-12-31")
    return {
        "moveOpportunityStage": Write(
            {"opportunityId": deal, "stage": "Closed Won"}, absent=({"opportunityId": NOWHERE["deal"]}, "NOT_FOUND")
        ),
        "setContactRole": Write(
            {"opportunityId": deal, "contactId": contact, "role": "Evaluator"},
            absent=({"contactId": NOWHERE["contact"]}, NOT_THERE),
        ),
        "addProducts": Write(
            {"recordId": bare, "products": [line, line]},
            absent=({"recordId": NOWHERE["deal"]}, "NOT_FOUND"),
            poison=Poison({"products": [line, warp]}, "INVALID_INPUT"),
        ),
        "createQuote": Write({"opportunityId": deal}, absent=({"opportunityId": NOWHERE["deal"]}, "NOT_FOUND")),
        "generateQuotePdf": Write(
            {"quoteId": one(world, "Quote")}, absent=({"quoteId": NOWHERE["quote"]}, "NOT_FOUND")
        ),
        "decideApproval": Write(
            {"recordId": large, "action": "submit"},
            absent=({"recordId": NOWHERE["deal"]}, "NOT_FOUND"),
            denied="INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        ),
    }


def _activities(world: World) -> dict[str, Write]:
    contact = one(world, "Contact", "Email IS NOT NULL")
    lost = ({"contactOrLeadId": NOWHERE["contact"]}, NOT_THERE)
    return {
        "logCall": Write({"subject": "Call", "contactOrLeadId": contact, "nextStep": "Send the quote"}, absent=lost),
        "createFollowUp": Write(
            {"subject": "Prepare", "dueDate": "2026-12-03", "assignTo": ["John Miller", "Maria Lopez"]},
            absent=lost,
            poison=Poison({"assignTo": ["John Miller", "Nobody Atall"]}, "NO_SUCH_PERSON"),
        ),
        "scheduleMeeting": Write({"subject": "Demo", "start": "2026-11-24T14:00"}, absent=lost),
        "sendEmail": Write(
            {"to": [contact], "subject": "Offer", "body": "Please find …"},
            absent=({"to": [NOWHERE["contact"]]}, "NOT_FOUND"),
            denied="",
            poison=Poison({"to": ["a@b.example", "nobody"]}, "INVALID_INPUT"),
            locks=False,
        ),
    }


def _quality(world: World) -> dict[str, Write]:
    kept, gone = (insert(world, "Account", Name=name) for name in ("Zenith Inc.", "ZENITH"))
    untidy = insert(world, "Account", Name="Untidy", BillingState="california", BillingCountry="usa")
    known, _ = (insert(world, "Account", Name="Known", ERP_Id__c=number) for number in ("C-1", "C-2"))
    binned = [insert(world, "Contact", LastName=name) for name in ("Binned", "Thrown")]
    for each in binned:
        world.org.delete(world.org.caller(world.site.user_id(ADMIN)), "Contact", each)
    row = {"ERP_Id__c": "C-1", "Phone": "12345"}
    return {
        "mergeRecords": Write(
            {"objectName": "Account", "masterId": kept, "duplicateIds": [gone]},
            absent=({"duplicateIds": [NOWHERE["account"]]}, "NOT_FOUND"),
            poison=Poison({"duplicateIds": [gone, NOWHERE["account"]]}, "NOT_FOUND"),
            planned=True,
        ),
        "standardizeAddresses": Write(
            {"objectName": "Account", "recordIds": [untidy]},
            absent=({"recordIds": [NOWHERE["account"]]}, "NOT_FOUND"),
            poison=Poison({"recordIds": [untidy, NOWHERE["account"]]}, "NOT_FOUND"),
            planned=True,
        ),
        "enrichRecords": Write(
            {"objectName": "Account", "matchField": "ERP_Id__c", "rows": [row]},
            poison=Poison(
                {"rows": [row, {"ERP_Id__c": "C-2", "Fax": "x" * 99}], "overwrite": True},
                "STRING_TOO_LONG",
                stays={"Account": 1},
            ),
        ),
        "undeleteRecords": Write(
            {"recordIds": binned},
            absent=({"recordIds": [NOWHERE["contact"]]}, "UNDELETE_FAILED"),
            poison=Poison({"recordIds": [*binned, known]}, "UNDELETE_FAILED"),
        ),
    }


def _service(world: World) -> dict[str, Write]:
    number = one(world, "Case", "IsClosed = 0 AND IsEscalated = 0", "CaseNumber")
    lost = ({"case": LOST}, "NOT_FOUND")
    promised, milestone = world.rows(
        'SELECT c.CaseNumber, t.Name FROM "CaseMilestone" m JOIN "Case" c ON c.Id = m.CaseId '
        'JOIN "MilestoneType" t ON t.Id = m.MilestoneTypeId WHERE m.IsCompleted = 0 AND c.IsClosed = 0 LIMIT 1'
    )[0]
    mail = {"fromAddress": "a@new.example", "subject": "Down", "body": "It stands still"}
    return {
        "createCaseFromEmail": Write(mail, absent=({"record": {"ContactId": NOWHERE["contact"]}}, NOT_THERE)),
        "escalateCase": Write({"case": number, "reason": "Line down", "to": "Escalations"}, absent=lost),
        "resolveCase": Write({"case": number, "resolution": "Sealed it"}, absent=lost),
        "addCaseComment": Write({"case": number, "text": "note"}, absent=lost),
        "completeMilestone": Write({"case": promised, "milestone": milestone}, absent=lost),
        "writeArticle": Write(
            {"articleTitle": "Overpressure", "body": "Open the valve", "case": number},
            absent=lost,
            incomplete={"articleTitle": "Overpressure"},
        ),
    }


def _marketing(world: World) -> dict[str, Write]:
    campaign = insert(world, "Campaign", Name="Quiet", IsActive=True)
    leads = some(world, "Lead", "IsConverted = 0", 2)
    lost = ({"campaignId": NOWHERE["campaign"]}, "NOT_FOUND")
    statuses = [{"label": "Registered"}, {"label": "Attended", "responded": True}]
    return {
        "createCampaign": Write(
            {"name": "Webinar", "memberStatuses": statuses},
            absent=({"record": {"ParentId": NOWHERE["campaign"]}}, NOT_THERE),
            poison=Poison({"memberStatuses": [*statuses, {"label": "x" * 800}]}, "INVALID_ARGUMENTS"),
        ),
        "addCampaignMembers": Write(
            {"campaignId": campaign, "people": leads},
            absent=lost,
            poison=Poison({"people": [*leads, NOWHERE["lead"]]}, NOT_THERE, stays={"CampaignMember": 2}),
        ),
        "nurtureLeads": Write({"campaignId": campaign, "followUp": "Call", "limit": 3}, absent=lost),
    }


def _collaboration(world: World) -> dict[str, Write]:
    account = one(world, "Account")
    lost = {"recordId": NOWHERE["account"]}
    return {
        "postToFeed": Write({"recordId": account, "text": "Hello"}, absent=(lost, NOT_THERE)),
        "uploadFile": Write({"recordId": account, "fileName": "a.txt", "text": "x"}, absent=(lost, NOT_THERE)),
    }


def _bulk(world: World) -> dict[str, Write]:
    new = {"LastName": "Import"}
    return {
        "createBulkJob": Write(
            {"objectName": "Contact", "operation": "insert", "rows": [new, new]},
            absent=({"objectName": "Nothing__c"}, "NOT_FOUND"),
            poison=Poison({"rows": [new, {"LastName": "x" * 99}, new]}, "STRING_TOO_LONG", stays={"Contact": 2}),
        ),
        "massChange": Write(
            {
                "soql": "SELECT Id FROM Account WHERE ERP_Id__c IN ('C-1', 'C-2')",
                "operation": "update",
                "record": {"Phone": "12345"},
            },
            planned=True,
        ),
    }


def _platform() -> dict[str, Write]:
    lead, field = {"LastName": "Quick", "Company": "Action"}, {"label": "Sites", "type": "Number"}
    tier = {"type": "CustomMetadata", "name": "Support_Tier.Gold", "record": {"label": "Gold", "Response_Hours__c": 4}}
    return {
        "runAction": Write(
            {"kind": "quickAction", "name": "NewLead", "inputs": [lead]},
            absent=({"name": "NoAction"}, "NOT_FOUND"),
            denied="NOT_FOUND",  # nor is it listed for this profile
            poison=Poison({"inputs": [lead, {**lead, "LastName": "x" * 99}]}, "STRING_TOO_LONG", stays={"Lead": 1}),
        ),
        "createCustomField": Write(
            {"objectName": "Account", "fields": [field]},
            absent=({"objectName": "Nothing__c"}, "NOT_FOUND"),
            denied="INSUFFICIENT_ACCESS",
            poison=Poison({"fields": [field, {"label": "Level", "type": "Picklist"}]}, "INVALID_INPUT"),
        ),
        "deployMetadata": Write(
            {"components": [tier]},
            denied="INSUFFICIENT_ACCESS",
            poison=Poison({"components": [tier, {**tier, "name": "Nothing.Gold"}]}, "NOT_FOUND"),
            incomplete={},
            planned=True,
            locks=False,
        ),
    }
