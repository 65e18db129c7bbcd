"""Whether everything in an org still fits together."""

from salesforce_emulator.org import Org


def check_references(org: Org) -> None:
    """What lives points at what is there, and at nothing deleted."""
    for one in org.schema:
        alive = "a.IsDeleted = 0" if one.field("IsDeleted") else "1"
        for field in one.fields:
            if field.type != "reference" or field.name == "MasterRecordId":
                continue
            there = " UNION ALL ".join(
                f'SELECT Id FROM "{target}"'  # noqa: S608
                + (" WHERE IsDeleted = 0" if org.schema.known(target).field("IsDeleted") else "")
                for target in field.reference_to
            )
            astray = f'a."{field.name}" NOTNULL AND a."{field.name}" NOT IN ({there})'
            query = f'SELECT a.Id FROM "{one.name}" a WHERE {alive} AND {astray}'  # noqa: S608
            assert org.connection.execute(query).fetchall() == [], (one.name, field.name)


def check_sums(org: Org) -> None:
    wrong = """
    SELECT o.Id FROM "Opportunity" o JOIN "OpportunityLineItem" l ON l.OpportunityId = o.Id AND l.IsDeleted = 0
    WHERE o.IsDeleted = 0 GROUP BY o.Id HAVING abs(o.Amount - sum(l.TotalPrice)) > 0.01
    UNION ALL SELECT c.Id FROM "Campaign" c WHERE c.IsDeleted = 0 AND c.NumberOfLeads + c.NumberOfContacts != (
        SELECT count(LeadId) + count(ContactId) FROM "CampaignMember" m WHERE m.CampaignId = c.Id AND m.IsDeleted = 0)
    UNION ALL SELECT i.Id FROM "Invoice__c" i WHERE i.IsDeleted = 0 AND abs(coalesce(i.Total__c, 0) - (
        SELECT coalesce(sum(Line_Total__c), 0) FROM "Invoice_Line__c" l
        WHERE l.Invoice__c = i.Id AND l.IsDeleted = 0)) > 0.01
    """
    assert org.connection.execute(wrong).fetchall() == []
