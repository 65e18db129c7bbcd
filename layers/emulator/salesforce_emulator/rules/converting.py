"""A lead becomes an account, a contact and an opportunity.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_convertlead.htm
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from salesforce_emulator import ids, outbox
from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.rules.shares import NO_ACCESS

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

Row = dict[str, Any]

TO_ACCOUNT = {
    "Company": "Name",
    "Phone": "Phone",
    "Fax": "Fax",
    "Website": "Website",
    "Industry": "Industry",
    "AnnualRevenue": "AnnualRevenue",
    "NumberOfEmployees": "NumberOfEmployees",
    "Rating": "Rating",
    "LeadSource": "AccountSource",
    "Description": "Description",
}
TO_CONTACT = (
    *("Salutation", "FirstName", "LastName", "Title", "Email", "Phone", "MobilePhone", "Fax"),
    *("LeadSource", "Description"),
)
ADDRESS = ("Street", "City", "State", "PostalCode", "Country", "Latitude", "Longitude", "GeocodeAccuracy")


@dataclass(frozen=True)
class Conversion:
    """What is asked for one lead. An id that is given says: use this record, make no new one."""

    lead_id: str
    status: str
    account_id: str = ""
    contact_id: str = ""
    opportunity_id: str = ""
    opportunity_name: str = ""
    owner_id: str = ""
    without_opportunity: bool = False
    overwrite_lead_source: bool = False
    notify: bool = False


@dataclass(frozen=True)
class Converted:
    lead_id: str
    account_id: str
    contact_id: str
    opportunity_id: str | None


def convert(org: Org, caller: Caller, asked: Conversion) -> Converted:
    """All of it or nothing."""
    lead = _lead(org, caller, asked)
    _check_rights(caller, asked)
    with org.transaction():
        owner_id = _owner(org, caller, lead, asked.owner_id)
        account_id = _account(org, caller, lead, asked, owner_id)
        contact_id = _contact(org, caller, lead, asked, account_id=account_id, owner_id=owner_id)
        opportunity_id = _opportunity(
            org, caller, lead, asked, account_id=account_id, contact_id=contact_id, owner_id=owner_id
        )
        values = {
            "IsConverted": True,
            "Status": asked.status,
            "ConvertedDate": org.now().date().isoformat(),
            "ConvertedAccountId": account_id,
            "ConvertedContactId": contact_id,
            "ConvertedOpportunityId": opportunity_id,
            "OwnerId": owner_id,
            "IsUnreadByOwner": False,
        }
        org.change(caller, "Lead", lead["Id"], values)
        _move_activities(org, caller, lead, contact_id=contact_id, what_id=opportunity_id or account_id)
        _move_memberships(org, caller, lead, contact_id)
        if asked.notify:
            _notify(org, caller, lead, owner_id)
    return Converted(lead["Id"], account_id, contact_id, opportunity_id)


def _lead(org: Org, caller: Caller, asked: Conversion) -> Row:
    lead = _existing(org, caller, "Lead", asked.lead_id)
    if lead["IsConverted"]:
        raise Refused(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", [])
    found = org.connection.execute(
        'SELECT 1 FROM "LeadStatus" WHERE IsConverted = 1 AND (MasterLabel = ? OR ApiName = ?)',
        (asked.status, asked.status),
    ).fetchone()
    if found is None:
        raise Refused(400, "INVALID_STATUS", f"invalid convertedStatus: {asked.status}", [])
    return lead


def _check_rights(caller: Caller, asked: Conversion) -> None:
    making = {"Account": not asked.account_id, "Contact": not asked.contact_id}
    making["Opportunity"] = not asked.without_opportunity and not asked.opportunity_id
    allowed = caller.may("convert_leads") and caller.can_edit("Lead")
    if not allowed or not all(caller.can_create(name) for name, needed in making.items() if needed):
        raise Refused(403, "INSUFFICIENT_ACCESS_OR_READONLY", NO_ACCESS)


def _owner(org: Org, caller: Caller, lead: Row, asked: str) -> str:
    """Who owns the new records: a queue can own a lead, but neither an account nor a contact."""
    if asked:
        owner = _existing(org, caller, "User", asked)
        if not owner["IsActive"]:
            raise Refused(400, "INACTIVE_OWNER_OR_USER", "operation performed with inactive user", ["OwnerId"])
        return str(owner["Id"])
    owner_id = str(lead["OwnerId"])
    return owner_id if org.row("User", owner_id) else caller.user_id


def _account(org: Org, caller: Caller, lead: Row, asked: Conversion, owner_id: str) -> str:
    values = {target: lead[source] for source, target in TO_ACCOUNT.items()}
    values.update({f"Billing{part}": lead[part] for part in ADDRESS})
    if not asked.account_id:
        return org.add(caller, "Account", _said({**values, "OwnerId": owner_id}))
    account = _existing(org, caller, "Account", asked.account_id)
    _fill(org, caller, "Account", account, values)
    return str(account["Id"])


def _contact(org: Org, caller: Caller, lead: Row, asked: Conversion, *, account_id: str, owner_id: str) -> str:
    values = {name: lead[name] for name in TO_CONTACT}
    values.update({f"Mailing{part}": lead[part] for part in ADDRESS})
    if not asked.contact_id:
        return org.add(caller, "Contact", _said({**values, "AccountId": account_id, "OwnerId": owner_id}))
    contact = _existing(org, caller, "Contact", asked.contact_id)
    if contact["AccountId"] != account_id:
        message = f"contact {contact['Id'][:15]} does not belong to account {account_id[:15]}"
        raise Refused(400, "INVALID_CROSS_REFERENCE_KEY", message, [])
    if asked.overwrite_lead_source and lead["LeadSource"]:
        contact = {**contact, "LeadSource": None}
    _fill(org, caller, "Contact", contact, values)
    return str(contact["Id"])


def _opportunity(
    org: Org, caller: Caller, lead: Row, asked: Conversion, *, account_id: str, contact_id: str, owner_id: str
) -> str | None:
    if asked.without_opportunity:
        return None
    if asked.opportunity_id:
        opportunity = _existing(org, caller, "Opportunity", asked.opportunity_id)
        if opportunity["AccountId"] not in (None, account_id):
            message = f"opportunity {opportunity['Id'][:15]} does not belong to account {account_id[:15]}"
            raise Refused(400, "INVALID_CROSS_REFERENCE_KEY", message, [])
        return str(opportunity["Id"])
    campaign = org.connection.execute(
        'SELECT CampaignId FROM "CampaignMember" WHERE LeadId = ? AND IsDeleted = 0'
        " ORDER BY SystemModstamp DESC, Id DESC",
        (lead["Id"],),
    ).fetchone()
    values = {
        "Name": asked.opportunity_name or lead["Company"],
        "AccountId": account_id,
        "ContactId": contact_id,
        "StageName": _first_open_stage(org),
        "CloseDate": _end_of_quarter(org.now().date()).isoformat(),
        "LeadSource": lead["LeadSource"],
        "CampaignId": campaign[0] if campaign else None,
        "OwnerId": owner_id,
    }
    return org.add(caller, "Opportunity", _said(values))


def _first_open_stage(org: Org) -> str:
    query = 'SELECT ApiName FROM "OpportunityStage" WHERE IsActive = 1 AND IsClosed = 0 ORDER BY SortOrder LIMIT 1'
    return str(org.connection.execute(query).fetchone()[0])


def _end_of_quarter(today: date) -> date:
    month = (today.month - 1) // 3 * 3 + 3
    return date(today.year, month, monthrange(today.year, month)[1])


def _move_activities(org: Org, caller: Caller, lead: Row, *, contact_id: str, what_id: str) -> None:
    for name in ("Task", "Event"):
        query = f'SELECT Id, WhatId FROM "{name}" WHERE WhoId = ? AND IsDeleted = 0'  # noqa: S608
        for activity_id, about in org.connection.execute(query, (lead["Id"],)).fetchall():
            org.change(caller, name, activity_id, {"WhoId": contact_id, "WhatId": about or what_id})


def _move_memberships(org: Org, caller: Caller, lead: Row, contact_id: str) -> None:
    """The lead's memberships become the contact's, but where the contact is a member already."""
    query = (
        'SELECT Id FROM "CampaignMember" m WHERE LeadId = ? AND IsDeleted = 0 AND NOT EXISTS (SELECT 1 FROM'
        ' "CampaignMember" o WHERE o.CampaignId = m.CampaignId AND o.ContactId = ? AND o.IsDeleted = 0)'
    )
    for (member_id,) in org.connection.execute(query, (lead["Id"], contact_id)).fetchall():
        org.change(caller, "CampaignMember", member_id, {"ContactId": contact_id})


def _notify(org: Org, caller: Caller, lead: Row, owner_id: str) -> None:
    owner = org.row("User", owner_id) or {}
    subject = f"Lead converted: {lead['Name']}, {lead['Company']}"
    outbox.put(org, caller, {"toAddresses": [owner.get("Email")], "subject": subject, "whatId": lead["Id"]})


def _existing(org: Org, caller: Caller, name: str, record_id: str) -> Row:
    known = ids.canonical(record_id)
    if known is None:
        raise Refused(400, "MALFORMED_ID", f"malformed id {record_id}", [])
    row = org.row(name, known) if caller.can_read(name) else None
    if row is None:
        raise Refused(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
    if row.get("IsDeleted"):
        raise Refused(400, "ENTITY_IS_DELETED", "entity is deleted", [])
    return row


def _fill(org: Org, caller: Caller, name: str, row: Row, values: Row) -> None:
    """What the record has already stays."""
    missing = {key: value for key, value in _said(values).items() if row[key] is None}
    if missing:
        org.change(caller, name, row["Id"], missing)


def _said(values: Row) -> Row:
    return {name: value for name, value in values.items() if value is not None}
