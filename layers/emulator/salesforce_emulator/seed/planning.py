"""Periods, forecast types, territories and duplicate rules that an org starts with."""

from calendar import monthrange
from datetime import date

from salesforce_emulator import ids
from salesforce_emulator.access import Caller
from salesforce_emulator.moments import stamp
from salesforce_emulator.org import Org
from salesforce_emulator.rules.duplicates import MATCHING_RULES
from salesforce_emulator.rules.rows import put

YEARS = (-1, 0, 1)  # around the year in which the org is made
QUOTA, TEAM_QUOTA = 400_000.0, 1_500_000.0  # a quarter
REGIONS = ("West", "East", "Europe")


def fill(org: Org, root: Caller) -> None:
    this_year = org.clock().year
    for year in (this_year + each for each in YEARS):
        for quarter in range(1, 5):
            _quarter(org, year, quarter)
    opportunity = {"DeveloperName": "OpportunityRevenue", "MasterLabel": "Opportunity Revenue"}
    forecast_type = org.add(root, "ForecastingType", opportunity)
    _quotas(org, root, forecast_type, this_year)
    _territories(org, root)
    for name, matching in MATCHING_RULES.items():
        label = f"Standard {name} Duplicate Rule"
        values = {"MasterLabel": label, "DeveloperName": f"Standard_{name}_Duplicate_Rule", "SobjectType": name}
        org.add(root, "DuplicateRule", values)
        shown = {"MasterLabel": matching.replace("_", " "), "DeveloperName": matching, "SobjectType": name}
        org.add(root, "MatchingRule", shown)


def _quarter(org: Org, year: int, quarter: int) -> None:
    last = 3 * quarter
    values = {
        "Id": ids.make("026", org.next_number("026")),
        "FullyQualifiedLabel": f"Q{quarter} FY {year}",
        "PeriodLabel": f"Q{quarter}",
        "QuarterLabel": f"Q{quarter}",
        "Number": quarter,
        "Type": "Quarter",
        "StartDate": date(year, last - 2, 1).isoformat(),
        "EndDate": date(year, last, monthrange(year, last)[1]).isoformat(),
        "IsForecastPeriod": True,
        "SystemModstamp": stamp(org.now()),
    }
    put(org.connection, org.schema.known("Period"), values)


def _quotas(org: Org, root: Caller, forecast_type: str, year: int) -> None:
    """What each seller promised for each quarter of the year, the manager for the whole team."""
    sellers = org.connection.execute('SELECT Id, Username FROM "User" WHERE ForecastEnabled = 1 AND IsActive = 1')
    for user_id, username in sellers.fetchall():
        amount = TEAM_QUOTA if username.startswith("maria.") else QUOTA
        for month in (1, 4, 7, 10):
            start = date(year, month, 1).isoformat()
            values = {"QuotaOwnerId": user_id, "StartDate": start, "QuotaAmount": amount}
            org.add(root, "ForecastingQuota", {**values, "ForecastingTypeId": forecast_type})


def _territories(org: Org, root: Caller) -> None:
    model = {"Name": "Sales Regions", "DeveloperName": "Sales_Regions", "State": "Active"}
    model_id = org.add(root, "Territory2Model", model)
    kind = org.add(root, "Territory2Type", {"MasterLabel": "Region", "DeveloperName": "Region", "Priority": 1})
    for name in REGIONS:
        values = {"Name": name, "DeveloperName": name, "Territory2TypeId": kind, "Territory2ModelId": model_id}
        org.add(root, "Territory2", values)
