"""Values from outside put into the records they belong to, and records brought back from the recycle bin."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.paths import api_name, is_record_of, record_id
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.core.records import require_writable
from salesforce_mcp.tools.paging import every_record
from salesforce_mcp.tools.parameters import ObjectName
from salesforce_mcp.tools.results import Incomplete
from salesforce_mcp.tools.tool import Effect, Org, tool

_Rows = Annotated[list[dict[str, Any]], Field(min_length=1, max_length=200, description="Match field and new values")]

_MOST_FOUND = 2000
_MOST_NAMED = 5


@tool(Effect.WRITES)
async def enrichRecords(
    objectName: ObjectName,
    matchField: Annotated[str, Field(description="Such as Website, Email, ERP_Id__c or Id")],
    rows: _Rows,
    org: Org,
    overwrite: Annotated[bool, Field(description="Existing values too")] = False,
) -> dict[str, Any] | Incomplete:
    """Fill records from outside rows matched by a field: empty fields only unless overwrite. Accounts for each row."""
    require_writable(objectName)
    keys = [_key(row, api_name(matchField), number) for number, row in enumerate(rows)]
    found = await _found(org, api_name(objectName), matchField, keys, rows)
    outcomes = [_outcome(row, matchField, found, overwrite=overwrite) for row in rows]
    _require_one_row_each(outcomes)
    updates = [(number, one.change) for number, one in enumerate(outcomes) if len(one.change) > 1]
    failed: dict[int, dict[str, Any]] = {}
    if updates:
        saved = await org.collections.update(objectName, [change for _, change in updates], all_or_none=False)
        failed = {number: one.failure.as_data() for (number, _), one in zip(updates, saved, strict=True) if one.failure}
    results = [
        {matchField: key, "outcome": "failed" if number in failed else one.word}
        | ({"kept": one.kept} if one.kept else {})
        | ({"matches": one.matches} if one.matches else {})
        | ({"error": failed[number]} if number in failed else {})
        for number, (key, one) in enumerate(zip(keys, outcomes, strict=True))
    ]
    counted = [str(result["outcome"]) for result in results]
    account = {**{outcome: counted.count(outcome) for outcome in dict.fromkeys(counted)}, "results": results}
    return Incomplete({"note": "Some rows failed; the others stay done", **account}) if failed else account


async def _found(
    org: Salesforce, name: str, key: str, keys: Sequence[Any], rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The records that the rows are about, with every field that a row names; their names in small letters."""
    names = {field.lower(): api_name(field) for field in ("Id", key, *(field for row in rows for field in row))}
    listed = ", ".join(dict.fromkeys(map(_literal, keys)))
    soql = f"SELECT {', '.join(names.values())} FROM {name} WHERE {key} IN ({listed}) LIMIT {_MOST_FOUND}"  # noqa: S608
    found = await every_record(org, soql)
    if len(found) == _MOST_FOUND:
        raise InvalidInput(
            f"{_MOST_FOUND:,} records or more have these values of {key}",
            fields=["matchField"],
            hint="Match by a field that tells records apart. Nothing was changed.",
        )
    return [_by_lower(record) for record in found]


def _key(row: Mapping[str, Any], name: str, number: int) -> Any:
    """The value that a row is matched by: its field may be spelled with other capitals, as everywhere in Salesforce."""
    key = _by_lower(row).get(name.lower())
    if key in (None, "") or len(row) < 2:
        raise InvalidInput(
            f"rows[{number}] needs {name} and at least one value",
            fields=[f"rows[{number}]"],
            hint="Nothing was changed.",
        )
    return key


def _by_lower(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in record.items()}


def _literal(value: Any) -> str:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if is_number else quote_literal(str(value))


class _Outcome(NamedTuple):
    """What will become of a row."""

    word: str
    change: Mapping[str, Any]  # the record's Id and its new values
    kept: Sequence[str] = ()  # fields that have another value, and keep it
    matches: Sequence[str] = ()  # the first of several records that fit


def _outcome(row: Mapping[str, Any], name: str, found: Sequence[Mapping[str, Any]], *, overwrite: bool) -> _Outcome:
    key = name.lower()
    wanted = _by_lower(row)[key]
    matching = [record for record in found if _same(record.get(key), wanted)]
    if len(matching) != 1:
        ids = [str(record["id"]) for record in matching[:_MOST_NAMED]]
        return _Outcome("ambiguous" if matching else "notFound", {}, matches=ids)
    record = matching[0]
    others = {field: value for field, value in row.items() if field.lower() != key}
    new = {field: value for field, value in others.items() if record.get(field.lower()) != value}
    change = {field: value for field, value in new.items() if overwrite or record.get(field.lower()) in (None, "")}
    kept = [field for field in new if field not in change]
    return _Outcome("updated" if change else "unchanged", {"Id": record["id"], **change}, kept)


def _same(stored: Any, given: Any) -> bool:
    """As Salesforce compares: capitals do not count, and both forms of an id are one."""
    if isinstance(stored, str) and is_record_of(stored[:3], str(given)):
        return stored in (given, record_id(str(given)))
    return str(stored).lower() == str(given).lower() if isinstance(stored, str) else stored == given


def _require_one_row_each(outcomes: Sequence[_Outcome]) -> None:
    numbers: dict[str, int] = {}
    for number, one in enumerate(outcomes):
        identifier = str(one.change.get("Id", number))
        if identifier in numbers:
            raise InvalidInput(
                f"rows[{numbers[identifier]}] and rows[{number}] are about the same record, {identifier}",
                fields=["rows"],
                hint="Make one row of them. Nothing was changed.",
            )
        numbers[identifier] = number


@tool(Effect.WRITES)
async def undeleteRecords(
    recordIds: Annotated[list[str], Field(min_length=1, max_length=200)], org: Org
) -> dict[str, Any]:
    """Bring deleted records back from the recycle bin with what was deleted with them; all or none."""
    ids = list(dict.fromkeys(map(record_id, recordIds)))
    outcomes = await org.soap.undelete(ids, all_or_none=True)
    failures = [(one, outcome.failure) for one, outcome in zip(ids, outcomes, strict=True) if outcome.failure]
    if failures:
        own = [(one, why) for one, why in failures if why.code != "ALL_OR_NONE_OPERATION_ROLLED_BACK"]
        identifier, failure = (own or failures)[0]
        failure.message = f"{identifier}: {failure.message}"
        failure.hint = f"{failure.hint} Nothing was brought back.".strip()
        raise failure
    return {"undeleted": len(ids), "ids": ids}
