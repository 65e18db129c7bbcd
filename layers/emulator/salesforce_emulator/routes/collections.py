"""Up to 200 records at once: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm"""

from collections.abc import Callable
from itertools import groupby
from typing import Any

from salesforce_emulator import ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.routes import external_ids, rows, saving
from salesforce_emulator.routes.call import Answer, Call
from salesforce_emulator.schema.model import Object

MOST_WRITTEN, MOST_READ, MOST_CHUNKS = 200, 2000, 10
ROLLED_BACK = Refused(
    400,
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
)

Write = Callable[[Any], dict[str, Any]]


class _RolledBack(Exception):  # noqa: N818 - carries the rollback out of the transaction
    pass


def create(call: Call) -> Answer:
    """POST /composite/sobjects"""

    def insert(record: dict[str, Any]) -> dict[str, Any]:
        return _saved(saving.insert(call, _typed(call, record), record))

    return _write(call, _records(call), insert)


def update(call: Call) -> Answer:
    """PATCH /composite/sobjects"""

    def change(record: dict[str, Any]) -> dict[str, Any]:
        one = _typed(call, record)
        record_id = next((value for name, value in record.items() if name.lower() == "id"), None)
        if not isinstance(record_id, str) or not record_id:
            raise Refused(400, "MISSING_ARGUMENT", "Id not specified in an update call")
        values = {name: value for name, value in record.items() if name.lower() != "id"}
        known = _checked_id(one, record_id)
        saving.update(call, one, known, values)
        return _saved(known)

    return _write(call, _records(call), change)


def upsert(call: Call) -> Answer:
    """PATCH /composite/sobjects/X/{ExternalId}"""
    one = call.object
    field = one.field(call.names["field"])
    if field is None or not (field.name == "Id" or field.external_id or field.id_lookup):
        raise external_ids.no_such_key(call.names["field"])

    def save(record: dict[str, Any]) -> dict[str, Any]:
        _typed(call, record)
        key = next((value for name, value in record.items() if name.lower() == field.name.lower()), None)
        values = {name: value for name, value in record.items() if name.lower() != field.name.lower()}
        if field.name == "Id" and not key:
            return {**_saved(saving.insert(call, one, values)), "created": True}
        if key is None or key == "":
            raise Refused(400, "MISSING_ARGUMENT", f"{field.name} not specified")
        if field.name == "Id":
            key = _checked_id(one, key)
        record_id, created = saving.upsert(call, one, field, key, values)
        return {**_saved(record_id), "created": created}

    return _write(call, _records(call), save, upserting=True)


def delete(call: Call) -> Answer:
    """DELETE /composite/sobjects?ids=a,b&allOrNone=false"""
    given = [one.strip() for one in call.query.get("ids", "").split(",") if one.strip()]
    _check_count(given, MOST_WRITTEN)

    def remove(record_id: str) -> dict[str, Any]:
        one = call.org.schema.by_prefix(record_id)
        if one is None:
            raise _malformed(record_id)
        known = _checked_id(one, record_id)
        saving.delete(call, one, known)
        return _saved(known)

    return _write(call, given, remove, all_or_none=call.flag("allOrNone"))


def read(call: Call) -> Answer:
    """GET /composite/sobjects/X?ids=…&fields=…"""
    given = [one.strip() for one in call.query.get("ids", "").split(",") if one.strip()]
    fields = [one.strip() for one in call.query.get("fields", "").split(",") if one.strip()]
    return _read(call, given, fields)


def read_posted(call: Call) -> Answer:
    """POST /composite/sobjects/X with {"ids": […], "fields": […]}"""
    given, fields = call.json_object.get("ids"), call.json_object.get("fields")
    if not isinstance(given, list) or not isinstance(fields, list):
        raise Refused(400, "INVALID_INPUT", "ids and fields must be lists")
    return _read(call, [str(one) for one in given], [str(one) for one in fields])


def _read(call: Call, given: list[str], fields: list[str]) -> Answer:
    one = call.object
    if not fields:
        raise Refused(400, "INVALID_INPUT", "The parameter fields is required")
    _check_count(given, MOST_READ)
    return Answer(200, [_row(call, one, record_id, fields) for record_id in given], root="SObject")


def _row(call: Call, one: Object, record_id: str, fields: list[str]) -> dict[str, Any] | None:
    """None in the place of what is missing or deleted; a wrong field is an error of the whole request."""
    try:
        return rows.record_with(call, one, record_id, ",".join(fields))
    except Refused as refused:
        if refused.code == "INVALID_FIELD":
            raise
        return None


def _write(
    call: Call, items: list[Any], write: Write, *, all_or_none: bool | None = None, upserting: bool = False
) -> Answer:
    strict = bool(call.json_object.get("allOrNone", False)) if all_or_none is None else all_or_none
    results: list[dict[str, Any]] = []
    try:
        with call.org.transaction():
            results = [_attempt(call, write, item) for item in items]
            if strict and not all(one["success"] for one in results):
                raise _RolledBack
    except _RolledBack:
        results = [_rolled_back(one) for one in results]
    if upserting:
        # A failed row of an all-or-none upsert says created: true, oddly but so.
        results = [one if one["success"] else {**one, "created": strict} for one in results]
    return Answer(200, results, root="SaveResult")


def _attempt(call: Call, write: Write, item: Any) -> dict[str, Any]:
    try:
        with call.org.transaction():
            return write(item)
    except Refused as refused:
        return _failed(refused)


def _checked_id(one: Object, given: Any) -> str:
    known = ids.canonical(str(given))
    if known is None:
        raise _malformed(given)
    if known[:3] != one.key_prefix:
        raise Refused(400, "MALFORMED_ID", f"{one.label} ID: id value of incorrect type: {given}", fields=["Id"])
    return known


def _malformed(given: Any) -> Refused:
    return Refused(400, "MALFORMED_ID", f"malformed id {given}")


def _saved(record_id: str) -> dict[str, Any]:
    return {"id": record_id, "success": True, "errors": []}


def _failed(refused: Refused) -> dict[str, Any]:
    return {"success": False, "errors": saving.row_errors(refused)}


def _rolled_back(result: dict[str, Any]) -> dict[str, Any]:
    return _failed(ROLLED_BACK) if result["success"] else result


def _records(call: Call) -> list[dict[str, Any]]:
    records = call.json_object.get("records")
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise Refused(400, "JSON_PARSER_ERROR", "records must be a list of objects at [line:1, column:2]")
    _check_count(records, MOST_WRITTEN)
    chunks = len(list(groupby(records, key=_type_name)))
    if chunks > MOST_CHUNKS:
        raise Refused(
            400, "LIMIT_EXCEEDED", f"The records change type {chunks - 1} times: at most {MOST_CHUNKS} runs are allowed"
        )
    return records


def _check_count(items: list[Any], most: int) -> None:
    if not items:
        raise Refused(400, "INVALID_INPUT", "At least one record is required")
    if len(items) > most:
        raise Refused(400, "EXCEEDED_MAX_SIZE_REQUEST", f"You can't use more than {most} records")


def _type_name(record: dict[str, Any]) -> str:
    attributes = record.get("attributes")
    return str(attributes.get("type", "")).lower() if isinstance(attributes, dict) else ""


def _typed(call: Call, record: dict[str, Any]) -> Object:
    name = _type_name(record)
    one = call.org.schema.object(name)
    if one is None or not call.caller.can_read(one):
        shown = record.get("attributes", {}).get("type") if name else None
        raise Refused(
            400,
            "INVALID_TYPE",
            f"sObject type '{shown}' is not supported." if shown else "Entity type cannot be identified",
        )
    return one
