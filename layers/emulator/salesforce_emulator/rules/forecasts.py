"""Forecasts: what each forecast user and everybody below them expects of a quarter, by category.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_forecastingitem.htm
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesforce_emulator import ids
from salesforce_emulator.moments import stamp
from salesforce_emulator.rules import rows
from salesforce_emulator.rules.change import Change

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

ITEM = "ForecastingItem"
# own: what the user's opportunities bring; a user's amount adds what those of everybody below bring.
AMOUNTS = """
WITH RECURSIVE
below(boss, role) AS (
    SELECT ParentRoleId, Id FROM "UserRole" WHERE ParentRoleId IS NOT NULL
    UNION SELECT below.boss, r.Id FROM "UserRole" r JOIN below ON r.ParentRoleId = below.role),
team(leader, member) AS (
    SELECT Id, Id FROM "User"
    UNION SELECT u.Id, m.Id FROM "User" u JOIN below ON below.boss = u.UserRoleId
        JOIN "User" m ON m.UserRoleId = below.role),
own(owner, period, category, amount) AS (
    SELECT o.OwnerId, p.Id, o.ForecastCategoryName, sum(coalesce(o.Amount, 0)) FROM "Opportunity" o
    JOIN "Period" p ON p.Type = 'Quarter' AND o.CloseDate BETWEEN p.StartDate AND p.EndDate
    WHERE o.IsDeleted = 0 AND o.ForecastCategoryName != 'Omitted' GROUP BY 1, 2, 3)
SELECT t.leader, own.period, own.category, sum(own.amount),
    sum(CASE WHEN own.owner = t.leader THEN own.amount ELSE 0 END)
FROM own JOIN team t ON t.member = own.owner JOIN "User" u ON u.Id = t.leader
WHERE u.ForecastEnabled = 1 AND u.IsActive = 1 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
KNOWN = f'SELECT OwnerId, PeriodId, ForecastCategoryName, Id FROM "{ITEM}"'  # noqa: S608 - a constant


def refresh(org: Org) -> None:
    """Sum the opportunities up as they are now: called before anybody looks. Items keep their ids."""
    one, now = org.schema.known(ITEM), stamp(org.now())
    kind = org.connection.execute("SELECT Id FROM \"ForecastingType\" WHERE DeveloperName = 'OpportunityRevenue'")
    type_id = kind.fetchone()[0]
    known = {(owner, period, category): found for owner, period, category, found in org.connection.execute(KNOWN)}
    for owner, period, category, amount, own in org.connection.execute(AMOUNTS).fetchall():
        amounts = dict.fromkeys(("ForecastAmount", "AmountWithoutAdjustments"), amount)
        amounts |= {"AmountWithoutManagerAdjustment": amount, "AmountWithoutOwnerAdjustment": amount}
        values = {**amounts, "OwnerOnlyAmount": own, "LastModifiedDate": now, "SystemModstamp": now}
        found = known.pop((owner, period, category), None)
        if found:
            rows.change(org.connection, ITEM, found, values)
            continue
        named = {"OwnerId": owner, "PeriodId": period, "ForecastCategoryName": category, "ForecastingTypeId": type_id}
        named["ForecastingItemCategory"] = category.replace(" ", "") + "Only"
        touched = {"CreatedDate": now, "CreatedById": owner, "LastModifiedById": owner}
        item_id = ids.make(one.key_prefix, org.next_number(one.key_prefix))
        rows.put(org.connection, one, {**one.defaults, **named, **touched, **values, "Id": item_id})
    for gone in known.values():
        org.connection.execute(f'DELETE FROM "{ITEM}" WHERE Id = ?', (gone,))  # noqa: S608


def find_period(change: Change) -> None:
    """A quota says when it starts, and the quarter follows from that."""
    row = change.row
    found = change.org.connection.execute(
        "SELECT Id FROM \"Period\" WHERE Type = 'Quarter' AND ? BETWEEN StartDate AND EndDate", (row["StartDate"],)
    ).fetchone()
    row["PeriodId"] = found[0] if found else None
