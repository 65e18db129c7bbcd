"""The name that was probably meant, for a hint: only names that this user's describes show."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from salesforce_mcp.errors import Failure

_FIELD = re.compile(r"No such column '([^']{1,120})' on (?:entity|sobject of type) '?(\w{1,120})")
_RELATIONSHIP = re.compile(r"Didn't understand relationship '([^']{1,120})'")
_RECORD = re.compile(r"external ID field does not exist or is not accessible: (\w{15,18})$", re.ASCII)
_KEY = re.compile(r"external ID field does not exist or is not accessible: (\w{1,120})$", re.ASCII)
_OBJECT = re.compile(r"sObject type '([^']{1,120})' is not supported")


def missing_field(failure: Failure) -> tuple[str, str] | None:
    """The field that is not there, and the object it was looked for on."""
    found = _FIELD.search(failure.message)
    return (found[1], found[2]) if found else None


def missing_relationship(failure: Failure) -> str | None:
    found = _RELATIONSHIP.search(failure.message)
    return found[1] if found else None


def missing_object(failure: Failure) -> str | None:
    found = _OBJECT.search(failure.message)
    return found[1] if found else None


def missing_record(failure: Failure) -> str:
    """The id that no record of the object has."""
    found = _RECORD.search(failure.message)
    return found[1] if found else ""


def missing_key(failure: Failure) -> str:
    """The field that records of the object are not looked up by."""
    found = _KEY.search(failure.message)
    return found[1] if found and not _RECORD.search(failure.message) else ""


def key_names(describe: dict[str, Any]) -> list[str]:
    return [field["name"] for field in describe.get("fields") or [] if field.get("externalId")]


def field_names(describe: dict[str, Any]) -> list[str]:
    return [field["name"] for field in describe.get("fields") or []]


def relationship_names(describe: dict[str, Any]) -> list[str]:
    parents = [field.get("relationshipName") for field in describe.get("fields") or []]
    children = [child.get("relationshipName") for child in describe.get("childRelationships") or []]
    return [name for name in [*parents, *children] if name]


def nearest(name: str, candidates: Iterable[str]) -> list[str]:
    """Up to three candidates, the likeliest first. Revenue, Anual_Revenue, AnnualRevenueEUR all find AnnualRevenue."""
    by_letters = {_letters(candidate): candidate for candidate in candidates}
    wanted = _letters(name)
    alike = get_close_matches(wanted, by_letters, n=3, cutoff=0.72)
    within = sorted((letters for letters in by_letters if len(wanted) > 3 and wanted in letters), key=len)
    around = sorted(
        (letters for letters in by_letters if len(letters) > 3 and letters in wanted), key=len, reverse=True
    )
    return [by_letters[letters] for letters in dict.fromkeys([*alike, *within, *around])][:3]


def suggest(failure: Failure, name: str, candidates: Iterable[str]) -> None:
    """Put the nearest names in front of the hint, if there are any."""
    found = nearest(name, candidates)
    if found:
        failure.hint = f"Did you mean {' or '.join(found)}? {failure.hint}".rstrip()
        failure.details["nearest"] = found


def _letters(name: str) -> str:
    return name.lower().removesuffix("__c").removesuffix("__r").replace("_", "").replace(" ", "")
