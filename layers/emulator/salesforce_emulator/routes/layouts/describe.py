"""Layouts: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_layouts.htm"""

from typing import Any

from salesforce_emulator import ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import NOT_FOUND, Answer, Call
from salesforce_emulator.schema.displayed import shown_fields
from salesforce_emulator.schema.fields import describe_field
from salesforce_emulator.schema.model import Field, Object

COLUMNS = 2
SYSTEM = ("CreatedById", "LastModifiedById")
UNSHOWN = frozenset({"Id", "IsDeleted", "SystemModstamp", "CreatedDate", "LastModifiedDate", "MasterRecordId"})
BUTTONS = ("Edit", "Delete", "Clone")
NAMED = {"User": ("UserAlt",)}


def layouts(call: Call) -> Answer:
    """GET /sobjects/X/describe/layouts"""
    return Answer(200, _answer(call, _listed(call)))


def layout(call: Call) -> Answer:
    """GET /sobjects/X/describe/layouts/{recordTypeId}"""
    one, known = _listed(call), ids.canonical(call.names["kind"])
    if known != ids.MASTER_RECORD_TYPE and known not in call.org.record_types(one):
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return Answer(200, one_layout(call, one))


def named(call: Call) -> Answer:
    """GET /sobjects/X/describe/namedLayouts/{name}"""
    if call.names["name"] not in NAMED.get(call.object.name, ()):
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return Answer(200, _answer(call, call.object))


def compact(call: Call) -> Answer:
    """GET /sobjects/X/describe/compactLayouts"""
    one = _listed(call)
    mappings = [
        {"available": True, "compactLayoutId": None, "compactLayoutName": "SYSTEM"}
        | {"recordTypeId": kind["recordTypeId"], "recordTypeName": kind["name"], "urls": kind["urls"]}
        for kind in _record_types(call, one)
    ]
    body = {"compactLayouts": [_compact(call, one)], "defaultCompactLayoutId": None}
    return Answer(200, {**body, "recordTypeCompactLayoutMappings": mappings})


def compact_of_several(call: Call) -> Answer:
    """GET /compactLayouts?q=Account,Contact"""
    names = [name.strip() for name in call.query.get("q", "").split(",") if name.strip()]
    if not names:
        raise Refused(400, "INVALID_INPUT", "The parameter q is required: names of objects")
    objects = [call.find_object(name) for name in names]
    return Answer(200, {one.name: _compact(call, one) for one in objects})


def approval(call: Call) -> Answer:
    """GET /sobjects/X/describe/approvalLayouts[/{name}]"""
    one, wanted = _listed(call), call.names.get("name")
    found = call.org.connection.execute(
        'SELECT DeveloperName, Name FROM "ProcessDefinition" WHERE TableEnumOrId = ? ORDER BY Id', (one.name,)
    )
    items = [_item(call, one, field) for field in shown_fields(one, call.caller)]
    listed = [{"id": None, "label": label, "layoutItems": items, "name": name} for name, label in found]
    if wanted is not None:
        listed = [each for each in listed if each["name"] == wanted]
        if not listed:
            raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return Answer(200, {"approvalLayouts": listed})


def one_layout(call: Call, one: Object) -> dict[str, Any]:
    sections = _sections(call, one)
    buttons = [_button(name) for name in BUTTONS]
    return {
        "buttonLayoutSection": {"detailButtons": buttons},
        "detailLayoutSections": sections,
        "editLayoutSections": sections,
        "feedView": None,
        "highlightsPanelLayoutSection": None,
        "id": layout_id(call, one),
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": {"quickActionListItems": []},
        "relatedContent": None,
        "relatedLists": _related_lists(call, one),
        "saveOptions": [],
    }


def layout_id(call: Call, one: Object) -> str:
    order = sorted(each.name for each in call.org.schema)
    return ids.make("00h", order.index(one.name) + 1)


def layout_fields(call: Call, one: Object) -> list[Field]:
    """What a layout shows: addresses whole, and no parts of them."""
    return [
        field
        for field in one.fields
        if field.name not in UNSHOWN
        and field.type != "base64"
        and call.caller.can_see(one, field)
        and not (field.compound_field and one.field(field.compound_field))
    ]


def _listed(call: Call) -> Object:
    if not call.object.layoutable or (call.object.setup and call.object.name not in NAMED):
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return call.object


def _answer(call: Call, one: Object) -> dict[str, Any]:
    mappings = [
        {
            **kind,
            "layoutId": layout_id(call, one),
            "picklistsForRecordType": _picklists(call, one, kind["recordTypeId"]),
        }
        for kind in _record_types(call, one)
    ]
    selected = [len(mappings) > 1]
    return {
        "layouts": [one_layout(call, one)],
        "recordTypeMappings": mappings,
        "recordTypeSelectorRequired": selected,
    }


def _record_types(call: Call, one: Object) -> list[dict[str, Any]]:
    return list(call.org.describe(call.caller, one.name, call.version)["recordTypeInfos"])


def _picklists(call: Call, one: Object, record_type_id: str) -> list[dict[str, Any]]:
    kind = call.org.record_types(one).get(record_type_id)
    narrowed = kind.picklists if kind else {}
    listed = []
    for field in one.fields:
        if not field.has_values or not call.caller.can_see(one, field):
            continue
        offered = [value for value in field.picklist if value.value in narrowed.get(field.name, (value.value,))]
        values = [{"active": value.active, "defaultValue": value.default, "label": value.label} for value in offered]
        named = [{**each, "validFor": None, "value": value.value} for each, value in zip(values, offered, strict=True)]
        listed.append({"picklistName": field.name, "picklistValues": named})
    return listed


def _sections(call: Call, one: Object) -> list[dict[str, Any]]:
    fields = [field for field in layout_fields(call, one) if field.name not in SYSTEM]
    system = [field for field in layout_fields(call, one) if field.name in SYSTEM]
    found = [_section(call, one, f"{one.label} Information", fields)]
    return [*found, _section(call, one, "System Information", system)] if system else found


def _section(call: Call, one: Object, heading: str, fields: list[Field]) -> dict[str, Any]:
    items = [_item(call, one, field) for field in fields]
    rows = [items[at : at + COLUMNS] for at in range(0, len(items), COLUMNS)]
    return {
        "columns": COLUMNS,
        "heading": heading,
        "layoutRows": [{"layoutItems": row, "numItems": len(row)} for row in rows],
        "parentLayoutId": layout_id(call, one),
        "rows": len(rows),
        "tabOrder": "TopToBottom",
        "useCollapsibleSection": False,
        "useHeading": True,
    }


def _item(call: Call, one: Object, field: Field) -> dict[str, Any]:
    described = describe_field(one, field, call.caller)
    component = {"details": described, "displayLines": 1, "tabOrder": 1, "type": "Field", "value": field.name}
    return {
        "editableForNew": described["createable"],
        "editableForUpdate": described["updateable"],
        "label": field.label.removesuffix(" ID") if field.type == "reference" else field.label,
        "layoutComponents": [component],
        "placeholder": False,
        "required": field.required_on_create,
    }


def _button(name: str) -> dict[str, Any]:
    empty = dict.fromkeys(("behavior", "content", "contentSource", "encoding", "url", "windowPosition"))
    return {**empty, "colors": None, "custom": False, "icons": None, "label": name, "name": name, "overridden": False}


def _related_lists(call: Call, one: Object) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = []
    for child in call.org.schema.children(one):
        there = call.org.schema.known(child.child_object)
        if child.name is None or there.setup or not there.queryable or not call.caller.can_read(there):
            continue
        columns = [
            {"field": f"{there.name}.{field.name}", "format": None, "label": field.label, "name": field.name}
            for field in shown_fields(there, call.caller)
        ]
        shown = {"accessLevelRequiredForCreate": None, "buttons": None, "columns": columns}
        named = {"field": child.field.name, "label": there.label_plural, "name": child.name, "sobject": there.name}
        listed.append({**shown, "custom": child.name.endswith("__r"), "limitRows": 5, "sort": [], **named})
    return listed


def _compact(call: Call, one: Object) -> dict[str, Any]:
    fields = shown_fields(one, call.caller)
    items = [_item(call, one, field) for field in fields]
    return {
        "actions": [_button(name) for name in BUTTONS],
        "fieldItems": items,
        "id": None,
        "imageItems": [],
        "label": "System Default",
        "name": "SYSTEM",
        "objectType": one.name,
    }
