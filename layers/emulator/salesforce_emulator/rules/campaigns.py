"""Campaigns count their members and what came of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.rules import rows
from salesforce_emulator.rules.change import Change, Row

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

FROM_PERSON = ("Salutation", "Name", "FirstName", "LastName", "Title", "Email", "Phone", "MobilePhone", "LeadSource")
MEMBERS = """
SELECT count(m.LeadId) AS NumberOfLeads, count(m.ContactId) AS NumberOfContacts,
    coalesce(sum(m.HasResponded), 0) AS NumberOfResponses, coalesce(sum(l.IsConverted), 0) AS NumberOfConvertedLeads
FROM "CampaignMember" m LEFT JOIN "Lead" l ON l.Id = m.LeadId WHERE m.CampaignId = ? AND m.IsDeleted = 0
"""
DEALS = """
SELECT count(*) AS NumberOfOpportunities, coalesce(sum(IsWon), 0) AS NumberOfWonOpportunities,
    coalesce(sum(Amount), 0.0) AS AmountAllOpportunities,
    coalesce(sum(CASE WHEN IsWon THEN Amount END), 0.0) AS AmountWonOpportunities
FROM "Opportunity" WHERE CampaignId = ? AND IsDeleted = 0
"""


def offer_statuses(change: Change) -> None:
    if not change.creating:
        return
    for order, (label, responded) in enumerate((("Sent", False), ("Responded", True)), start=1):
        values = {"Label": label, "SortOrder": order, "IsDefault": not responded, "HasResponded": responded}
        change.org.add(change.caller, "CampaignMemberStatus", {"CampaignId": change.row["Id"], **values})


def keep_statuses(change: Change) -> None:
    """One status of a campaign is the default, and at least one counts as a response."""
    row, before, of_others = change.row, change.before, "CampaignId = ? AND Id != ? AND IsDeleted = 0"
    others = (row["CampaignId"], row["Id"])
    if row["IsDefault"]:
        statement = f'UPDATE "CampaignMemberStatus" SET IsDefault = 0 WHERE {of_others}'  # noqa: S608 - a constant
        change.org.connection.execute(statement, others)
    elif before and before["IsDefault"]:
        message = "A campaign must have a default member status: make another one the default"
        raise Refused(400, "FIELD_INTEGRITY_EXCEPTION", message, ["IsDefault"])
    query = f'SELECT 1 FROM "CampaignMemberStatus" WHERE HasResponded = 1 AND {of_others}'  # noqa: S608 - a constant
    if before and before["HasResponded"] and not row["HasResponded"]:
        if change.org.connection.execute(query, others).fetchone():
            return
        message = "A campaign must have a member status that counts as responded"
        raise Refused(400, "FIELD_INTEGRITY_EXCEPTION", message, ["HasResponded"])


def describe_member(change: Change) -> None:
    """A member shows the lead or contact behind it."""
    org, row = change.org, change.row
    person_id = row["ContactId"] or row["LeadId"]
    if person_id is None:
        message = "Required fields are missing: [LeadId, ContactId]"
        raise Refused(400, "REQUIRED_FIELD_MISSING", message, ["LeadId", "ContactId"])
    if change.creating and _is_member(org, row):
        raise Refused(400, "DUPLICATE_VALUE", "Already a campaign member.", [])
    kind, prefix = ("Contact", "Mailing") if row["ContactId"] else ("Lead", "")
    person = org.row(kind, person_id) or {}
    row.update((name, person.get(name)) for name in FROM_PERSON)
    row.update((part, person.get(prefix + part)) for part in ("City", "State", "Country"))
    row.update(Type=kind, LeadOrContactId=person_id, LeadOrContactOwnerId=person.get("OwnerId"))
    account = org.row("Account", person["AccountId"]) if person.get("AccountId") else None
    row["CompanyOrAccount"] = account["Name"] if account else person.get("Company")


def decide_response(change: Change) -> None:
    row = change.row
    offered = rows.rows(
        change.org.connection,
        'SELECT Label, HasResponded, IsDefault FROM "CampaignMemberStatus" WHERE CampaignId = ? AND IsDeleted = 0',
        (row["CampaignId"],),
    )
    if row["Status"] is None:
        row["Status"] = next((one["Label"] for one in offered if one["IsDefault"]), "Sent")
    row["HasResponded"] = any(one["HasResponded"] for one in offered if one["Label"] == row["Status"])
    if row["HasResponded"] and row["FirstRespondedDate"] is None:
        row["FirstRespondedDate"] = change.org.now().date().isoformat()


def count_after_save(change: Change) -> None:
    count(change.org, change.caller, change.row)


def count_opportunity(change: Change) -> None:
    if not change.changed("CampaignId", "Amount", "IsWon"):
        return
    count(change.org, change.caller, change.row)
    if change.before:
        count(change.org, change.caller, change.before)


def count_lead(change: Change) -> None:
    if change.creating or not change.changed("IsConverted"):
        return
    query = 'SELECT CampaignId FROM "CampaignMember" WHERE LeadId = ? AND IsDeleted = 0'
    for member in rows.rows(change.org.connection, query, (change.row["Id"],)):
        count(change.org, change.caller, member)


def count(org: Org, caller: Caller, row: Row) -> None:  # noqa: ARG001
    campaign_id = row["CampaignId"]
    if campaign_id is None:
        return
    for query in (MEMBERS, DEALS):
        (sums,) = rows.rows(org.connection, query, (campaign_id,))
        rows.change(org.connection, "Campaign", campaign_id, sums)


def _is_member(org: Org, row: Row) -> bool:
    column = "ContactId" if row["ContactId"] else "LeadId"
    query = f'SELECT 1 FROM "CampaignMember" WHERE CampaignId = ? AND {column} = ? AND IsDeleted = 0'  # noqa: S608
    return org.connection.execute(query, (row["CampaignId"], row[column])).fetchone() is not None
