"""Products and prices, opportunities on their way through the stages, quotes and invoices."""

from datetime import datetime, timedelta
from typing import Any

from salesforce_emulator.access import Caller
from salesforce_emulator.seed.customers import bought
from salesforce_emulator.seed.story import WORDS, Story, day_of

OPPORTUNITIES = 150
OPEN_STAGES = (
    "Prospecting",
    "Qualification",
    "Needs Analysis",
    "Value Proposition",
    "Id. Decision Makers",
    "Perception Analysis",
    "Proposal/Price Quote",
    "Negotiation/Review",
)
ROLES = ("Decision Maker", "Economic Buyer", "Evaluator", "Technical Buyer", "Influencer")
CARRIERS = ("DHL", "FedEx", "UPS", "USPS")


def fill(story: Story) -> None:
    _products(story)
    for number in range(OPPORTUNITIES):
        _opportunity(story, number)
    _quotes(story)
    _invoices(story)


def _products(story: Story) -> None:
    admin, at = story.callers["admin"], story.ago(days=720)
    standard = story.org.connection.execute('SELECT Id FROM "Pricebook2" WHERE IsStandard = 1').fetchone()[0]
    partner = story.add(admin, "Pricebook2", {"Name": "Partner Price Book", "IsActive": True}, at=at)
    for name, code, family, price, description in WORDS["products"]:
        values = {"Name": name, "ProductCode": code, "Family": family, "Description": description, "IsActive": True}
        product = story.add(admin, "Product2", values, at=at)
        for book, amount in ((standard, price), (partner["Id"], round(price * 0.8, 2))):
            entry = {"Pricebook2Id": book, "Product2Id": product["Id"], "UnitPrice": amount, "IsActive": True}
            story.add(admin, "PricebookEntry", entry, at=at)


def _opportunity(story: Story, number: int) -> None:
    chance = story.chance
    account = story.made["Account"][number * 7 % len(story.made["Account"])]
    owner, closed = story.seller(), number % 5 < 2
    started = story.past(120, 700) if closed else story.past(4, 110)
    closing = started + timedelta(days=chance.randint(30, 100))
    kind = story.pick("opportunity_kinds")
    renewal = kind == "Support renewal"
    values = {
        "Name": f"{account['Name']} - {kind}",
        "AccountId": account["Id"],
        "StageName": "Qualification" if renewal else "Prospecting",
        "CloseDate": day_of(closing) if closed else story.day(chance.choice([3, 9, 16, 28, 40, 55, 75, 110, 150])),
        "Amount": float(chance.choice([8, 12, 18, 25, 40, 55, 75, 90, 120, 180, 260]) * 1000),
        "Type": "Existing Customer - Upgrade" if renewal or chance.random() < 0.4 else "New Customer",
        "LeadSource": chance.choice(["Web", "Partner Referral", "Phone Inquiry", None]),
        "NextStep": None if closed else story.pick("next_steps"),
        "CampaignId": chance.choice(story.made["Campaign"])["Id"] if chance.random() < 0.3 else None,
        "Competitor__c": story.pick("competitors") if chance.random() < 0.25 else None,
        "RecordTypeId": _record_type(story, "Renewal") if renewal else None,
    }
    row = story.add(owner, "Opportunity", values, at=started)
    _people(story, owner, row, number)
    if number % 2 == 0:
        _lines(story, owner, row)
    _advance(story, owner, row, closed=closed, closing=closing)


def _record_type(story: Story, developer_name: str) -> str:
    query = 'SELECT Id FROM "RecordType" WHERE DeveloperName = ?'
    return str(story.org.connection.execute(query, (developer_name,)).fetchone()[0])


def _people(story: Story, owner: Caller, row: dict[str, Any], number: int) -> None:
    known = [person for person in story.made["Contact"] if person["AccountId"] == row["AccountId"]]
    for order, person in enumerate(known[: 1 + number % 2]):
        values = {"OpportunityId": row["Id"], "ContactId": person["Id"], "IsPrimary": order == 0}
        values["Role"] = ROLES[(number + order) % len(ROLES)]
        story.add(owner, "OpportunityContactRole", values, at=row["at"])


def _lines(story: Story, owner: Caller, row: dict[str, Any]) -> None:
    standard = story.made["PricebookEntry"][::2]
    for entry in story.chance.sample(standard, story.chance.randint(1, 3)):
        quantity = float(story.chance.randint(1, 4 if entry["UnitPrice"] > 10_000 else 12))
        discount = story.chance.choice([None, None, None, 5.0, 10.0])
        values = {
            "OpportunityId": row["Id"],
            "PricebookEntryId": entry["Id"],
            "Quantity": quantity,
            "Discount": discount,
        }
        story.add(owner, "OpportunityLineItem", values, at=row["at"])


def _advance(story: Story, owner: Caller, row: dict[str, Any], *, closed: bool, closing: datetime) -> None:
    """Move it through some stages, so that its history has something to tell."""
    chance = story.chance
    renewal = row["RecordTypeId"] is not None
    middle = ["Proposal/Price Quote"] if renewal else sorted(chance.sample(OPEN_STAGES[1:], 2), key=OPEN_STAGES.index)
    end = closing if closed else story.now - timedelta(days=1)
    won = chance.random() < 0.6
    stages = [*middle, "Closed Won" if won else "Closed Lost"] if closed else middle[: chance.randint(0, len(middle))]
    for place, stage in enumerate(stages, start=1):
        values: dict[str, Any] = {"StageName": stage}
        if stage == "Closed Lost":
            values["Loss_Reason__c"] = chance.choice(["Price", "Competitor", "No Decision", "No Budget"])
        step = row["at"] + (end - row["at"]) * place / (len(stages) + (0 if closed else 1))
        story.change(owner, "Opportunity", row["Id"], values, at=step)
    row["StageName"] = stages[-1] if stages else row["StageName"]


def _quotes(story: Story) -> None:
    ready = [row for row in story.made["Opportunity"] if row["StageName"] in {"Proposal/Price Quote", "Closed Won"}]
    lines = story.made["OpportunityLineItem"]
    for row in ready[:40]:
        own = [line for line in lines if line["OpportunityId"] == row["Id"]]
        owner = story.seller()
        status = (
            "Accepted" if row["StageName"] == "Closed Won" else story.chance.choice(["Draft", "In Review", "Presented"])
        )
        values = {"Name": f"{row['Name']} - Quote", "OpportunityId": row["Id"], "Status": status}
        values |= {"ExpirationDate": story.day(30), "Tax": 0.0, "ShippingHandling": 150.0 if own else None}
        at = min(row["at"] + timedelta(days=20), story.ago(days=1))
        quote = story.add(owner, "Quote", values, at=at)
        for line in own:
            taken = {name: line[name] for name in ("PricebookEntryId", "Quantity", "Discount")}
            story.add(owner, "QuoteLineItem", {"QuoteId": quote["Id"], **taken}, at=at)


def _invoices(story: Story) -> None:
    admin, chance = story.callers["admin"], story.chance
    products = {row["Id"]: row for row in story.made["Product2"]}
    prices = {row["Id"]: row for row in story.made["PricebookEntry"]}
    won = [row for row in story.made["Opportunity"] if row["StageName"] == "Closed Won"]
    for number, row in enumerate(won, start=1):
        age = max((story.now.date() - datetime.fromisoformat(row["CloseDate"]).date()).days, 1)
        status = "Paid" if age > 60 else chance.choice(["Sent", "Overdue", "Draft"])
        values = {
            "Account__c": row["AccountId"],
            "Opportunity__c": row["Id"],
            "ERP_Id__c": f"INV-{2000 + number}",
            "Status__c": status,
            "Invoice_Date__c": row["CloseDate"],
            "Due_Date__c": story.day(30 - age),
            "Paid_Date__c": story.day(25 - age) if status == "Paid" else None,
        }
        invoice = story.add(admin, "Invoice__c", values, at=story.ago(days=age))
        for line in (one for one in story.made["OpportunityLineItem"] if one["OpportunityId"] == row["Id"]):
            price = prices[line["PricebookEntryId"]]
            product = products[price["Product2Id"]]
            billed = {"Product__c": product["Id"], "Description__c": product["Name"], "Quantity__c": line["Quantity"]}
            billed |= {"Invoice__c": invoice["Id"], "Unit_Price__c": price["UnitPrice"]}
            story.add(admin, "Invoice_Line__c", billed, at=story.ago(days=age))
            if product["Family"] == "Hardware":
                bought(story, row["AccountId"], product, days=age)
                _shipment(story, row["AccountId"], age)


def _shipment(story: Story, account_id: str, age: int) -> None:
    chance = story.chance
    number = f"1Z{chance.randrange(10**10):010}"
    values = {
        "Name": f"Shipment {number}",
        "acme__Account__c": account_id,
        "acme__Tracking_Number__c": number,
        "acme__Carrier__c": chance.choice(CARRIERS),
        "acme__Shipped_At__c": f"{day_of(story.ago(days=age))}T18:00:00.000Z",
        "acme__Delivered__c": age > 10,
        "acme__Weight_kg__c": round(chance.uniform(1, 60), 2),
    }
    story.add(story.callers["admin"], "acme__Shipment__c", values, at=story.ago(days=age))
