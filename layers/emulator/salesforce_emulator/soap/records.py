"""SOAP calls on records: convertLead, merge, undelete, emptyRecycleBin.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_list.htm
"""

from collections.abc import Callable, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from salesforce_emulator import ids
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.rules import converting, merging, purging
from salesforce_emulator.rules.converting import Conversion
from salesforce_emulator.schema.model import Object
from salesforce_emulator.soap.envelope import elements, text_of
from salesforce_emulator.soap.message import Message

MOST = 200
NIL = "nil"
ROLLED_BACK = Refused(
    400,
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
)

Result = dict[str, Any]


class _RolledBack(Exception):  # noqa: N818 - carries the rollback out of the transaction
    pass


def convert_lead(message: Message) -> str:
    caller = message.caller

    def convert(asked: Element) -> Result:
        for name in ("accountRecord", "contactRecord", "opportunityRecord"):
            if asked.find(name) is not None:
                raise NotEmulated(f"convertLead with {name}")
        message.site.faults.check_lock(text_of(asked, "leadId"))
        passed = {
            "Account": text_of(asked, "bypassAccountDedupeCheck"),
            "Contact": text_of(asked, "bypassContactDedupeCheck"),
        }
        with message.org.duplicates.passed_over({name for name, said in passed.items() if said == "true"}):
            done = converting.convert(message.org, caller, _conversion(asked))
        return {
            "accountId": done.account_id,
            "contactId": done.contact_id,
            "leadId": done.lead_id,
            "opportunityId": done.opportunity_id,
            "success": True,
        }

    def failed(asked: Element, refused: Refused) -> Result:
        nothing = {"accountId": None, "contactId": None}
        lead_id = text_of(asked, "leadId") or None
        return {**nothing, "errors": error(refused), "leadId": lead_id, "opportunityId": None, "success": False}

    return answer(message, message.operation.findall("leadConverts"), convert, failed)


def merge(message: Message) -> str:
    caller = message.caller

    def unite(request: Element) -> Result:
        master = request.find("masterRecord")
        if master is None:
            raise Refused(400, "MISSING_ARGUMENT", "masterRecord is required")
        one, record_id, values = record_of(message, master)
        message.site.faults.check_lock(record_id)
        others = [(other.text or "").strip() for other in request.findall("recordToMergeIds")]
        moved = merging.merge(message.org, caller, one, record_id, values, others)
        return {
            "id": ids.canonical(record_id),
            "mergedRecordIds": [ids.canonical(other) for other in others],
            "success": True,
            "updatedRelatedIds": moved,
        }

    # jsforce writes mergeRequests, and orgs take it.
    requests = [one for one in message.operation if one.tag in {"request", "mergeRequests"}]
    return answer(message, requests, unite, _failed_with_id)


def undelete(message: Message) -> str:
    caller = message.caller

    def bring_back(given: Element) -> Result:
        record_id = _id(given, "MALFORMED_ID", "malformed id {}")
        message.site.faults.check_lock(record_id)
        message.org.undelete(caller, record_id)
        return {"id": record_id, "success": True}

    return answer(message, message.operation.findall("ids"), bring_back, _failed_with_id)


def empty_recycle_bin(message: Message) -> str:
    caller = message.caller

    def purge(given: Element) -> Result:
        record_id = _id(given, "INVALID_ID_FIELD", "Invalid id value specified: {}")
        binned = message.org.connection.execute(
            "SELECT deleted_by FROM _recycle_bin WHERE record_id = ?", (record_id,)
        ).fetchone()
        if binned is None:
            raise Refused(400, "RECORD_NOT_FOUND", f"record not found in the recycle bin: {record_id}", [])
        if binned[0] != caller.user_id and not caller.may("modify_all_data"):
            raise Refused(400, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", [])
        purging.purge(message.org, record_id)
        return {"id": record_id, "success": True}

    return answer(message, message.operation.findall("ids"), purge, _failed_with_id)


def answer(
    message: Message,
    items: Sequence[Element],
    act: Callable[[Element], Result],
    failed: Callable[[Element, Refused], Result],
) -> str:
    """One result for each item; with AllOrNoneHeader a failure takes back everything."""
    if len(items) > MOST:
        raise Refused(500, "EXCEEDED_ID_LIMIT", f"record limit reached. cannot submit more than {MOST} records")
    strict = message.header("AllOrNoneHeader", "allOrNone").lower() == "true"
    results: list[Result] = []
    try:
        with message.org.transaction():
            results = [_attempt(message, item, act, failed) for item in items]
            if strict and not all(one["success"] for one in results):
                raise _RolledBack
    except _RolledBack:
        pairs = zip(items, results, strict=True)
        results = [failed(item, ROLLED_BACK) if one["success"] else one for item, one in pairs]
    return elements({"result": results})


def record_of(message: Message, element: Element) -> tuple[Object, str, dict[str, Any]]:
    """An sObject: its type (an element, or in the enterprise WSDL an xsi:type), its id and its values."""
    name = text_of(element, "type") or element.get("type", "").rpartition(":")[2]
    one = message.org.schema.object(name)
    if one is None or not message.caller.can_read(one):
        raise Refused(400, "INVALID_TYPE", f"sObject type '{name}' is not supported.")
    values: dict[str, Any] = {}
    for part in element:
        if part.tag == "fieldsToNull":
            values[(part.text or "").strip()] = None
        elif part.tag not in {"type", "Id"}:
            values[part.tag] = None if part.get(NIL) == "true" else (part.text or "")
    return one, text_of(element, "Id").strip(), values


def error(refused: Refused) -> Result:
    """In the order of the WSDL: fields, message, statusCode."""
    fields = {"fields": refused.fields} if refused.fields else {}
    return {**fields, "message": refused.message, "statusCode": refused.code}


def _attempt(
    message: Message, item: Element, act: Callable[[Element], Result], failed: Callable[[Element, Refused], Result]
) -> Result:
    try:
        with message.org.transaction():
            return act(item)
    except NotEmulated:
        raise
    except Refused as refused:
        return failed(item, refused)


def _failed_with_id(item: Element, refused: Refused) -> Result:
    master = item.find("masterRecord")
    given = text_of(master, "Id") if master is not None else (item.text or "").strip()
    return {"errors": error(refused), "id": given or None, "success": False}


def _conversion(asked: Element) -> Conversion:
    def said(name: str) -> str:
        return text_of(asked, name).strip()

    for required in ("leadId", "convertedStatus"):
        if not said(required):
            raise Refused(400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{required}]", [required])
    return Conversion(
        lead_id=said("leadId"),
        status=said("convertedStatus"),
        account_id=said("accountId"),
        contact_id=said("contactId"),
        opportunity_id=said("opportunityId"),
        opportunity_name=said("opportunityName"),
        owner_id=said("ownerId"),
        without_opportunity=said("doNotCreateOpportunity") == "true",
        overwrite_lead_source=said("overwriteLeadSource") == "true",
        notify=said("sendNotificationEmail") == "true",
    )


def _id(given: Element, code: str, message: str) -> str:
    text = (given.text or "").strip()
    known = ids.canonical(text)
    if known is None:
        raise Refused(400, code, message.format(text), [])
    return known
