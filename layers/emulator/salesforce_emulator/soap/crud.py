"""Metadata made, changed, renamed and deleted, component by component.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_crud_based_calls_intro.htm
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.routes.tooling.fields import may_customize
from salesforce_emulator.soap.components import changed, created, removed, renamed, upserted
from salesforce_emulator.soap.envelope import elements, text_of
from salesforce_emulator.soap.message import Message
from salesforce_emulator.soap.prepared import Prepared

MOST = 10
MOST_RECORDS = 200  # of custom metadata
ROLLED_BACK = "Record rolled back because not all records were valid and the request was using AllOrNone header"

Prepare = Callable[[Message, str, str, Element], Prepared]
Outcome = Prepared | Refused


def create_metadata(message: Message) -> str:
    return _written(message, created)


def update_metadata(message: Message) -> str:
    return _written(message, changed)


def upsert_metadata(message: Message) -> str:
    return _written(message, upserted, tell_created=True)


def delete_metadata(message: Message) -> str:
    may_customize(message.caller)
    kind = text_of(message.operation, "type")
    names = [(one.text or "").strip() for one in message.operation.findall("fullNames")]
    _check([kind] * len(names))
    outcomes = [_attempt(partial(removed, message, kind, name)) for name in names]
    return _done(message, names, outcomes)


def rename_metadata(message: Message) -> str:
    may_customize(message.caller)
    kind, old, new = (text_of(message.operation, part).strip() for part in ("type", "oldFullName", "newFullName"))
    return _done(message, [old], [_attempt(partial(renamed, message, kind, old, new))])


def _written(message: Message, prepare: Prepare, *, tell_created: bool = False) -> str:
    may_customize(message.caller)
    given = message.operation.findall("metadata")
    kinds = [one.get("type", "").rpartition(":")[2] for one in given]
    names = [text_of(one, "fullName") for one in given]
    _check(kinds)
    outcomes = [
        _attempt(partial(prepare, message, kind, name, one))
        for one, kind, name in zip(given, kinds, names, strict=True)
    ]
    return _done(message, names, outcomes, tell_created=tell_created)


def _check(kinds: Sequence[str]) -> None:
    if len(set(kinds)) > 1:
        raise Refused(500, "INVALID_TYPE", "All components of a call must be of the same type")
    most = MOST_RECORDS if set(kinds) == {"CustomMetadata"} else MOST
    if len(kinds) > most:
        raise Refused(500, "LIMIT_EXCEEDED", f"At most {most} components can be given in one call")


def _attempt(prepare: Callable[[], Prepared]) -> Outcome:
    try:
        return prepare()
    except NotEmulated:
        raise
    except Refused as refused:
        return refused


def _done(message: Message, names: Sequence[str], outcomes: list[Outcome], *, tell_created: bool = False) -> str:
    """Do what can be done; with AllOrNoneHeader nothing unless all of it can."""
    lower = [name.lower() for name in names]
    for at, name in enumerate(lower):
        if name in lower[:at]:
            outcomes[at] = Refused(500, "DUPLICATE_DEVELOPER_NAME", f"{names[at]} is given twice")
    all_or_none = message.header("AllOrNoneHeader", "allOrNone") == "true"
    if all_or_none and any(isinstance(one, Refused) for one in outcomes):
        rolled_back = Refused(500, "ALL_OR_NONE_OPERATION_ROLLED_BACK", ROLLED_BACK)
        outcomes = [one if isinstance(one, Refused) else rolled_back for one in outcomes]
    message.site.bulk.forget()  # an open export would hold the tables
    results = []
    with message.org.transaction():
        for name, outcome in zip(names, outcomes, strict=True):
            created_now = isinstance(outcome, Prepared) and outcome.created
            result: dict[str, Any] = {"created": created_now} if tell_created else {}
            if isinstance(outcome, Prepared):
                outcome.make()
            else:
                result["errors"] = {"message": outcome.message, "statusCode": outcome.code}
            results.append({**result, "fullName": name, "success": isinstance(outcome, Prepared)})
    return elements({"result": results})
