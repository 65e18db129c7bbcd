"""The demo company is the same every time, and has what the example requests ask for."""

from datetime import datetime

import pytest
from emulator.conftest import NOW
from emulator.witness import ids, state

from salesforce_emulator.org import Org
from salesforce_emulator.schema.model import Field

SIZES = {
    "Account": 60,
    "Contact": 200,
    "Lead": 120,
    "Opportunity": 150,
    "Case": 120,
    "Product2": 12,
    "Campaign": 7,
    "CampaignMember": 100,
    "Quote": 20,
    "QuoteLineItem": 20,
    "Invoice__c": 20,
    "Task": 400,
    "Event": 150,
    "Wide__c": 10,
    "EmailMessage": 25,
    "Solution": 5,
}


def count(org: Org, name: str, condition: str, *given: object) -> int:
    return int(org.connection.execute(f'SELECT count(*) FROM "{name}" WHERE {condition}', given).fetchone()[0])  # noqa: S608


def test_two_orgs_on_the_same_clock_are_the_same_to_the_byte(seeded: Org) -> None:
    assert state(Org.create(clock=lambda: NOW)) == state(seeded)


@pytest.mark.parametrize(("name", "least"), SIZES.items())
def test_the_company_is_of_a_believable_size(seeded: Org, name: str, least: int) -> None:
    assert least <= seeded.record_count(name) <= least * 2


def test_nothing_was_made_in_the_future_and_the_past_is_two_years(seeded: Org) -> None:
    now = NOW.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    for one in seeded.schema:
        if one.field("CreatedDate"):
            assert count(seeded, one.name, "CreatedDate > ?", now) == 0, one.name
        if one.field("CreatedDate") and one.field("LastModifiedDate"):
            assert count(seeded, one.name, "LastModifiedDate < CreatedDate OR LastModifiedDate > ?", now) == 0, one.name
    oldest = datetime.fromisoformat(ids(seeded, 'SELECT min(ActivityDate) FROM "Task"')[0])
    assert (NOW.replace(tzinfo=None) - oldest).days > 600


def test_every_record_says_when_it_was_made_and_changed(seeded: Org) -> None:
    stamps = [
        (one.name, name)
        for one in seeded.schema
        for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp")
        if one.field(name)
    ]
    assert [place for place in stamps if count(seeded, place[0], f"{place[1]} IS NULL")] == []


def test_the_example_requests_have_rows(seeded: Org) -> None:
    assert count(seeded, "Opportunity", "IsClosed = 0 AND Amount > 50000") >= 10
    assert count(seeded, "Case", "CreatedDate >= '2026-11-15'") >= 5
    assert count(seeded, "Case", "CreatedDate >= '2026-11-18T20:00'") >= 3
    people = "AccountId IN (SELECT Id FROM \"Account\" WHERE Industry = 'Technology' AND BillingState = 'CA')"
    assert count(seeded, "Contact", people) >= 15
    assert count(seeded, "Opportunity", "CloseDate BETWEEN '2026-10-01' AND '2026-12-31' AND IsClosed = 0") >= 10
    assert count(seeded, "User", "Name = 'John Miller' AND IsActive = 1") == 1
    assert count(seeded, "Group", "Type = 'Queue'") >= 3
    assert count(seeded, "Account", "ParentId IS NOT NULL") >= 5
    assert count(seeded, "Lead", "IsConverted = 1") >= 3
    assert count(seeded, "Account", "IsDeleted = 1") >= 1
    assert count(seeded, "Task", "IsArchived = 1") >= 50


def test_every_reference_leads_to_a_record_and_every_value_fits(seeded: Org) -> None:
    for one in seeded.schema:
        for field in one.fields:
            if field.type == "reference":
                _check_references(seeded, one.name, field)
            if field.restricted_picklist and field.type == "picklist":
                known = {value.value for value in field.picklist}
                assert set(ids(seeded, f'SELECT DISTINCT "{field.name}" FROM "{one.name}"')) <= known | {None}  # noqa: S608
            if field.length and field.type not in {"id", "reference"} and field.stored:
                longest = ids(seeded, f'SELECT max(length("{field.name}")) FROM "{one.name}"')[0]  # noqa: S608
                assert (longest or 0) <= field.length, (one.name, field.name)


def _check_references(org: Org, name: str, field: Field) -> None:
    targets = " UNION ALL ".join(f'SELECT Id FROM "{target}"' for target in field.reference_to)  # noqa: S608
    assert count(org, name, f'"{field.name}" NOTNULL AND "{field.name}" NOT IN ({targets})') == 0, (name, field.name)


def test_sums_agree_with_what_they_sum(seeded: Org) -> None:
    lines = '(SELECT sum(TotalPrice) FROM "OpportunityLineItem" l WHERE l.OpportunityId = o.Id AND l.IsDeleted = 0)'
    assert count(seeded, 'Opportunity" AS "o', f"HasOpportunityLineItem AND abs(Amount - {lines}) > 0.01") == 0
    members = '(SELECT count(*) FROM "CampaignMember" m WHERE m.CampaignId = c.Id AND m.LeadId IS NOT NULL)'
    assert count(seeded, 'Campaign" AS "c', f"NumberOfLeads != {members}") == 0
    total = '(SELECT coalesce(sum(Line_Total__c), 0) FROM "Invoice_Line__c" l WHERE l.Invoice__c = i.Id)'
    assert count(seeded, 'Invoice__c" AS "i', f"abs(coalesce(Total__c, 0) - {total}) > 0.01") == 0


def test_an_org_without_records_still_has_its_setup(bare: Org) -> None:
    assert bare.record_count("Account") == 0
    assert bare.record_count("User") == 10
    assert bare.record_count("OpportunityStage") == 10
    assert bare.check_password("admin@demo.example", "demo")
