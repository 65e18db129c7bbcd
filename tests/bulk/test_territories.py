"""Territories updated in batch: an account's place in one is a record, made and deleted, never changed.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_objectterritory2association.htm
"""

from bulk.office import Office

LINK = "ObjectTerritory2Association"


async def test_every_account_of_a_territory_is_moved_to_another_after_a_preview(office: Office) -> None:
    (old, _), (new, _) = office.world.rows("SELECT Id, Name FROM Territory2 ORDER BY Name LIMIT 2")
    accounts = [row[0] for row in office.world.rows("SELECT Id FROM Account WHERE IsDeleted = 0 ORDER BY Id LIMIT 20")]
    async with office.desk() as desk:

        async def assigned_to(territory: str) -> None:
            rows = [
                {"ObjectId": account, "Territory2Id": territory, "AssociationCause": "Territory2Manual"}
                for account in accounts
            ]
            job = await desk.call("createBulkJob", objectName=LINK, operation="insert", rows=rows)
            assert (job["succeeded"], job["failed"]) == (20, 0), job

        await assigned_to(old)
        in_old = f"SELECT Id, ObjectId FROM {LINK} WHERE Territory2Id = '{old}'"  # noqa: S608 - SOQL
        change = {"soql": in_old, "operation": "update", "record": {"Territory2Id": new}}
        refused = await desk.refused("massChange", **change)
        assert "Territory2Id, which cannot be changed" in refused["message"]
        await assigned_to(new)
        shown = await desk.call("massChange", soql=in_old, operation="delete")
        assert (shown["records"], shown["sample"]["returned"]) == (20, 10)
        assert office.count("Territory2Id = ? AND IsDeleted = 0", old, table=LINK) == 20
        job = await desk.call("massChange", soql=in_old, operation="delete", planId=shown["planId"])
        assert (job["state"], job["succeeded"]) == ("complete", 20)
    assert office.count("Territory2Id = ? AND IsDeleted = 0", old, table=LINK) == 0
    assert office.count("Territory2Id = ? AND IsDeleted = 0", new, table=LINK) == 20
