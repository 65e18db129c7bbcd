"""A case as people name it: by its id or by its number."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.paths import shown
from salesforce_mcp.salesforce.soql import quote_literal

CaseName = Annotated[str, Field(description="Case id or number", min_length=1)]

_CASE_ID = re.compile(r"500[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?")
_OTHER_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_DIGITS = 8
# As people say it: #1026, case 00001026.
_SAID_BEFORE = re.compile(r"^(?:case\b)?\s*#?\s*", re.IGNORECASE)
# The record that find_case finds, for what comes after it in the same composite request.
CASE_ID = "@{case.records[0].Id}"


def case_is(case: str, *, path: str = "") -> str:
    """The condition that picks this case; `path` leads to it from another object."""
    case = _SAID_BEFORE.sub("", case.strip(), count=1)
    if _CASE_ID.fullmatch(case):
        return f"{path}Id = {quote_literal(case)}"
    if _OTHER_ID.fullmatch(case):
        raise InvalidInput(f"{shown(case)} is not the id of a case", code="MALFORMED_ID", fields=["case"])
    # Numbers are written with zeros in front, and read without them.
    numbers = dict.fromkeys([case, case.rjust(_DIGITS, "0")] if case.isdecimal() else [case])
    return f"{path}CaseNumber IN ({', '.join(map(quote_literal, numbers))})"


def find_case(case: str) -> Subrequest:
    soql = f"SELECT Id, CaseNumber FROM Case WHERE {case_is(case)} LIMIT 1"  # noqa: S608 - quoted by case_is
    return Subrequest("GET", ("query",), "case", params={"q": soql})


async def require_case(org: Salesforce, case: str) -> None:
    """For an answer that is empty, whether the case is there or not."""
    if not (await org.query(f"SELECT Id FROM Case WHERE {case_is(case)} LIMIT 1")).rows:  # noqa: S608 - quoted
        raise no_case(case)


def no_case(case: str) -> NotFound:
    return NotFound(
        f"There is no case {shown(case)} that this user may see",
        fields=["case"],
        hint="Give its id or number; executeSearch finds it by its words.",
    )


def comment(text: str, *, published: bool) -> Subrequest:
    body = {"ParentId": CASE_ID, "CommentBody": text, "IsPublished": published}
    return Subrequest("POST", ("sobjects", "CaseComment"), "comment", body=body)


async def on_case(
    org: Salesforce, case: str, steps: Sequence[Subrequest], *, wanted: dict[str, str] | None = None
) -> dict[str, Any]:
    """Do all steps on the case, or none; the answers by reference, the case itself among them."""
    bodies = await org.together([find_case(case), *steps], wanted={"case": f"case {shown(case)}", **(wanted or {})})
    found = bodies["case"]["records"][0]
    return {**bodies, "case": {"caseId": found["Id"], "caseNumber": found["CaseNumber"]}}
