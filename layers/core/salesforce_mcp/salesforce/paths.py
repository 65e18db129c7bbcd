"""Paths of REST resources, built from segments: a joined string never comes in from outside."""

import re
from urllib.parse import quote

from salesforce_mcp.errors import InvalidInput

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,119}")
_RECORD_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_CHECKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
# What a composite request puts in for an earlier answer: @{acc.id}, @{found.records[0].Id}.
_REFERENCE = re.compile(r"@\{[A-Za-z0-9_]+(?:\[\d+\])?(?:\.[A-Za-z0-9_]+(?:\[\d+\])?)*\}")


def segment(value: str) -> str:
    """Escape one segment; refuse those that a URL parser would climb with."""
    if value in ("", ".", ".."):
        raise InvalidInput(f"{value!r} cannot stand in a path", hint="Give a name, an id or a key.")
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        raise InvalidInput("The text holds half a character (a lone surrogate)", hint="Send valid Unicode.") from None


def joined_with_references(*segments: str) -> str:
    """Escaped segments, but one that is a composite reference stays as it is."""
    return "/".join(part if is_reference(part) else segment(part) for part in segments)


def is_reference(text: str) -> bool:
    """Whether it stands for an earlier answer of a composite request; tools ask before they check an id."""
    return _REFERENCE.fullmatch(text) is not None


def api_name(name: str) -> str:
    """Return the API name of an object or field; refuse what cannot be one."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"{shown(name)} is not an API name",
            code="INVALID_NAME",
            hint="API names are letters, digits and underscores: Account, Invoice__c. listAllObjects knows the labels.",
        )
    return name


def record_id(value: str) -> str:
    """Return a record id in its 18 characters, so that ids can be compared; refuse what cannot be one, such as the
    name of a sub-resource. https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/field_types.htm
    """
    if not _RECORD_ID.fullmatch(value):
        raise InvalidInput(
            f"{shown(value)} is not a record id",
            code="MALFORMED_ID",
            hint="Record ids have 15 or 18 letters and digits. Find the id with executeQuery or executeSearch.",
        )
    return value if len(value) == 18 else value + "".join(_check(value[at : at + 5]) for at in (0, 5, 10))


def _check(five: str) -> str:
    """The letter that says which of five characters are capitals: the first is the lowest bit."""
    return _CHECKS[sum(1 << at for at, character in enumerate(five) if character.isupper())]


def is_record_of(prefix: str, text: str) -> bool:
    """Whether a text, where a name may stand too, is the id of a record of that kind."""
    return text.startswith(prefix) and _RECORD_ID.fullmatch(text) is not None


def shown(text: str) -> str:
    """The start of a text, printable, for a message."""
    return repr(text if len(text) <= 80 else text[:79] + "…")
