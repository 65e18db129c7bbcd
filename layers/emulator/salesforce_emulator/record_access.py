"""UserRecordAccess: what a user may do with records, worked out for the records that a query asks about.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_userrecordaccess.htm
"""

from typing import Any

from salesforce_emulator import ids
from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.org import Org
from salesforce_emulator.rules import shares
from salesforce_emulator.rules.rows import put
from salesforce_emulator.soql.tree import Comparison, Literal, Membership, Path, Query, together

OBJECT = "UserRecordAccess"
MOST = 200
SELECTABLE = {"recordid", "maxaccesslevel", "id"}
LEVELS = ("Read", "Edit", "Delete", "Transfer", "All")
UNFILTERED = (
    "Implementation restriction: UserRecordAccess requires a filter by a single UserId using the equals operator and "
    f"by RecordId using the equals operator or the IN operator with at most {MOST} ids."
)
UNSELECTABLE = "Can select only RecordId, a Has*Access field, and MaxAccessLevel"


def fill(org: Org, asking: Caller, query: Query) -> None:
    """Write the rows that the query is about to read. Records that the asking user does not see have none."""
    if query.origins[0].path.names[0].lower() != OBJECT.lower():
        return
    _check_selection(query)
    users, records = _filtered(query, "userid"), _filtered(query, "recordid")
    if len(users) != 1 or not 0 < len(records) <= MOST:
        raise Refused(400, "MALFORMED_QUERY", UNFILTERED)
    org.connection.execute(f'DELETE FROM "{OBJECT}"')  # noqa: S608
    user_id = users.pop()
    if org.row("User", user_id) is None:
        return
    subject, one = org.caller(user_id), org.schema.known(OBJECT)
    for record_id in sorted(records):
        held = rights(org, subject, record_id)
        if "Read" in rights(org, asking, record_id):
            flags = {f"Has{level}Access": level in held for level in LEVELS}
            most = next((level for level in reversed(LEVELS) if level in held), "None")
            named = {"Id": record_id, "UserId": user_id, "RecordId": record_id, "MaxAccessLevel": most}
            put(org.connection, one, named | flags)


def rights(org: Org, caller: Caller, record_id: str) -> set[str]:
    """What a caller may do with a record: by profile and permission sets, and by sharing."""
    one = org.schema.by_prefix(record_id)
    row = org.row(one.name, record_id) if one else None
    if one is None or row is None or row.get("IsDeleted") or not caller.can_read(one):
        return set()
    if not org.sees(caller, one, record_id):
        return set()
    held = {"Read"}
    if caller.can_edit(one) and shares.has_right(org, caller, one, row, "edit"):
        held.add("Edit")
    if caller.can_delete(one) and shares.has_right(org, caller, one, row, "delete"):
        held.add("Delete")
    if "Edit" in held and "OwnerId" in row and shares.has_right(org, caller, one, row, "transfer"):
        held.add("Transfer")
    return held | {"All"} if held >= {"Edit", "Delete", "Transfer"} else held


def _check_selection(query: Query) -> None:
    for item in query.items:
        path = getattr(item, "expression", None)
        name = str(path).lower() if isinstance(path, Path) else ""
        if isinstance(path, Path) and name not in SELECTABLE and not name.startswith("has"):
            raise Refused(400, "INVALID_FIELD", UNSELECTABLE)


def _filtered(query: Query, name: str) -> set[str]:
    """The ids that the query wants of a field; none unless it says so for all its rows."""
    for one in together(query.where):
        left = getattr(one, "left", None)
        if not isinstance(left, Path) or left.names[-1].lower() != name:
            continue
        if isinstance(one, Comparison) and one.operator == "=":
            return _ids([one.right])
        if isinstance(one, Membership) and not one.negated and isinstance(one.values, tuple) and name != "userid":
            return _ids(list(one.values))
    return set()


def _ids(values: list[Any]) -> set[str]:
    texts = (one.value for one in values if isinstance(one, Literal))
    return {known for text in texts if isinstance(text, str) and (known := ids.canonical(text))}
