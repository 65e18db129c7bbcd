"""UI API, objects: https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_resources_object_info.htm"""

from typing import Any

from salesforce_emulator import ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import NOT_FOUND, Answer, Call
from salesforce_emulator.routes.conditions import etag
from salesforce_emulator.routes.layouts.describe import layout_fields, layout_id
from salesforce_emulator.schema.displayed import shown_fields
from salesforce_emulator.schema.fields import controlling_values, valid_for
from salesforce_emulator.schema.model import Field, Object

TYPES = {"combobox": "ComboBox", "datetime": "DateTime", "multipicklist": "MultiPicklist", "textarea": "TextArea"}
MODES = ("Create", "Edit", "View")


def object_info(call: Call) -> Answer:
    """GET /ui-api/object-info/X"""
    return Answer(200, describe_object(call, call.object))


def describe_object(call: Call, one: Object) -> dict[str, Any]:
    described = call.org.describe(call.caller, one.name, call.version)
    kinds = [_record_type(each) for each in described["recordTypeInfos"]]
    default = next(each["recordTypeId"] for each in kinds if each["defaultRecordTypeMapping"])
    body = {
        "apiName": one.name,
        "associateEntityType": described["associateEntityType"],
        "associateParentEntity": described["associateParentEntity"],
        "childRelationships": [_child(each) for each in described["childRelationships"] if each["relationshipName"]],
        "compactLayoutable": described["compactLayoutable"],
        "createable": described["createable"],
        "custom": one.custom,
        "defaultRecordTypeId": default,
        "deletable": described["deletable"],
        "dependentFields": _dependent_fields(call, one),
        "feedEnabled": one.feed_enabled,
        "fields": {each["name"]: _field(each, one.field(each["name"])) for each in described["fields"]},
        "keyPrefix": one.key_prefix,
        "label": one.label,
        "labelPlural": one.label_plural,
        "layoutable": described["layoutable"],
        "mruEnabled": described["mruEnabled"],
        "nameFields": [one.name_field.name] if one.name_field else [],
        "queryable": described["queryable"],
        "recordTypeInfos": {each["recordTypeId"]: each for each in kinds},
        "searchable": one.searchable,
        "themeInfo": {"color": "6488E3", "iconUrl": f"{call.base_url}/img/icon/{one.name.lower()}32.png"},
        "updateable": described["updateable"],
    }
    return {**body, "eTag": etag(body).strip('"')}


def picklists(call: Call) -> Answer:
    """GET /ui-api/object-info/X/picklist-values/{recordTypeId}"""
    one = call.object
    found = {field.name: _values(call, one, field) for field in _with_values(call, one)}
    return Answer(200, {"eTag": etag(found).strip('"'), "picklistFieldValues": found})


def picklist(call: Call) -> Answer:
    """GET /ui-api/object-info/X/picklist-values/{recordTypeId}/{field}"""
    one = call.object
    field = call.org.field(call.caller, one, call.names["field"])
    if not field.has_values:
        raise Refused(400, "INVALID_FIELD", f"{field.name} is not a picklist")
    return Answer(200, _values(call, one, field))


def layout(call: Call) -> Answer:
    """GET /ui-api/layout/X?layoutType=Full|Compact&mode=View&recordTypeId="""
    kind, mode = call.query.get("layoutType", "Full"), call.query.get("mode", "View")
    if kind not in {"Full", "Compact"} or mode not in MODES:
        raise Refused(400, "INVALID_INPUT", "layoutType must be Full or Compact, mode Create, Edit or View")
    return Answer(200, describe_layout(call, call.object, kind=kind, mode=mode))


def describe_layout(call: Call, one: Object, *, kind: str, mode: str) -> dict[str, Any]:
    fields = shown_fields(one, call.caller) if kind == "Compact" else layout_fields(call, one)
    rows = [{"layoutItems": [_item(each, mode) for each in fields[at : at + 2]]} for at in range(0, len(fields), 2)]
    section: dict[str, Any] = {
        "collapsible": False,
        "columns": 2,
        "heading": f"{one.label} Information",
        "layoutRows": rows,
    }
    shown = {**section, "id": layout_id(call, one), "rows": len(rows), "tabOrder": "LeftRight", "useHeading": True}
    body: dict[str, Any] = {
        "id": layout_id(call, one),
        "layoutType": kind,
        "mode": mode,
        "objectApiName": one.name,
        "saveOptions": [],
    }
    body |= {"recordTypeId": call.query.get("recordTypeId") or ids.MASTER_RECORD_TYPE, "sections": [shown]}
    return {**body, "eTag": etag(body).strip('"')}


def _record_type(kind: dict[str, Any]) -> dict[str, Any]:
    names = ("available", "defaultRecordTypeMapping", "developerName", "master", "name", "recordTypeId")
    return {name: kind[name] for name in names if name != "developerName"}


def _child(child: dict[str, Any]) -> dict[str, Any]:
    named = {"childObjectApiName": child["childSObject"], "fieldName": child["field"]}
    return {
        **named,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": child["relationshipName"],
    }


def _field(described: dict[str, Any], field: Field | None) -> dict[str, Any]:
    same: tuple[str, ...] = (
        "calculated",
        "compoundFieldName",
        "createable",
        "custom",
        "externalId",
        "extraTypeInfo",
        "filterable",
    )
    same += ("highScaleNumber", "htmlFormatted", "inlineHelpText", "label", "length", "nameField")
    same += ("polymorphicForeignKey", "precision", "relationshipName", "scale", "sortable", "unique", "updateable")
    kind = described["type"]
    targets = [{"apiName": name, "nameFields": ["Name"]} for name in described["referenceTo"]]
    return {
        **{name: described[name] for name in same},
        "apiName": described["name"],
        "controllerName": described["controllerName"],
        "controllingFields": [described["controllerName"]] if described["controllerName"] else [],
        "dataType": TYPES.get(kind, kind[:1].upper() + kind[1:]),
        "reference": kind == "reference",
        "referenceTargetField": None,
        "referenceToInfos": targets,
        "required": bool(field and field.required_on_create),
        "searchPrefilterable": described["searchPrefilterable"],
    }


def _with_values(call: Call, one: Object) -> list[Field]:
    return [field for field in one.fields if field.has_values and call.caller.can_see(one, field)]


def _dependent_fields(call: Call, one: Object) -> dict[str, dict[str, Any]]:
    """Controlling field -> the fields that it decides on."""
    found: dict[str, dict[str, Any]] = {}
    for field in _with_values(call, one):
        if field.controller:
            found.setdefault(field.controller, {})[field.name] = {}
    return found


def _values(call: Call, one: Object, field: Field) -> dict[str, Any]:
    given = call.names["kind"]
    known, kinds = ids.canonical(given), call.org.record_types(one)
    if known != ids.MASTER_RECORD_TYPE and known not in kinds:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    offered = kinds[known].picklists.get(field.name) if known in kinds else None
    values: list[dict[str, Any]] = [
        {"attributes": None, "label": value.label, "validFor": valid_for(one, field, value), "value": value.value}
        for value in field.picklist
        if value.active and (offered is None or value.value in offered)
    ]
    default = next((each for each in values if each["value"] == field.default), None)
    url = call.url("ui-api/object-info", one.name, "picklist-values", given, field.name)
    controlling = {chosen: at for at, chosen in enumerate(controlling_values(one, field))}
    body = {"controllerValues": controlling, "defaultValue": default, "url": url, "values": values}
    return {**body, "eTag": etag(body).strip('"')}


def _item(field: Field, mode: str) -> dict[str, Any]:
    component = {"apiName": field.name, "componentType": "Field", "label": field.label}
    shown = {"label": field.label, "layoutComponents": [component], "required": field.required_on_create}
    editable = {"editableForNew": field.createable, "editableForUpdate": field.updateable}
    return {**shown, **editable, "sortable": mode == "View" and field.sortable}
