"""Lives of a bulk job: its rows, what goes wrong while the org is asked, and how it has to end."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_local.stage import Stage
from bulk.test_import import contacts

from salesforce_emulator.faults import ALWAYS
from salesforce_emulator.org import Org

OPEN, CONTENT, CLOSE = "POST /services/data/v68.0/jobs/ingest", "/batches", "PATCH"
POLL, POLL_EXPORT = "GET /services/data/v68.0/jobs/ingest/750", "GET /services/data/v68.0/jobs/query/750"
LABELS = {"First Name": "FirstName", "Last Name": "LastName", "Email": "Email", "Phone": "Phone"}
MANY, FEW = 250, 80  # rows of three parts, and of one: in the middle of a job, so that it is the same middle every time
ONE_PART, TWO_PARTS = contacts(FEW), 105


@dataclass(frozen=True)
class History:
    name: str
    ends: tuple[str, int, int, int]  # state; rows that succeeded, failed, were not tried
    csv: str | Callable[[Org], str] = ONE_PART
    job: Mapping[str, Any] = field(default_factory=dict)
    before: Callable[[Stage], Awaitable[None]] | None = None
    user: str = "admin@demo.example"


def fault(name: str, *arguments: Any, **options: Any) -> Callable[[Stage], Awaitable[None]]:
    """Something goes wrong at the org from the beginning."""

    async def before(stage: Stage) -> None:
        getattr(stage.faults, name)(*arguments, **options)

    return before


def held(*turns: tuple[str, int, str]) -> Callable[[Stage], Awaitable[None]]:
    """The org keeps the job waiting; before its nth request of a kind, something is done."""

    async def before(stage: Stage) -> None:
        stage.hold()
        for matching, nth, act in turns:
            stage.when(matching, nth, getattr(stage, act))

    return before


async def cancelled(stage: Stage) -> None:
    await stage.cancel()


async def signed_out(stage: Stage) -> None:
    await stage.sign_out()


def of_contacts(line: str, header: str) -> Callable[[Org], str]:
    """A row for each of the first contacts of the org; contacts without anything that hangs on them."""

    def csv(org: Org) -> str:
        found = org.connection.execute(
            'SELECT Id FROM Contact WHERE NOT EXISTS (SELECT 1 FROM "Case" WHERE ContactId = Contact.Id) '
            "AND IsDeleted = 0 ORDER BY Id LIMIT ?",
            (TWO_PARTS,),
        ).fetchall()
        return header + "\n" + "".join(line.format(id=one, number=number) + "\n" for number, (one,) in enumerate(found))

    return csv


def accounts(_org: Org) -> str:
    return "Name,ERP_Id__c\n" + "".join(f"Upserted {number},UP-{number}\n" for number in range(TWO_PARTS))


IDS = {"columns": {"Id": "Id", "Title": "Title"}}
EXPORT = {"operation": "query", "object": "Contact", "columns": {}, "soql": "SELECT Id, Name FROM Contact"}
RED = frozenset({5, 120, 249})

HISTORIES = [
    History("every row of several parts succeeds", ("complete", MANY, 0, 0), contacts(MANY)),
    History("some rows of each part fail", ("complete", MANY - 3, 3, 0), contacts(MANY, poisoned=RED)),
    History("all rows fail", ("complete", 0, FEW, 0), contacts(FEW, poisoned=frozenset(range(FEW + 1)))),
    History("records are updated", ("complete", TWO_PARTS, 0, 0), of_contacts("{id},Poet", "Id,Title"),
            {"operation": "update", **IDS}),
    History("records are upserted", ("complete", TWO_PARTS, 0, 0), accounts,
            {"operation": "upsert", "object": "Account", "external_id": "ERP_Id__c", "columns": {}}),
    History("records are deleted", ("complete", TWO_PARTS, 0, 0), of_contacts("{id}", "Id"),
            {"operation": "delete", "columns": {}}),
    History("records are deleted for good", ("complete", TWO_PARTS, 0, 0), of_contacts("{id}", "Id"),
            {"operation": "hardDelete", "columns": {}}),
    History("the user may not delete for good", ("failed", 0, 0, 0), of_contacts("{id}", "Id"),
            {"operation": "hardDelete", "columns": {}}, user="sales@demo.example"),
    History("rows that are no rows are put aside", ("complete", FEW, 0, 0), contacts(FEW) + "Ada\n" * 3),
    History("there is a header and nothing else", ("complete", 0, 0, 0), contacts(0)),
    History("the file ends inside of a quoted value", ("failed", 0, 0, 0), contacts(MANY) + '"never closed\n'),
    History("there is no such file", ("failed", 0, 0, 0), job={"source": "uploads/none.csv"}),
    History("a column is no field of the org", ("failed", 0, 0, MANY), contacts(MANY),
            {"columns": {**LABELS, "Email": "NoField__c"}}),
    History("it is aborted before it begins", ("aborted", 0, 0, MANY), contacts(MANY), before=cancelled),
    History("it is aborted while the org has it", ("aborted", 0, 0, FEW), before=held((POLL, 2, "cancel"))),
    History("the user signs out before it begins", ("failed", 0, 0, 0), contacts(MANY), before=signed_out),
    History("the user signs out while the org has it", ("failed", 0, 0, 0), before=held((POLL, 2, "sign_out"))),
    History("the user signs out while it is parked", ("failed", 0, 0, 0), before=held((POLL, 5, "sign_out"))),
    History("the session ends and is renewed", ("complete", FEW, 0, 0),
            before=held((POLL, 2, "expire_tokens"), (POLL, 3, "finish"))),
    History("it takes so long that a new execution goes on, twice", ("complete", FEW, 0, 0),
            before=held((POLL, 10, "finish"))),
    History("the org is in maintenance for a while", ("complete", MANY, 0, 0), contacts(MANY),
            before=fault("maintenance", 12, matching="jobs/ingest")),
    History("the org throttles for a while", ("complete", MANY, 0, 0), contacts(MANY),
            before=fault("fail_next", 429, 12, matching="jobs/ingest", code="TOO_MANY_REQUESTS")),
    History("no part can be sent, however often it is tried", ("failed", 0, 0, 0), contacts(MANY),
            before=fault("maintenance", ALWAYS, matching=CONTENT)),
    History("the answer to opening a job is lost", ("complete", FEW, 0, 0),
            before=fault("reset_after", 1, matching=OPEN)),
    History("the answer to sending rows is lost", ("complete", FEW, 0, 0),
            before=fault("reset_after", 1, matching=CONTENT)),
    History("the answer to closing a job is lost", ("complete", FEW, 0, 0),
            before=fault("reset_after", 1, matching=CLOSE)),
    History("an account of the rows is cut off", ("complete", FEW, 0, 0),
            before=fault("reset_after", 2, matching="successfulResults")),
    History("rows are exported", ("complete", 204, 0, 0), job=EXPORT),
    History("an export asks for what is not there", ("failed", 0, 0, 0),
            job={**EXPORT, "soql": "SELECT NoField__c FROM Contact"}),
    History("an export is aborted while the org has it", ("aborted", 0, 0, 0), job=EXPORT,
            before=held((POLL_EXPORT, 2, "cancel"))),
    History("an export takes so long that a new execution goes on", ("complete", 204, 0, 0), job=EXPORT,
            before=held((POLL_EXPORT, 6, "finish"))),
    # The last, because a warm function remembers it for a while.
    History("the day's requests are used up", ("failed", 0, 0, 0), before=fault("spend_limit")),
]  # fmt: skip
