"""Territories: an account belongs to the region of its address, unless somebody placed it by hand as well.

https://help.salesforce.com/s/articleView?id=sales.tm2_territory_management.htm
"""

from salesforce_emulator import ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import stamp
from salesforce_emulator.rules.assignment import OFF
from salesforce_emulator.rules.change import Change
from salesforce_emulator.rules.rows import put

ASSOCIATION, RULE = "ObjectTerritory2Association", "Territory2AssignmentRule"
COUNTRIES = {"germany": "Europe", "france": "Europe", "united kingdom": "Europe", "uk": "Europe", "spain": "Europe"}
STATES = {
    **dict.fromkeys(["CA", "OR", "WA", "NV", "AZ", "CO", "TX", "UT"], "West"),
    **dict.fromkeys(["NY", "MA", "NJ", "PA", "FL", "IL"], "East"),
}


def region(country: str | None, state: str | None) -> str | None:
    """The territory of an address."""
    return COUNTRIES.get((country or "").lower()) or STATES.get((state or "").upper())


def place(change: Change) -> None:
    """Run the assignment rules for an account, as every write through the API does unless it is told not to."""
    row, org = change.row, change.org
    if org.assignment.mode == OFF or not change.changed("BillingCountry", "BillingState"):
        return
    gone = f'DELETE FROM "{ASSOCIATION}" WHERE ObjectId = ? AND AssociationCause = ?'  # noqa: S608
    org.connection.execute(gone, (row["Id"], RULE))
    found = org.connection.execute(
        'SELECT t.Id FROM "Territory2" t JOIN "Territory2Model" m ON m.Id = t.Territory2ModelId'
        " WHERE t.DeveloperName = ? AND m.State = 'Active'",
        (region(row["BillingCountry"], row["BillingState"]),),
    ).fetchone()
    if found is None or _is_placed(change, row["Id"], found[0]):
        return
    one = org.schema.known(ASSOCIATION)
    values = {"ObjectId": row["Id"], "Territory2Id": found[0], "AssociationCause": RULE, "SobjectType": "Account"}
    now = stamp(org.now())
    touched = {"LastModifiedDate": now, "LastModifiedById": change.caller.user_id, "SystemModstamp": now}
    number = org.next_number(one.key_prefix)
    put(org.connection, one, {**one.defaults, **values, **touched, "Id": ids.make(one.key_prefix, number)})


def check(change: Change) -> None:
    """A record is in a territory once; its type follows from its id."""
    row = change.row
    if change.creating and _is_placed(change, row["ObjectId"], row["Territory2Id"]):
        raise Refused(400, "DUPLICATE_VALUE", "duplicate value found: the record is in this territory already", [])
    target = change.org.schema.by_prefix(row["ObjectId"])
    row["SobjectType"] = target.name if target else None


def _is_placed(change: Change, record_id: str, territory_id: str) -> bool:
    query = f'SELECT 1 FROM "{ASSOCIATION}" WHERE ObjectId = ? AND Territory2Id = ? AND IsDeleted = 0'  # noqa: S608
    return change.org.connection.execute(query, (record_id, territory_id)).fetchone() is not None
