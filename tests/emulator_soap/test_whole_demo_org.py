"""Merging and converting all over the demo company leaves nothing that points nowhere, and every count right."""

import random

import pytest
from emulator_soap.test_convert_lead import STATUS, admin

from salesforce_emulator.org import Org
from salesforce_emulator.rules import converting, merging

SEED = 20261122
MERGES = 15


@pytest.mark.parametrize("name", ["Account", "Contact", "Lead", "Case"])
def test_nothing_points_at_a_record_that_was_merged_away(org: Org, name: str) -> None:
    print("seed", SEED)
    one, user = org.schema.known(name), admin(org)
    open_ones = " AND IsConverted = 0" if one.field("IsConverted") else ""
    found = org.connection.execute(f'SELECT Id FROM "{name}" WHERE IsDeleted = 0{open_ones} ORDER BY Id')  # noqa: S608
    record_ids = [row[0] for row in found]
    random.Random(SEED).shuffle(record_ids)  # noqa: S311 - a seed must repeat itself
    groups = [record_ids[at : at + 3] for at in range(0, MERGES * 3, 3)]
    for master, *others in groups:
        merging.merge(org, user, one, master, {}, others)

    gone = {other for _, *others in groups for other in others}
    for child in org.schema.children(one):
        if child.field.name == "MasterRecordId":
            continue
        living = " WHERE IsDeleted = 0" if org.schema.known(child.child_object).field("IsDeleted") else ""
        query = f'SELECT "{child.field.name}" FROM "{child.child_object}"{living}'  # noqa: S608
        assert gone.isdisjoint(row[0] for row in org.connection.execute(query)), (child.child_object, child.field.name)
    assert_campaigns(org)


def test_every_open_lead_can_be_converted(org: Org) -> None:
    user = admin(org)
    query = 'SELECT Id FROM "Lead" WHERE IsDeleted = 0 AND IsConverted = 0'
    leads = [row[0] for row in org.connection.execute(query)]
    before = org.record_count("Contact")
    for lead_id in leads:
        converting.convert(org, user, converting.Conversion(lead_id, STATUS))

    assert len(leads) > 20
    assert org.record_count("Contact") == before + len(leads)
    orphans = """SELECT count(*) FROM "Task" WHERE IsDeleted = 0 AND WhoId IN
        (SELECT Id FROM "Lead" WHERE IsConverted = 1 AND ConvertedDate = '2026-11-18')"""
    assert org.connection.execute(orphans).fetchone() == (0,)
    assert_campaigns(org)


def assert_campaigns(org: Org) -> None:
    query = """SELECT c.NumberOfLeads, c.NumberOfContacts, count(m.LeadId), count(m.ContactId) FROM "Campaign" c
        LEFT JOIN "CampaignMember" m ON m.CampaignId = c.Id AND m.IsDeleted = 0 GROUP BY c.Id"""
    for leads, contacts, counted_leads, counted_contacts in org.connection.execute(query).fetchall():
        assert (leads, contacts) == (counted_leads, counted_contacts)
