"""UI API, records: https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_resources_record_get.htm"""

from typing import Any

from salesforce_emulator import ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import moment
from salesforce_emulator.routes import rows, saving
from salesforce_emulator.routes.analytics.labels import label_of
from salesforce_emulator.routes.call import NO_CONTENT, NOT_FOUND, Answer, Call
from salesforce_emulator.routes.conditions import etag
from salesforce_emulator.routes.layouts.describe import layout_fields
from salesforce_emulator.routes.ui_api.objects import describe_layout, describe_object
from salesforce_emulator.schema.model import Object

MOST = 200
LABELLED = frozenset({"currency", "percent", "double", "int", "date", "datetime", "picklist"})
AUDIT = ("SystemModstamp", "LastModifiedDate", "LastModifiedById")


def read(call: Call) -> Answer:
    """GET /ui-api/records/{id}?fields=Account.Name&optionalFields=Account.Phone"""
    return Answer(200, _record(call, *_found(call, call.names["id"]), needed=True))


def read_several(call: Call) -> Answer:
    """GET /ui-api/records/batch/{ids}?fields=Account.Name"""
    results: list[dict[str, Any]] = []
    for given in _several(call):
        try:
            results.append({"result": _record(call, *_found(call, given), needed=True), "statusCode": 200})
        except Refused as refused:
            error = {"errorCode": refused.code, "message": refused.message}
            results.append({"result": [error], "statusCode": refused.status})
    failed = any(one["statusCode"] >= 400 for one in results)
    return Answer(200, {"hasErrors": failed, "results": results})


def create(call: Call) -> Answer:
    """POST /ui-api/records {"apiName": "Account", "fields": {"Name": "Acme"}}"""
    name, fields = call.json_object.get("apiName"), _fields(call)
    if not isinstance(name, str):
        raise Refused(400, "JSON_PARSER_ERROR", "apiName is required at [line:1, column:2]")
    one = call.find_object(name)
    record_id = saving.insert(call, one, fields)
    return Answer(201, _record(call, one, record_id, needed=False))


def update(call: Call) -> Answer:
    """PATCH /ui-api/records/{id} {"fields": {…}}"""
    one, record_id = _found(call, call.names["id"])
    saving.update(call, one, record_id, _fields(call))
    return Answer(200, _record(call, one, record_id, needed=False))


def delete(call: Call) -> Answer:
    """DELETE /ui-api/records/{id}"""
    saving.delete(call, *_found(call, call.names["id"]))
    return NO_CONTENT


def record_ui(call: Call) -> Answer:
    """GET /ui-api/record-ui/{ids}?layoutTypes=Full&modes=View"""
    kind, mode = call.query.get("layoutTypes", "Full"), call.query.get("modes", "View")
    if kind not in {"Full", "Compact"} or mode not in {"Create", "Edit", "View"}:
        raise Refused(400, "INVALID_INPUT", "one of layoutTypes (Full, Compact) and one of modes are required")
    found = [_found(call, given) for given in _several(call)]
    objects = {one.name: one for one, _ in found}
    layouts = {
        one.name: {ids.MASTER_RECORD_TYPE: {kind: {mode: describe_layout(call, one, kind=kind, mode=mode)}}}
        for one in objects.values()
    }
    body = {
        "layoutUserStates": {},
        "layouts": layouts,
        "objectInfos": {one.name: describe_object(call, one) for one in objects.values()},
        "records": {record_id: _record(call, one, record_id, needed=False) for one, record_id in found},
    }
    return Answer(200, {**body, "eTag": etag(body).strip('"')})


def defaults(call: Call) -> Answer:
    """GET /ui-api/record-defaults/create/X"""
    one = call.object
    shown = [field for field in layout_fields(call, one) if field.createable and field.stored]
    fields = {field.name: _shown(call, field.type, field.default) for field in shown}
    record = {"apiName": one.name, "childRelationships": {}, "eTag": "", "fields": fields, "id": None}
    record |= {"lastModifiedById": None, "lastModifiedDate": None, "recordTypeId": None, "recordTypeInfo": None}
    layout = describe_layout(call, one, kind="Full", mode="Create")
    body = {"layout": layout, "objectInfos": {one.name: describe_object(call, one)}}
    return Answer(200, {**body, "record": {**record, "systemModstamp": None}})


def _fields(call: Call) -> dict[str, Any]:
    fields = call.json_object.get("fields")
    if not isinstance(fields, dict):
        raise Refused(400, "JSON_PARSER_ERROR", "fields must be an object at [line:1, column:2]")
    return fields


def _several(call: Call) -> list[str]:
    given = [one.strip() for one in call.names["ids"].split(",") if one.strip()]
    if not 0 < len(given) <= MOST:
        raise Refused(400, "INVALID_INPUT", f"1 to {MOST} record ids are allowed")
    return given


def _found(call: Call, given: str) -> tuple[Object, str]:
    known = ids.canonical(given)
    one = call.org.schema.by_prefix(known) if known else None
    if known is None or one is None or not call.caller.can_read(one):
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return one, str(call.org.require(call.caller, one, known)["Id"])


def _record(call: Call, one: Object, record_id: str, *, needed: bool) -> dict[str, Any]:
    paths = _asked(call, one, "fields") + _asked(call, one, "optionalFields", optional=True)
    if needed and not paths:
        raise Refused(400, "INVALID_INPUT", "fields or optionalFields is required, such as Account.Name")
    stored = [field.name for field in layout_fields(call, one) if field.stored]
    audit = [name for name in AUDIT if one.field(name)]
    kind = ["RecordTypeId"] if one.field("RecordTypeId") and call.caller.can_see(one, "RecordTypeId") else []
    wanted = list(dict.fromkeys([*(paths or stored), *audit, *kind]))
    record = rows.queried(call, one, record_id, wanted)
    fields = {path.split(".")[0]: _value(call, one, record, path) for path in paths or stored}
    modified = record.get("SystemModstamp") or record.get("LastModifiedDate")
    body = {"apiName": one.name, "childRelationships": {}, "fields": fields, "id": record_id}
    return {
        **body,
        "eTag": etag([record_id, modified, sorted(fields)]).strip('"'),
        "lastModifiedById": record.get("LastModifiedById"),
        "lastModifiedDate": _moment(record.get("LastModifiedDate")),
        "recordTypeId": record.get("RecordTypeId"),
        "recordTypeInfo": None,
        "systemModstamp": _moment(record.get("SystemModstamp")),
        "weakEtag": int(moment(modified).timestamp() * 1000) if modified else 0,
    }


def _asked(call: Call, one: Object, name: str, *, optional: bool = False) -> list[str]:
    """Account.Owner.Name is Owner.Name of an account; an optional field that is not there is left out."""
    found = []
    for given in (each.strip() for each in call.query.get(name, "").split(",") if each.strip()):
        owner, _, path = given.partition(".")
        if owner.lower() != one.name.lower() or not path:
            if optional:
                continue
            raise Refused(400, "INVALID_FIELD", f"{given} is not a field of {one.name}, such as {one.name}.Id")
        if optional and "." not in path and (one.field(path) is None or not call.caller.can_see(one, path)):
            continue
        found.append(path)
    return found


def _value(call: Call, one: Object, record: dict[str, Any], path: str) -> dict[str, Any]:
    first, _, rest = path.partition(".")
    if not rest:
        field = call.org.field(call.caller, one, first)
        return _shown(call, field.type, record.get(field.name))
    reference = one.parent(first)
    parent = record.get(reference.relationship_name or "") if reference else None
    if not isinstance(parent, dict):
        return {"displayValue": None, "value": None}
    inner = call.find_object(parent["attributes"]["type"]) if "attributes" in parent else one
    fields = {rest.split(".")[0]: _value(call, inner, parent, rest)}
    return {
        "displayValue": parent.get("Name"),
        "value": {"apiName": inner.name, "childRelationships": {}, "fields": fields},
    }


def _shown(call: Call, kind: str, value: Any) -> dict[str, Any]:
    if value is None or kind not in LABELLED:
        return {"displayValue": None, "value": _moment(value) if kind == "datetime" else value}
    return {
        "displayValue": label_of(kind, value, call.caller.time_zone),
        "value": _moment(value) if kind == "datetime" else value,
    }


def _moment(value: Any) -> Any:
    """The UI API writes moments with a Z."""
    return value.replace("+0000", "Z") if isinstance(value, str) else value
