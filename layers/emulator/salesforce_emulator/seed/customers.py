"""Accounts in their hierarchy, contacts, assets, and what was thrown away again."""

import re
from typing import Any

from salesforce_emulator.access import Caller
from salesforce_emulator.seed.story import WORDS, Story, day_of

CONTACTS = 200
TYPES = ("Customer - Direct", "Customer - Direct", "Customer - Channel", "Prospect", "Technology Partner")


def fill(story: Story) -> None:
    for number, (name, *rest) in enumerate(WORDS["accounts"], start=1):
        _account(story, number, name, rest)
    ids = {row["Name"]: row["Id"] for row in story.made["Account"]}
    for child, parent in WORDS["hierarchy"].items():
        admin = story.callers["admin"]
        story.change(admin, "Account", ids[child], {"ParentId": ids[parent]}, at=story.ago(days=200))
    for number in range(CONTACTS):
        _contact(story, number)
    _duplicates(story)


def throw_away(story: Story) -> None:
    """Some records wait in the recycle bin: a bankrupt customer with its contacts, and a few stray leads."""
    seller = story.callers["john.miller"]
    gone = story.add(seller, "Account", {"Name": "Bygone Appliances", "Industry": "Retail"}, at=story.ago(days=300))
    for first, last in (("Carl", "Past"), ("Dora", "Former")):
        person = {"FirstName": first, "LastName": last, "AccountId": gone["Id"]}
        story.add(seller, "Contact", person, at=story.ago(days=299))
    admin = story.callers["admin"]
    with story.org.at(story.ago(days=4)):
        story.org.delete(admin, "Account", gone["Id"])
    for row in story.made["Lead"][1:4]:
        with story.org.at(max(row["at"], story.ago(days=2))):
            story.org.delete(admin, "Lead", row["Id"])


def domain_of(name: str) -> str:
    # .example belongs to nobody, so no mail that a demo sends can reach anybody (RFC 2606).
    return re.sub(r"[^a-z0-9]+", "", name.lower().encode("ascii", "ignore").decode()) + ".example"


def phone(story: Story) -> str:
    return f"+1 {story.chance.randint(201, 989)} 555 {story.chance.randint(100, 9999):04}"


def _account(story: Story, number: int, name: str, rest: list[Any]) -> None:
    industry, city, state, postal_code, country, employees, revenue = rest
    chance, owner = story.chance, story.seller()
    place = {"City": city, "State": state or None, "PostalCode": postal_code, "Country": country}
    place["Street"] = f"{chance.randint(1, 990)} {chance.choice(['Main Street', 'Market Street', 'Harbor Road'])}"
    values = {
        "Name": name,
        "Industry": industry,
        "Type": chance.choice(TYPES),
        "Phone": phone(story),
        "Website": f"https://www.{domain_of(name)}",
        "NumberOfEmployees": employees,
        "AnnualRevenue": float(revenue * 1_000_000),
        "Rating": chance.choice(["Hot", "Warm", "Cold", None]),
        "AccountSource": chance.choice(["Web", "Partner Referral", "Phone Inquiry", "Other"]),
        "AccountNumber": f"NC-{1000 + number}",
        "Tier__c": "Platinum" if revenue > 1500 else chance.choice(["Gold", "Silver", "Bronze", None]),
        "ERP_Id__c": f"ERP-{number:05}",
        "Internal_Margin__c": round(chance.uniform(8, 46), 1),
        "Renewal_Date__c": story.day(chance.randint(-60, 330)),
        **{f"Billing{part}": value for part, value in place.items()},
        **({f"Shipping{part}": value for part, value in place.items()} if chance.random() < 0.6 else {}),
    }
    story.add(owner, "Account", values, at=story.past(300, 730))


def _contact(story: Story, number: int) -> None:
    chance = story.chance
    account = story.made["Account"][number % len(story.made["Account"])]
    first, last = story.pick("first_names"), story.pick("last_names")
    mail = re.sub(r"\W", "", f"{first}{last}".lower())
    values = {
        "FirstName": first,
        "LastName": last,
        "Salutation": chance.choice(["Mr.", "Ms.", "Dr.", None]),
        "AccountId": account["Id"],
        "Title": story.pick("titles"),
        "Department": chance.choice(["Operations", "IT", "Finance", "Purchasing"]),
        "Email": f"{mail}{number}@{domain_of(account['Name'])}",
        "Phone": phone(story),
        "MobilePhone": phone(story) if chance.random() < 0.5 else None,
        "Birthdate": f"{chance.randint(1955, 2000)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        "LeadSource": chance.choice(["Web", "Partner Referral", "Purchased List", None]),
        "Languages__c": chance.choice(["English", "English;Spanish", "English;German", "Japanese", None]),
        "Preferred_Channel__c": chance.choice(["Email", "Phone", None]),
        **{
            f"Mailing{part}": account[f"Billing{part}"] for part in ("Street", "City", "State", "PostalCode", "Country")
        },
    }
    story.add(_owner(story, account), "Contact", values, at=max(account["at"], story.past(20, 700)))


def _duplicates(story: Story) -> None:
    """People whom two colleagues entered twice, for those who look for duplicates."""
    for row in story.made["Contact"][:4]:
        twin = {name: row[name] for name in ("LastName", "AccountId", "Email")} | {
            "FirstName": row["FirstName"][:1] + "."
        }
        story.add(story.callers["maria.lopez"], "Contact", twin, at=story.past(5, 60))


def _owner(story: Story, account: dict[str, Any]) -> Caller:
    row = story.org.row("Account", account["Id"]) or {}
    return story.of(row["OwnerId"])


def bought(story: Story, account_id: str, product: dict[str, Any], *, days: int) -> None:
    """Hardware that a won deal has put on a customer's site."""
    values = {
        "Name": product["Name"],
        "AccountId": account_id,
        "Product2Id": product["Id"],
        "SerialNumber": f"NC{story.chance.randrange(10**8):08}",
        "Status": "Installed",
        "Quantity": 1.0,
        "PurchaseDate": day_of(story.ago(days=days)),
        "InstallDate": day_of(story.ago(days=max(days - 14, 0))),
    }
    story.add(story.callers["admin"], "Asset", values, at=story.ago(days=days))
