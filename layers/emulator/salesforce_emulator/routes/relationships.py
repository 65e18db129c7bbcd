"""Records related to one record: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_relationships.htm"""

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes import blobs, rows, saving
from salesforce_emulator.routes.call import NO_CONTENT, NOT_FOUND, Answer, Call
from salesforce_emulator.schema.model import Field, Object


def read(call: Call) -> Answer:
    """GET /sobjects/X/{id}/{Relationship}, or the bytes of a binary field"""
    one, record_id, name = call.object, call.names["field"], call.names["value"]
    field = one.field(name)
    if field is not None and field.type == "base64" and call.caller.can_see(one, field):
        return blobs.read(call, one, record_id, field)
    reference = _reference(call, name)
    if reference is not None:
        return rows.answer_row(call, *_parent(call, reference))
    return _children(call, name)


def update(call: Call) -> Answer:
    """PATCH /sobjects/X/{id}/{Relationship}: change the parent."""
    parent, record_id = _parent(call, _required_reference(call))
    saving.update(call, parent, record_id, call.json_object)
    return NO_CONTENT


def delete(call: Call) -> Answer:
    """DELETE /sobjects/X/{id}/{Relationship}: delete the parent."""
    saving.delete(call, *_parent(call, _required_reference(call)))
    return NO_CONTENT


def _reference(call: Call, name: str) -> Field | None:
    reference = call.object.parent(name)
    return reference if reference is not None and call.caller.can_see(call.object, reference) else None


def _required_reference(call: Call) -> Field:
    reference = _reference(call, call.names["value"])
    if reference is None:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return reference


def _parent(call: Call, reference: Field) -> tuple[Object, str]:
    """An empty lookup has no resource behind it."""
    row = call.org.read(call.caller, call.object.name, call.names["field"], ["Id", reference.name])
    parent_id = row[reference.name]
    parent = call.org.schema.by_prefix(parent_id) if parent_id else None
    if parent is None or not call.caller.can_read(parent):
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return parent, parent_id


def _children(call: Call, name: str) -> Answer:
    for relation in call.org.schema.children(call.object):
        if relation.name is not None and relation.name.lower() == name.lower():
            child = call.find_object(relation.child_object)
            return _query_children(call, child, relation.field)
    raise Refused(404, "NOT_FOUND", NOT_FOUND)


def _query_children(call: Call, child: Object, reference: Field) -> Answer:
    parent_id = call.org.read(call.caller, call.object.name, call.names["field"], ["Id"])["Id"]
    asked = [one.strip() for one in call.query.get("fields", "").split(",") if one.strip()]
    for path in asked:
        if not rows.FIELD_PATH.fullmatch(path):
            raise Refused(400, "INVALID_FIELD", f"No such column '{path}' on sobject of type {child.name}")
    visible = [one.name for one in child.fields if one.type != "base64" and call.caller.can_see(child, one)]
    columns = ", ".join(asked or visible)
    soql = f"SELECT {columns} FROM {child.name} WHERE {reference.name} = '{parent_id}'"  # noqa: S608 - names checked
    return Answer(200, call.site.queries.query(call.caller, soql, version=call.version), root="QueryResult")
