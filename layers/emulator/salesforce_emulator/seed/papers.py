"""Contracts, files, and the object that is as wide as objects get."""

from typing import Any

from salesforce_emulator.schema.model import Field
from salesforce_emulator.seed.story import Story, day_of, moment_text

CONTRACTS, WIDE = 12, 10
PRICE_LIST = "Product;List price\nEdge Controller EC-100;1800\nEdge Controller EC-500;6200\n"


def fill(story: Story) -> None:
    for account in story.made["Account"][::5][:CONTRACTS]:
        _contract(story, account)
    for name, location in (("Price list.csv", None), ("Site survey.txt", story.made["Opportunity"][0]["Id"])):
        values = {"PathOnClient": name, "VersionData": PRICE_LIST.encode(), "FirstPublishLocationId": location}
        story.add(story.callers["sales"], "ContentVersion", values, at=story.ago(days=40))
    for number in range(WIDE):
        _wide(story, number)


def _contract(story: Story, account: dict[str, Any]) -> None:
    start = story.past(30, 500)
    values = {
        "AccountId": account["Id"],
        "Status": "Activated",
        "StartDate": day_of(start),
        "ContractTerm": story.chance.choice([12, 24, 36]),
        "ActivatedDate": moment_text(start),
        "SpecialTerms": "Net 30.",
    }
    story.add(story.callers["maria.lopez"], "Contract", values, at=start)


def _wide(story: Story, number: int) -> None:
    own = [field for field in story.org.schema.known("Wide__c").fields if field.custom and field.type != "reference"]
    values = {field.name: _sample(story, field, number) for field in own}
    values |= {"Name": f"Wide {number}", "Key__c": f"K{number}", "Account__c": story.made["Account"][number]["Id"]}
    story.add(story.callers["admin"], "Wide__c", values, at=story.past(10, 90))


def _sample(story: Story, field: Field, number: int) -> Any:
    chance = story.chance
    match field.type:
        case "boolean":
            return number % 2 == 0
        case "double" | "currency" | "percent":
            return round(chance.uniform(0, 900), 2)
        case "int":
            return chance.randint(0, 9000)
        case "date":
            return story.day(-number)
        case "datetime":
            return moment_text(story.ago(days=number))
        case "time":
            return f"{number + 8:02}:30:00.000Z"
        case "picklist":
            return field.picklist[number % 3].value
        case "multipicklist":
            return ";".join(value.value for value in field.picklist[: 1 + number % 3])
        case "email":
            return f"wide{number}@northwindcontrols.example"
    return f"{field.label} {number}"
