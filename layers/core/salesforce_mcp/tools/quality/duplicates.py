"""Records that may be the same: found by the org's own rules, or by what they share once written alike."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Annotated, Any, Literal

from pydantic import Field

from salesforce_mcp.errors import Failure, NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.paths import record_id
from salesforce_mcp.salesforce.soap import Outcome
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.existence import require_found
from salesforce_mcp.tools.paging import every_record
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Effect, Org, tool

Kind = Literal["Account", "Contact", "Lead"]
_COLUMNS = ("score", "firstId", "firstName", "secondId", "secondName", "why")
_MOST_ROWS = 2000
_MOST_PAIRS = 200
_READ = {
    "Account": ("Id", "Name", "Website", "Phone", "BillingCity"),
    "Contact": ("Id", "Name", "Email", "Phone", "Account.Name"),
    "Lead": ("Id", "Name", "Email", "Phone", "Company"),
}
_LEGAL_FORM = re.compile(r"\b(inc|incorporated|corp|corporation|co|company|ltd|limited|llc|gmbh|ag|sa|plc)\b\.?", re.I)
# What two records share → how sure that makes us, of 100.
_WEIGHTS = {"email": 60, "website": 50, "name": 40, "phone": 30, "company": 15, "city": 10}
# Below this, two records only have a phone or a town in common.
_LEAST = 40


@tool(Effect.READS)
async def findDuplicates(
    objectName: Kind,
    org: Org,
    recordIds: Annotated[list[str] | None, Field(max_length=50, description="Only duplicates of these")] = None,
) -> dict[str, Any]:
    """Pairs of records that may be the same, with a score and the reasons, surest first.

    Given records by the org's duplicate rules; else the 2,000 changed last, by their values.
    """
    wanted = list(dict.fromkeys(map(record_id, recordIds or ())))
    by_rules = await _by_rules(org, wanted) if wanted else None
    about = _of(by_rules) if by_rules else ""
    order = "ORDER BY LastModifiedDate DESC"
    where = f"WHERE Id IN ({about})" if about else "WHERE IsConverted = FALSE" if objectName == "Lead" else ""
    soql = f"SELECT {', '.join(_READ[objectName])} FROM {objectName} {where} {order} LIMIT {_MOST_ROWS}"  # noqa: S608
    records = await every_record(org, soql)
    if by_rules is None:
        records += await _others(org, objectName, wanted, records)
    require_found(wanted, records, parameter="recordIds")
    pairs = _rule_pairs(by_rules, records) if by_rules is not None else _likeness_pairs(records, wanted)
    rows = sorted(pairs, key=lambda row: (-row[0], row[1], row[3]))
    return {
        "by": "duplicate rules" if by_rules is not None else f"likeness of {len(records)} records",
        **Table(_COLUMNS, rows[:_MOST_PAIRS], len(rows)).as_data(),
    }


async def _others(
    org: Salesforce, name: str, wanted: Sequence[str], records: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The records that were asked about, but are not among those changed last."""
    here = {record["Id"] for record in records}
    left = [identifier for identifier in wanted if identifier not in here]
    if not left:
        return []
    listed = ", ".join(map(quote_literal, left))
    return await every_record(org, f"SELECT {', '.join(_READ[name])} FROM {name} WHERE Id IN ({listed})")  # noqa: S608


async def _by_rules(org: Salesforce, identifiers: Sequence[str]) -> dict[str, list[tuple[str, float, str]]] | None:
    """The matches of each record: id, confidence, rule; None where the org has no rule for this object."""
    outcomes = await org.soap.find_duplicates_by_ids(identifiers)
    found: dict[str, list[tuple[str, float, str]]] = {}
    for identifier, outcome in zip(identifiers, outcomes, strict=True):
        if outcome.failure and outcome.failure.code == "NO_ACTIVE_DUPLICATE_RULE":
            return None
        if outcome.failure:
            raise _missing(outcome.failure, identifier)
        found[identifier] = list(_matches(outcome))
    return found


def _missing(failure: Failure, identifier: str) -> Failure:
    if failure.code in ("INVALID_CROSS_REFERENCE_KEY", "ENTITY_IS_DELETED"):
        return NotFound(f"There is no record {identifier}", fields=["recordIds"], hint="It may be deleted or hidden.")
    return failure


def _matches(outcome: Outcome) -> Iterator[tuple[str, float, str]]:
    for result in outcome.all("duplicateResults"):
        for matched in result.get("matchResults") or []:
            for match in (matched or {}).get("matchRecords") or []:
                record = (match.get("record") or [{}])[0] or {}
                if found := (record.get("Id") or [None])[0]:
                    confidence = float((match.get("matchConfidence") or ["100"])[0] or 100)
                    yield str(found), confidence, str((matched.get("rule") or [""])[0])


def _of(found: Mapping[str, Sequence[tuple[str, float, str]]]) -> str:
    ids = {*found, *(match[0] for matches in found.values() for match in matches)}
    return ", ".join(map(quote_literal, sorted(ids)))


def _rule_pairs(
    found: Mapping[str, Sequence[tuple[str, float, str]]], records: Sequence[Mapping[str, Any]]
) -> list[tuple[Any, ...]]:
    names = {str(record["Id"]): record["Name"] for record in records}
    seen: dict[frozenset[str], tuple[Any, ...]] = {}
    for one, matches in found.items():
        for other, confidence, rule in matches:
            pair = frozenset((one, other))
            if len(pair) == 2:
                row = (round(confidence), one, names.get(one), other, names.get(other), [rule])
                seen.setdefault(pair, row)
    return list(seen.values())


def _likeness_pairs(records: Sequence[Mapping[str, Any]], wanted: Sequence[str]) -> list[tuple[Any, ...]]:
    """Every two records that share something telling, each pair once."""
    sharing: dict[tuple[str, str], list[int]] = defaultdict(list)
    keys = [_keys(record) for record in records]
    for number, known in enumerate(keys):
        for what, value in known.items():
            sharing[what, value].append(number)
    candidates = {
        pair
        for (what, _), numbers in sharing.items()
        if what in ("email", "website", "name", "phone") and len(numbers) <= 50
        for pair in combinations(numbers, 2)
    }
    return [
        row
        for first, second in candidates
        if (row := _pair(records[first], records[second], keys[first], keys[second])) is not None
        and (not wanted or {row[1], row[3]} & set(wanted))
    ]


def _pair(
    first: Mapping[str, Any], second: Mapping[str, Any], keys: Mapping[str, str], others: Mapping[str, str]
) -> tuple[Any, ...] | None:
    shared = [what for what, value in keys.items() if others.get(what) == value]
    score = min(100, sum(_WEIGHTS[what] for what in shared))
    if score < _LEAST:
        return None
    why = [f"same {what}" for what in shared]
    return (score, first["Id"], first["Name"], second["Id"], second["Name"], why)


def _keys(record: Mapping[str, Any]) -> dict[str, str]:
    """What can be compared, written alike."""
    company = record.get("Company") or record.get("Account.Name")
    found = {
        "email": str(record.get("Email") or "").strip().lower(),
        "website": _domain(str(record.get("Website") or "")),
        "name": _plain(str(record.get("Name") or "")),
        "phone": re.sub(r"\D", "", str(record.get("Phone") or ""))[-9:],
        "company": _plain(str(company or "")),
        "city": _plain(str(record.get("BillingCity") or "")),
    }
    return {what: value for what, value in found.items() if len(value) > 2}


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", _LEGAL_FORM.sub("", text.lower())).strip()


def _domain(website: str) -> str:
    return re.sub(r"^(https?://)?(www\.)?", "", website.strip().lower()).partition("/")[0]
