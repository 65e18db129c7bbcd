"""Opportunities: the stage decides, the amount follows the products, every step is remembered."""

from datetime import date

from salesforce_emulator.moments import stamp
from salesforce_emulator.rules import pricing
from salesforce_emulator.rules.change import Change

CATEGORIES = {"Omitted": "Omitted", "Pipeline": "Pipeline", "Best Case": "BestCase", "Commit": "Forecast"}
REMEMBERED = ("StageName", "Amount", "Probability", "CloseDate", "ForecastCategory")


def derive_from_stage(change: Change) -> None:
    row = change.row
    if change.given.get("ForecastCategoryName"):
        row["ForecastCategory"] = CATEGORIES.get(row["ForecastCategoryName"], "Closed")
    if change.before and change.changed("StageName"):
        row["LastStageChangeDate"] = stamp(change.org.now())
    if change.before and row["HasOpportunityLineItem"]:
        # With products, the amount is theirs: what a caller says of it is not heard.
        row["Amount"] = pricing.total_of_lines(change.org, "OpportunityLineItem", "OpportunityId", row["Id"])


def derive_period(change: Change) -> None:
    row = change.row
    closing = date.fromisoformat(row["CloseDate"])
    quarter = (closing.month - 1) // 3 + 1
    row.update(FiscalYear=closing.year, FiscalQuarter=quarter, Fiscal=f"{closing.year} {quarter}")
    if change.before and row["CloseDate"][:7] > change.before["CloseDate"][:7]:
        row["PushCount"] = (row["PushCount"] or 0) + 1


def expect_revenue(change: Change) -> None:
    amount, probability = change.row["Amount"], change.row["Probability"]
    change.row["ExpectedRevenue"] = None if amount is None else round(amount * (probability or 0) / 100, 2)


def write_history(change: Change) -> None:
    if not change.changed(*REMEMBERED):
        return
    row, before = change.row, change.before or {}
    kept = {name: row[name] for name in (*REMEMBERED, "ExpectedRevenue")}
    previous = {"PrevAmount": before.get("Amount"), "PrevCloseDate": before.get("CloseDate")}
    change.org.add(change.caller, "OpportunityHistory", {"OpportunityId": row["Id"], **kept, **previous})


def name_contact(change: Change) -> None:
    """The contact given at creation becomes the primary contact role."""
    if change.creating and change.row["ContactId"]:
        values = {"OpportunityId": change.row["Id"], "ContactId": change.row["ContactId"], "IsPrimary": True}
        change.org.add(change.caller, "OpportunityContactRole", values)
