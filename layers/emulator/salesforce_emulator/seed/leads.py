"""Campaigns, leads, and who answered what."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from salesforce_emulator.seed.customers import domain_of, phone
from salesforce_emulator.seed.story import WORDS, Story, day_of, month_start

LEADS = 123  # three of them are thrown away at the end
STATUSES = (
    ("Open - Not Contacted",) * 4 + ("Working - Contacted",) * 3 + ("Qualified",) * 2 + ("Closed - Not Converted",)
)
MEMBERS = 26


def fill(story: Story) -> None:
    for campaign in WORDS["campaigns"]:
        _campaign(story, *campaign)
    for number in range(LEADS):
        _lead(story, number)
    for campaign in story.made["Campaign"][:-1]:
        _invite(story, campaign)
    for lead, contact in zip(story.made["Lead"][5::12], story.made["Contact"][10::17], strict=False):
        _convert(story, lead, contact)


def _campaign(story: Story, name: str, kind: str, status: str, months: int, budget: int, active: bool) -> None:
    start = month_start(story.now.date(), months) + timedelta(days=14)
    planned = datetime.combine(start, time(17), UTC) - timedelta(days=40)
    values = {
        "Name": name,
        "Type": kind,
        "Status": status,
        "IsActive": active,
        "StartDate": start.isoformat(),
        "EndDate": (start + timedelta(days=21)).isoformat(),
        "BudgetedCost": float(budget),
        "ActualCost": float(budget * 9 // 10) if status == "Completed" else None,
        "ExpectedRevenue": float(budget * 8),
        "NumberSent": float(budget // 20),
    }
    story.add(story.callers["maria.lopez"], "Campaign", values, at=min(planned, story.ago(days=1)))


def _lead(story: Story, number: int) -> None:
    chance = story.chance
    company = story.pick("lead_companies")
    city, state = story.pick("lead_places")
    first, last = story.pick("first_names"), story.pick("last_names")
    queue = story.org.connection.execute("SELECT Id FROM \"Group\" WHERE Name = 'New Leads'").fetchone()[0]
    seller, status = story.seller(), chance.choice(STATUSES)
    values = {
        "FirstName": first,
        "LastName": last,
        "Company": company,
        "Title": story.pick("titles"),
        "Email": f"{first}.{last}{number}@{domain_of(company)}".lower().replace("'", ""),
        "Phone": phone(story),
        "Status": status,
        "Rating": chance.choice(["Hot", "Warm", "Cold", None]),
        "Industry": story.pick("lead_industries"),
        "LeadSource": chance.choice(["Web", "Phone Inquiry", "Partner Referral", "Purchased List"]),
        "AnnualRevenue": float(chance.randint(1, 60) * 500_000),
        "NumberOfEmployees": chance.randint(5, 900),
        "City": city,
        "State": state,
        "Country": "USA",
        "OwnerId": queue if status.startswith("Open") and number % 3 == 0 else seller.user_id,
        "Score__c": float(chance.randint(5, 99)),
        "Product_Interest__c": chance.choice(["Platform", "Analytics", "Services"]),
    }
    # The newest ones came in today.
    first_day, last_day = (0.01, 0.3) if number % 15 == 0 else (0.5, 240)
    story.add(seller, "Lead", values, at=story.past(first_day, last_day))


def _convert(story: Story, lead: dict[str, Any], contact: dict[str, Any]) -> None:
    """Some leads became the contacts of customers."""
    at = min(lead["at"] + timedelta(days=12), story.now)
    values = {
        "Status": "Closed - Converted",
        "IsConverted": True,
        "ConvertedDate": day_of(at),
        "ConvertedAccountId": contact["AccountId"],
        "ConvertedContactId": contact["Id"],
    }
    story.change(story.callers["sales"], "Lead", lead["Id"], values, at=at)


def _invite(story: Story, campaign: dict[str, Any]) -> None:
    chance = story.chance
    people = chance.sample(story.made["Lead"][4:], MEMBERS // 2) + chance.sample(story.made["Contact"], MEMBERS // 2)
    for person in people:
        key = "LeadId" if "Company" in person else "ContactId"
        status = "Responded" if chance.random() < 0.35 else "Sent"
        values = {"CampaignId": campaign["Id"], key: person["Id"], "Status": status}
        story.add(story.callers["maria.lopez"], "CampaignMember", values, at=story.past(1, 30))
