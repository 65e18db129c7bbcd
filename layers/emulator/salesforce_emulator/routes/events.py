"""Schemas of platform events: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_eventschema.htm"""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import NOT_FOUND, Answer, Call
from salesforce_emulator.schema.model import Field, Object

SUFFIX = "__e"
FORMATS = ("EXPANDED", "COMPACT")
AVRO = {"boolean": "boolean", "currency": "double", "double": "double", "percent": "double", "int": "int"}
AVRO |= {"datetime": "long", "date": "long"}
WORDS = {"datetime": "DateTime", "date": "Date", "boolean": "Boolean", "string": "Text", "reference": "EntityId"}
UNSENT = ("Id", "ReplayId", "EventUuid")


def of_object(call: Call) -> Answer:
    """GET /sobjects/X__e/eventSchema?payloadFormat=EXPANDED"""
    if not call.object.name.endswith(SUFFIX):
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return _answer(call, call.object)


def by_id(call: Call) -> Answer:
    """GET /event/eventSchema/{schemaId}"""
    for one in call.org.schema:
        if one.name.endswith(SUFFIX) and _uuid(one) == call.names["schema"] and call.caller.can_read(one):
            return _answer(call, one)
    raise Refused(404, "NOT_FOUND", NOT_FOUND)


def _answer(call: Call, one: Object) -> Answer:
    asked = call.query.get("payloadFormat", FORMATS[0]).upper()
    if asked not in FORMATS:
        raise Refused(400, "INVALID_INPUT", f"payloadFormat must be one of {', '.join(FORMATS)}")
    sent = [_field(field) for field in one.fields if field.name not in UNSENT and call.caller.can_see(one, field)]
    record = {"name": one.name, "namespace": "com.sforce.eventbus", "type": "record", "fields": sent}
    if asked == "EXPANDED":
        replay = {
            "name": "event",
            "type": {"name": "Event", "type": "record", "fields": [{"name": "replayId", "type": "long"}]},
        }
        schema = {"name": "schema", "type": "string"}
        payload = {"name": "payload", "type": {**record, "name": one.name}, "doc": ""}
        record = {**record, "type": "record", "fields": [schema, payload, replay]}
    return Answer(200, {**record, "uuid": _uuid(one)})


def _field(field: Field) -> dict[str, Any]:
    kind: Any = AVRO.get(field.type, "string")
    optional = field.nillable and not field.required_on_create and field.name != "CreatedDate"
    word = WORDS.get(field.type, field.type.title())
    shown = {"name": field.name, "type": ["null", kind] if optional else kind, "doc": f"Data:{word}:00{field.name}"}
    return {**shown, "default": None} if optional else shown


def _uuid(one: Object) -> str:
    """The same for the same fields, another as soon as one is added."""
    return str(uuid5(NAMESPACE_URL, f"{one.name}:{','.join(field.name for field in one.fields)}"))
