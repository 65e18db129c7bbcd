"""One record by external id, or by a relationship: /sobjects/X/{a}/{b}.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_upsert.htm
https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_relationships.htm
"""

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes import relationships, rows, saving
from salesforce_emulator.routes.call import NO_CONTENT, Answer, Call
from salesforce_emulator.schema.model import Field, Object

UPDATED_WITHOUT_BODY_UNTIL = 45


def read(call: Call) -> Answer:
    """GET /sobjects/X/{ExternalId}/{value}, or /sobjects/X/{id}/{Relationship}"""
    field = _field(call)
    if field is None:
        return relationships.read(call)
    found = _find(call, call.object, field)
    if len(found) > 1:
        return _several(call, found)
    return rows.answer_row(call, call.object, _only(found))


def upsert(call: Call) -> Answer:
    """PATCH /sobjects/X/{ExternalId}/{value}[?updateOnly=true]"""
    field = _field(call)
    if field is None:
        return relationships.update(call)
    one = call.object
    found = _find(call, one, field)
    if len(found) > 1:
        return _several(call, found)
    if call.flag("updateOnly") and not found:
        raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
    record_id, created = saving.upsert(call, one, field, call.names["value"], call.json_object)
    if created:
        return rows.created(call, one, record_id, created=True)
    if call.number <= UPDATED_WITHOUT_BODY_UNTIL:
        return NO_CONTENT
    return Answer(200, {"id": record_id, "success": True, "errors": [], "created": False})


def delete(call: Call) -> Answer:
    """DELETE /sobjects/X/{ExternalId}/{value}"""
    field = _field(call)
    if field is None:
        return relationships.delete(call)
    found = _find(call, call.object, field)
    if len(found) > 1:
        return _several(call, found)
    saving.delete(call, call.object, _only(found))
    return NO_CONTENT


def create(call: Call) -> Answer:
    """POST /sobjects/X/Id: an upsert whose key is null creates."""
    one = call.object
    return rows.created(call, one, saving.insert(call, one, call.json_object), created=True)


def _field(call: Call) -> Field | None:
    """The external id field in the path; None when the segment is a record's id instead."""
    name = call.names["field"]
    field = call.object.field(name)
    if field is not None and call.caller.can_see(call.object, field):
        if field.name == "Id" or field.external_id or field.id_lookup:
            return field
        raise no_such_key(name)
    if call.object.key_prefix == name[:3] and len(name) in (15, 18):
        return None
    raise no_such_key(name)


def no_such_key(name: str) -> Refused:
    return Refused(404, "NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {name}")


def _find(call: Call, one: Object, field: Field) -> list[str]:
    value = call.names["value"]
    if field.name == "Id":
        return [call.org.read(call.caller, one.name, value, ["Id"])["Id"]]
    return call.org.find(call.caller, one, field, value)


def _only(found: list[str]) -> str:
    if not found:
        raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
    return found[0]


def _several(call: Call, found: list[str]) -> Answer:
    return Answer(300, [call.url("sobjects", call.object.name, record_id) for record_id in found])
