"""Where the client can ask, the person says yes before what cannot be taken back, and sees what it is."""

from typing import Any

import pytest
from bulk.conftest import office as office
from bulk.office import Office
from mcp.client import ClientRequestContext
from mcp_types import ElicitRequestParams, ElicitResult

from salesforce_emulator import outbox

YES, NO = (
    ElicitResult(action="accept", content={"confirm": True}),
    ElicitResult(action="accept", content={"confirm": False}),
)
SELECTED = "SELECT Id FROM Task WHERE IsClosed = TRUE"


class Person:
    """Who answers, and what they were asked."""

    def __init__(self, answer: ElicitResult) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def __call__(self, _context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        self.asked.append(params.message)
        return self.answer


async def planned(office: Office, tool: str, what: dict[str, Any]) -> dict[str, Any]:
    """The call that does what was previewed. Looking at a preview asks nobody."""
    person = Person(NO)
    async with office.desk(elicitation_callback=person) as desk:
        plan = (await desk.call(tool, **what))["planId"]
    assert person.asked == []
    return {**what, "planId": plan}


async def call_of(office: Office, tool: str) -> dict[str, Any]:
    [task] = office.world.rows('SELECT Id FROM "Task" WHERE NOT IsDeleted ORDER BY Id LIMIT 1')[0]
    delete = {"operation": "delete", "objectName": "Task", "recordId": task}
    if tool in ("executeBatch", "executeComposite"):
        return {"operations": [{"operation": "query", "soql": "SELECT Id FROM Account LIMIT 1"}, delete]}
    if tool == "massChange":
        return await planned(office, tool, {"soql": SELECTED, "operation": "delete"})
    if tool == "createBulkJob":
        return await planned(office, tool, {"objectName": "Task", "operation": "delete", "rows": [{"Id": task}]})
    if tool == "mergeRecords":
        pair = office.world.rows('SELECT Id FROM "Contact" WHERE NOT IsDeleted ORDER BY Id LIMIT 2')
        merged = {"objectName": "Contact", "masterId": pair[0][0], "duplicateIds": [pair[1][0]]}
        return await planned(office, tool, merged)
    if tool == "deployMetadata":
        component = {"type": "ApexClass", "name": "Quiet", "content": "public class Quiet {}"}
        return await planned(office, tool, {"components": [component]})
    if tool == "runAction":
        mail = {"emailAddresses": "out@side.example", "emailSubject": "All of it", "emailBody": "Card 4711"}
        return {"kind": "standard", "name": "emailSimple", "inputs": [mail]}
    if tool == "deleteRecord":
        return {"objectName": "Task", "recordId": task}
    return {"to": ["out@side.example"], "cc": ["also@side.example"], "subject": "All of it", "body": "Card 4711 …"}


SHOWN = {
    "deleteRecord": ["Delete Task"],
    "executeBatch": ["Delete Task"],
    "executeComposite": ["Delete Task"],
    "massChange": ["Delete every record of", SELECTED],
    "createBulkJob": ["Delete all Task records"],
    "mergeRecords": ["Merge Contact", "cannot be undone"],
    "runAction": ["Run the standard emailSimple", "out@side.example"],
    "deployMetadata": ["Deploy ApexClass Quiet"],
    "sendEmail": ["out@side.example, also@side.example", "All of it", "Card 4711"],
}


def done(office: Office) -> tuple[int, int, int]:
    return office.world.writes(), len(outbox.messages(office.world.org)), office.count("IsDeleted", table="Task")


@pytest.mark.parametrize(
    "answer", [NO, ElicitResult(action="decline"), ElicitResult(action="cancel")], ids=["no", "declined", "cancelled"]
)
@pytest.mark.parametrize("tool", SHOWN)
async def test_what_the_person_does_not_confirm_is_not_done(office: Office, tool: str, answer: ElicitResult) -> None:
    person, arguments = Person(answer), await call_of(office, tool)
    before = done(office)
    async with office.desk(elicitation_callback=person) as desk:
        refused = await desk.refused(tool, **arguments)
    assert refused["code"] in {"NOT_CONFIRMED", "CALL_NOT_COMPLETED"}
    assert done(office) == before
    [question] = person.asked
    for shown in SHOWN[tool]:
        assert shown in question


@pytest.mark.parametrize("tool", SHOWN)
async def test_what_the_person_confirms_is_done_after_one_question(office: Office, tool: str) -> None:
    person, arguments = Person(YES), await call_of(office, tool)
    before = done(office)
    async with office.desk(elicitation_callback=person) as desk:
        await desk.call(tool, **arguments)
    assert len(person.asked) == 1
    assert done(office) != before


@pytest.mark.parametrize("operation", ["query", "update"])
async def test_what_deletes_nothing_asks_nothing(office: Office, operation: str) -> None:
    [account] = office.world.rows('SELECT Id FROM "Account" WHERE NOT IsDeleted LIMIT 1')[0]
    update = {"operation": "update", "objectName": "Account", "recordId": account, "record": {"Phone": "7"}}
    query = {"operation": "query", "soql": "SELECT Id FROM Account LIMIT 1"}
    person = Person(NO)
    async with office.desk(elicitation_callback=person) as desk:
        await desk.call("executeBatch", operations=[query if operation == "query" else update])
    assert person.asked == []


async def test_one_mail_goes_to_few_people(office: Office) -> None:
    before = done(office)
    many = [f"person{number}@side.example" for number in range(26)]
    async with office.desk() as desk:
        for to, cc in ((many, None), (many[:1], many[1:])):
            refused = await desk.refused("sendEmail", to=to, subject="Hello", body="Text", **({"cc": cc} if cc else {}))
            assert "25 recipients" in refused["message"]
    assert done(office) == before
