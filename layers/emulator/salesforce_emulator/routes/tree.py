"""Records with their children: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobject_tree.htm"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes import saving
from salesforce_emulator.routes.call import Answer, Call
from salesforce_emulator.schema.model import Object

MOST_RECORDS, MOST_LEVELS, MOST_TYPES = 200, 5, 5


@dataclass(frozen=True, slots=True)
class Node:
    """A record with the records below it, each list with the field that points back up."""

    one: Object
    reference_id: str
    record: dict[str, Any]
    children: tuple[tuple[str, tuple["Node", ...]], ...]

    def all(self) -> Iterator["Node"]:
        yield self
        for _, nodes in self.children:
            for node in nodes:
                yield from node.all()


class _RolledBack(Exception):  # noqa: N818 - carries the rollback out of the transaction
    pass


def create(call: Call) -> Answer:
    """POST /composite/tree/X: all of it or nothing."""
    forest = _nodes(call, call.object, call.json_object, level=1)
    _check_bounds(forest)
    saved: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    try:
        with call.org.transaction():
            for node in forest:
                _save(call, node, {}, saved, failed)
            if failed:
                raise _RolledBack
    except _RolledBack:
        return Answer(400, {"hasErrors": True, "results": failed}, root="SObjectTreeResponse")
    return Answer(201, {"hasErrors": False, "results": saved}, root="SObjectTreeResponse")


def _save(
    call: Call, node: Node, parent: dict[str, str], saved: list[dict[str, Any]], failed: list[dict[str, Any]]
) -> None:
    try:
        record_id = saving.insert(call, node.one, {**node.record, **parent})
    except Refused as refused:
        failed.append({"referenceId": node.reference_id, "errors": saving.row_errors(refused)})
        return
    saved.append({"referenceId": node.reference_id, "id": record_id})
    for field, children in node.children:
        for child in children:
            _save(call, child, {field: record_id}, saved, failed)


def _nodes(call: Call, one: Object, document: Any, *, level: int) -> tuple[Node, ...]:
    records = document.get("records") if isinstance(document, dict) else None
    if not isinstance(records, list) or not records:
        raise Refused(400, "INVALID_INPUT", f"{one.name}: records must be a list with at least one record")
    if level > MOST_LEVELS:
        raise Refused(400, "INVALID_INPUT", f"The tree is deeper than {MOST_LEVELS} levels")
    return tuple(_node(call, one, record, level=level) for record in records)


def _node(call: Call, one: Object, record: Any, *, level: int) -> Node:
    attributes = record.get("attributes") if isinstance(record, dict) else None
    reference_id = attributes.get("referenceId") if isinstance(attributes, dict) else None
    if not isinstance(reference_id, str) or not isinstance(attributes, dict):
        raise Refused(400, "INVALID_INPUT", "Each record needs attributes with type and referenceId")
    if str(attributes.get("type", "")).lower() != one.name.lower():
        raise Refused(400, "INVALID_INPUT", f"{reference_id}: the type must be {one.name}")
    fields: dict[str, Any] = {}
    children: list[tuple[str, tuple[Node, ...]]] = []
    for name, value in saving.without_attributes(record).items():
        if isinstance(value, dict) and "records" in value:
            child, field = _relation(call, one, name)
            children.append((field, _nodes(call, child, value, level=level + 1)))
        else:
            fields[name] = value
    return Node(one, reference_id, fields, tuple(children))


def _relation(call: Call, one: Object, name: str) -> tuple[Object, str]:
    for relation in call.org.schema.children(one):
        if relation.name is not None and relation.name.lower() == name.lower():
            return call.find_object(relation.child_object), relation.field.name
    raise Refused(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {one.name}")


def _check_bounds(forest: tuple[Node, ...]) -> None:
    nodes = [node for root in forest for node in root.all()]
    if len(nodes) > MOST_RECORDS:
        raise Refused(400, "INVALID_INPUT", f"The tree has {len(nodes)} records: at most {MOST_RECORDS} are allowed")
    if len({node.one.name for node in nodes}) > MOST_TYPES:
        raise Refused(400, "INVALID_INPUT", f"The tree has more than {MOST_TYPES} object types")
    references = [node.reference_id for node in nodes]
    repeated = next((one for one in references if references.count(one) > 1), None)
    if repeated is not None:
        raise Refused(400, "INVALID_INPUT", f"Duplicate referenceId: {repeated}")
