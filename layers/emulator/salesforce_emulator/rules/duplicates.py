"""Duplicate rules: which records may be the same, and what is done about it.

https://help.salesforce.com/s/articleView?id=sales.duplicate_rules_standard_rules.htm
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from salesforce_emulator.access import Caller
from salesforce_emulator.api_versions import LATEST
from salesforce_emulator.errors import Refused
from salesforce_emulator.rules import rows
from salesforce_emulator.schema.model import Object

if TYPE_CHECKING:
    from salesforce_emulator.org import Org
    from salesforce_emulator.rules.change import Change

Row = Mapping[str, Any]

ACTIONS = ALLOW, REPORT, ALERT, BLOCK = "allow", "report", "alert", "block"
SET, ITEM = "DuplicateRecordSet", "DuplicateRecordItem"
MESSAGE = "Use one of these records?"
LEGAL_FORMS = frozenset(
    {"ag", "co", "company", "corp", "corporation", "gmbh", "inc", "incorporated", "limited", "llc", "ltd", "plc", "sa"}
)
MATCHING_RULES = {
    "Account": "Standard_Account_Match_Rule_v1_0",
    "Contact": "Standard_Contact_Match_Rule_v1_1",
    "Lead": "Standard_Lead_Match_Rule_v1_0",
}
COMPARED = {
    "Account": ("Name", "Website"),
    "Contact": ("Name", "Email", "AccountId"),
    "Lead": ("Name", "Email", "Company"),
}


@dataclass
class DuplicateRules:
    """What the org does when a saved record looks like another: allow it, report it, alert, or block.

    An alert is passed by `allowSave=true`, and what passes is reported; a block is passed by nothing."""

    actions: dict[str, str] = field(default_factory=lambda: dict.fromkeys(MATCHING_RULES, ALLOW))
    allow_save: bool = False
    with_details: bool = False
    version: str = LATEST

    @contextmanager
    def told(self, header: str, *, version: str) -> Iterator[None]:
        """Sforce-Duplicate-Rule-Header: allowSave=true; includeRecordDetails=true"""
        said = {name.strip().lower(): value.strip().lower() for name, _, value in _pairs(header)}
        before = (self.allow_save, self.with_details, self.version)
        self.allow_save = said.get("allowsave") == "true"
        self.with_details = said.get("includerecorddetails") == "true"
        self.version = version
        try:
            yield
        finally:
            self.allow_save, self.with_details, self.version = before

    @contextmanager
    def passed_over(self, names: set[str]) -> Iterator[None]:
        """Ask nothing about these objects."""
        before, self.actions = self.actions, self.actions | dict.fromkeys(names, ALLOW)
        try:
            yield
        finally:
            self.actions = before


@dataclass(frozen=True)
class Match:
    record: dict[str, Any]
    confidence: float


def check(change: Change) -> None:
    """Refuse what looks like a record that is there, where the org's rule says so."""
    one, rules = change.object, change.org.duplicates
    action = rules.actions.get(one.name, ALLOW)
    if action in {ALLOW, REPORT} or (action == ALERT and rules.allow_save) or not change.changed(*COMPARED[one.name]):
        return
    found = matches(change.org, one, change.row)
    if found and change.caller.can_read(one):
        result = duplicate_result(change, found)
        raise Refused(400, "DUPLICATES_DETECTED", MESSAGE, extra={"duplicateResult": result})


def report(change: Change) -> None:
    """Keep what was saved although it looks like others: in their set of duplicates, or in a new one with them."""
    one, org = change.object, change.org
    if org.duplicates.actions.get(one.name, ALLOW) not in {REPORT, ALERT} or not change.changed(*COMPARED[one.name]):
        return
    found = [match.record["Id"] for match in matches(org, one, change.row)]
    if not found:
        return
    places = ", ".join("?" * (len(found) + 1))
    query = f'SELECT RecordId, DuplicateRecordSetId FROM "{ITEM}" WHERE RecordId IN ({places}) AND IsDeleted = 0'  # noqa: S608
    kept = dict(org.connection.execute(query, (change.row["Id"], *found)).fetchall())
    set_id = next(iter(kept.values()), None) or org.add(change.caller, SET, {"DuplicateRuleId": _rule_id(org, one)})
    for record_id in (change.row["Id"], *found):
        if record_id not in kept:
            org.add(change.caller, ITEM, {"DuplicateRecordSetId": set_id, "RecordId": record_id})


def count_after_save(change: Change) -> None:
    count(change.org, change.caller, change.row)


def count(org: Org, _caller: Caller, item: Row) -> None:
    """How many records a set of duplicates has."""
    query = f'SELECT count(*) FROM "{ITEM}" WHERE DuplicateRecordSetId = ? AND IsDeleted = 0'  # noqa: S608
    number = org.connection.execute(query, (item["DuplicateRecordSetId"],)).fetchone()[0]
    rows.change(org.connection, SET, item["DuplicateRecordSetId"], {"RecordCount": number})


def _rule_id(org: Org, one: Object) -> str | None:
    found = org.connection.execute('SELECT Id FROM "DuplicateRule" WHERE SobjectType = ?', (one.name,)).fetchone()
    return str(found[0]) if found else None


def matches(org: Org, one: Object, row: Row) -> list[Match]:
    """Living records that may be the same as a row, the likeliest first; never the row itself."""
    find = _accounts if one.name == "Account" else _people
    found = [match for match in find(org, one, row) if match.record["Id"] != row.get("Id")]
    return sorted(found, key=lambda match: (-match.confidence, match.record["Id"]))


def duplicate_result(change: Change, found: list[Match]) -> dict[str, Any]:
    one, rules = change.object, change.org.duplicates
    records = [
        {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": match.confidence,
            "record": change.org.json_record(
                change.caller, one, match.record, rules.version, None if rules.with_details else ["Id"]
            ),
        }
        for match in found
    ]
    return {
        "allowSave": rules.actions[one.name] != BLOCK,
        "duplicateRule": f"Standard_{one.name}_Duplicate_Rule",
        "duplicateRuleEntityType": one.name,
        "errorMessage": MESSAGE,
        "matchResults": [
            {
                "entityType": one.name,
                "errors": [],
                "matchEngine": "FuzzyMatchEngine",
                "matchRecords": records,
                "rule": MATCHING_RULES[one.name],
                "size": len(records),
                "success": True,
            }
        ],
    }


def _accounts(org: Org, one: Object, row: Row) -> Iterator[Match]:
    name, domain = company_name(row.get("Name") or ""), web_domain(row.get("Website") or "")
    query = (
        f'SELECT * FROM "{one.name}" WHERE IsDeleted = 0 AND'  # noqa: S608 - a name of the schema
        " ((? != '' AND instr(lower(Name), ?)) OR (? != '' AND instr(lower(Website), ?)))"
    )
    word = name.partition(" ")[0]
    for other in rows.rows(org.connection, query, (word, word, domain, domain)):
        same_name = bool(name) and company_name(other["Name"]) == name
        same_site = bool(domain) and web_domain(other["Website"] or "") == domain
        if same_name or same_site:
            yield Match(other, 100.0 if same_name and same_site else 90.0)


def _people(org: Org, one: Object, row: Row) -> Iterator[Match]:
    """The same address, or the same name at the same company."""
    name = row.get("Name") or " ".join(str(row[part]) for part in ("FirstName", "LastName") if row.get(part))
    email, place = row.get("Email"), "AccountId" if one.name == "Contact" else "Company"
    converted = " AND IsConverted = 0" if one.field("IsConverted") else ""
    query = f'SELECT * FROM "{one.name}" WHERE IsDeleted = 0{converted} AND (Email = ? OR Name = ?)'  # noqa: S608
    for other in rows.rows(org.connection, query, (email, name)):
        same_name = other["Name"].lower() == name.lower()
        same_email = bool(email) and (other["Email"] or "").lower() == str(email).lower()
        together = bool(row.get(place)) and str(other[place]).lower() == str(row[place]).lower()
        if same_email or (same_name and (together or not email or not other["Email"])):
            yield Match(other, 100.0 if same_name and same_email else 90.0 if same_email else 80.0)


def company_name(text: str) -> str:
    """Acme, Inc. and ACME Corporation are both acme."""
    words = re.findall(r"\w+", text.lower())
    return " ".join([word for word in words if word not in LEGAL_FORMS] or words)


def web_domain(text: str) -> str:
    return re.sub(r"^(\w+://)?(www\.)?", "", text.strip().lower()).partition("/")[0]


def _pairs(header: str) -> list[tuple[str, str, str]]:
    return [part.partition("=") for part in header.split(";") if part.strip()]
