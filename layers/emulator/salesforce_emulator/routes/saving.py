"""Write one record: the same steps for a single row, a collection, a tree and a composite."""

from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes import recent
from salesforce_emulator.routes.call import Call
from salesforce_emulator.schema.model import Field, Object


def insert(call: Call, one: Object, record: dict[str, Any]) -> str:
    call.site.faults.check_lock("")
    record_id = call.org.insert(call.caller, one.name, without_attributes(record))
    recent.remember(call, one.name, record_id)
    return record_id


def update(call: Call, one: Object, record_id: str, record: dict[str, Any]) -> None:
    call.site.faults.check_lock(record_id)
    call.org.update(call.caller, one.name, record_id, without_attributes(record))
    recent.remember(call, one.name, record_id)


def upsert(call: Call, one: Object, field: Field, value: Any, record: dict[str, Any]) -> tuple[str, bool]:
    call.site.faults.check_lock("")
    record_id, created = call.org.upsert(call.caller, one.name, field.name, value, without_attributes(record))
    recent.remember(call, one.name, record_id)
    return record_id, created


def delete(call: Call, one: Object, record_id: str) -> None:
    call.site.faults.check_lock(record_id)
    call.org.delete(call.caller, one.name, record_id)


def without_attributes(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "attributes"}


def row_errors(refused: Refused) -> list[dict[str, Any]]:
    """A refusal as collections and trees list it: `statusCode` in the place of `errorCode`."""
    error = {"statusCode": refused.code, "message": refused.message, "fields": refused.fields or []}
    return [{**refused.extra, **error}]
