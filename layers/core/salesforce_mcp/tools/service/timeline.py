"""What happened on a case, from everywhere it is kept."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.tools.service.case import CaseName, case_is, no_case
from salesforce_mcp.tools.service.satisfaction import satisfaction as satisfaction_of
from salesforce_mcp.tools.tool import Effect, Org, tool

# Relationship of the case → kind of event, its moment, who, what, the words.
_SOURCES: dict[str, tuple[str, str, str, str, str]] = {
    "CaseComments": ("comment", "CreatedDate", "CreatedBy.Name", "IsPublished", "CommentBody"),
    "EmailMessages": ("e-mail", "MessageDate", "FromAddress", "Subject", "TextBody"),
    "Histories": ("change", "CreatedDate", "CreatedBy.Name", "Field", "NewValue"),
    "Tasks": ("task", "CreatedDate", "Owner.Name", "Subject", "Status"),
    "Events": ("event", "StartDateTime", "Owner.Name", "Subject", "Description"),
    "Feeds": ("post", "CreatedDate", "CreatedBy.Name", "Type", "Body"),
}
_ABOUT = "CaseNumber, Subject, Status, Priority, IsEscalated, CreatedDate, ClosedDate, Owner.Name, Contact.Name"
_LONGEST = 600
_MORE = "There are events older than these {}: raise limit, or query CaseComment, EmailMessage and CaseHistory."


@tool(Effect.READS)
async def getCaseTimeline(
    case: CaseName,
    org: Org,
    limit: Annotated[int, Field(ge=1, le=200, description="Latest events")] = 50,
    satisfaction: Annotated[bool, Field(description="Also what the customer answered in surveys")] = False,
) -> dict[str, Any]:
    """Everything that happened on a case in order: comments, e-mails, field changes, activities, posts."""
    describe = await org.describe("Case")
    offered = {child.get("relationshipName") for child in describe["childRelationships"]}
    parts = [_subquery(name, limit) for name in _SOURCES if name in offered]
    soql = f"SELECT {', '.join(['Id', _ABOUT, *parts])} FROM Case WHERE {case_is(case)} LIMIT 1"  # noqa: S608
    page = await org.query(soql)
    if not page.rows:
        raise no_case(case)
    found = dict(zip(page.columns, page.rows[0], strict=True))
    about = {name: value for name, value in found.items() if name not in _SOURCES and value is not None}
    events = sorted(_events(found), key=lambda event: str(event[0]))
    older = {"more": _MORE.format(limit)} if len(events) > limit else {}
    if satisfaction:
        about["satisfaction"] = await satisfaction_of(org, describe, found["Id"])
    return {
        **about,
        **older,
        "columns": ["at", "kind", "who", "what", "text"],
        "rows": events[-limit:],
    }


def _subquery(name: str, limit: int) -> str:
    moment = _SOURCES[name][1]
    more = {"Histories": ["OldValue"], "EmailMessages": ["CreatedDate"]}.get(name, [])
    columns = ", ".join(dict.fromkeys([*_SOURCES[name][1:], *more]))
    return f"(SELECT {columns} FROM {name} ORDER BY {moment} DESC LIMIT {limit + 1})"  # noqa: S608 - our own names


def _events(found: Mapping[str, Any]) -> Iterator[list[Any]]:
    for name, (kind, *columns) in _SOURCES.items():
        table = found.get(name) or {"columns": [], "rows": []}
        for row in table["rows"]:
            cells = dict(zip(table["columns"], row, strict=True))
            moment, who, what, text = (cells.get(column) for column in columns)
            if kind == "comment":
                what = "public" if what else "internal"
            if kind == "change":
                changed = what != "created"
                text = f"{_shown(cells.get('OldValue'))} → {_shown(text)}" if changed else None
            # A mail that a program kept may have no date of its own.
            yield [moment or cells.get("CreatedDate"), kind, who, what, _shortened(text)]


def _shown(value: Any) -> str:
    return "(empty)" if value in (None, "") else str(value)


def _shortened(text: Any) -> Any:
    """A long mail tells its beginning here, and how much more there is."""
    if not isinstance(text, str) or len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… ({len(text) - _LONGEST} more characters)"
