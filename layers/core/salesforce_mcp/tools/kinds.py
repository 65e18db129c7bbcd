"""Ids of the kind of record that a tool is about: another kind, or a name, is refused with the way to the right one."""

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.paths import is_record_of, record_id, shown
from salesforce_mcp.salesforce.soql import like_literal

# Standard objects have the same first letters in every org.
_PREFIXES = {
    "Account": "001",
    "Contact": "003",
    "User": "005",
    "Opportunity": "006",
    "Lead": "00Q",
    "Quote": "0Q0",
    "Case": "500",
}


def id_of(kind: str, given: str, *, parameter: str) -> str:
    """The id in its 18 characters."""
    if is_record_of(_PREFIXES[kind], given):
        return record_id(given)
    if is_record_of("", given):
        other = next((name for name, prefix in _PREFIXES.items() if given.startswith(prefix)), "another object")
        raise InvalidInput(
            f"{given} is the id of a record of {other}; {parameter} takes that of a record of {kind}",
            code="MALFORMED_ID",
            fields=[parameter],
            hint="Look it up with executeQuery or getRelatedRecords. Nothing was changed.",
        )
    title = "CaseNumber" if kind == "Case" else "Name"
    query = f"SELECT Id, {title} FROM {kind} WHERE {title} LIKE {like_literal(given[:80], before='%')}"  # noqa: S608
    raise InvalidInput(
        f"{shown(given)} is not a record id",
        code="MALFORMED_ID",
        fields=[parameter],
        hint=f"{parameter} takes 15 or 18 letters and digits{f'; find them with: {query}' if given.strip() else ''}.",
    )
