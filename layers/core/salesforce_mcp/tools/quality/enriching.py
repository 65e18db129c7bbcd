"""Values from outside put into the records they belong to, and records brought back from the recycle bin."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.paths import api_name, record_id
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.core.records import require_writable
from salesforce_mcp.tools.parameters import ObjectName
from salesforce_mcp.tools.results import Incomplete
from salesforce_mcp.tools.tool import Effect, Org, tool

_Rows = Annotated[list[dict[str, Any]], Field(min_length=1, max_length=200, description="Match field and new values")]


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
    key = api_name(matchField)
    for number, row in enumerate(rows):
        if not row.get(key) or len(row) < 2:
            raise InvalidInput(
                f"rows[{number}] needs {key} and at least one value",
                fields=[f"rows[{number}]"],
                hint="Nothing was changed.",
            )
    names = list(dict.fromkeys(api_name(name) for row in rows for name in row))
    listed = ", ".join(quote_literal(str(row[key])) for row in rows)
    columns = ", ".join(dict.fromkeys(["Id", key, *names]))
    soql = f"SELECT {columns} FROM {api_name(objectName)} WHERE {key} IN ({listed}) LIMIT 2000"  # noqa: S608
    found = (await org.query(soql)).records
    outcomes = [_outcome(row, key, found, overwrite=overwrite) for row in rows]
    updates = [(number, change) for number, (_, change) in enumerate(outcomes) if change]
    failed: dict[int, dict[str, Any]] = {}
    if updates:
        saved = await org.collections.update(objectName, [change for _, change in updates], all_or_none=False)
        for (number, _), one in zip(updates, saved, strict=True):
            if one.failure:
                failed[number] = one.failure.as_data()
    results = [
        {key: row[key], "outcome": "failed" if number in failed else outcomes[number][0]}
        | ({"error": failed[number]} if number in failed else {})
        for number, row in enumerate(rows)
    ]
    counted = [str(result["outcome"]) for result in results]
    account = {**{outcome: counted.count(outcome) for outcome in dict.fromkeys(counted)}, "results": results}
    return Incomplete({"note": "Some rows failed; the others stay done", **account}) if failed else account


def _outcome(
    row: Mapping[str, Any], key: str, found: Sequence[Mapping[str, Any]], *, overwrite: bool
) -> tuple[str, dict[str, Any]]:
    """What will become of a row, and the update for it."""
    wanted = str(row[key]).lower()
    matching = [record for record in found if str(record.get(key) or "").lower() == wanted]
    if len(matching) != 1:
        return ("ambiguous" if matching else "notFound"), {}
    record = matching[0]
    change = {
        name: value
        for name, value in row.items()
        if name != key and record.get(name) != value and (overwrite or record.get(name) in (None, ""))
    }
    return ("updated", {"Id": record["Id"], **change}) if change else ("unchanged", {})


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
