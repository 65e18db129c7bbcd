"""List views: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviews.htm"""

from typing import Any

from salesforce_emulator import definitions, ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import stamp
from salesforce_emulator.routes.call import NOT_FOUND, Answer, Call
from salesforce_emulator.schema.displayed import shown_fields, shown_path
from salesforce_emulator.schema.model import Field, Object

MOST, USUAL, MOST_SKIPPED = 2000, 25, 2000
HIDDEN = ("Id", "CreatedDate", "LastModifiedDate", "SystemModstamp")
SIGNS = {
    "equals": "=",
    "notEqual": "!=",
    "lessThan": "<",
    "greaterThan": ">",
    "lessOrEqual": "<=",
    "greaterOrEqual": ">=",
    "like": "LIKE",
}


def every(call: Call) -> Answer:
    """GET /sobjects/X/listviews"""
    return Answer(200, _listed(call, _rows(call)))


def recent(call: Call) -> Answer:
    """GET /sobjects/X/listviews/recent: the ones looked at, the latest first"""
    seen = [one for one in _rows(call) if one["LastViewedDate"]]
    return Answer(200, _listed(call, sorted(seen, key=lambda one: str(one["LastViewedDate"]), reverse=True)))


def one_view(call: Call) -> Answer:
    """GET /sobjects/X/listviews/{id}"""
    return Answer(200, _entry(call, _row(call)))


def describe(call: Call) -> Answer:
    """GET /sobjects/X/listviews/{id}/describe"""
    row, one = _row(call), call.object
    meant = _meaning(call, row)
    ordered = {"fieldNameOrPath": meant["orderBy"], "nullsPosition": "first", "sortDirection": "ascending"}
    body = {
        "columns": _columns(call, one, meant),
        "id": row["Id"],
        "orderBy": [ordered, {**ordered, "fieldNameOrPath": "Id"}],
        "query": soql(call, one, meant),
        "relatedEntityId": None,
        "scope": meant["scope"],
        "scopeEntityId": None,
        "sobjectType": one.name,
        "whereCondition": meant["whereCondition"],
    }
    return Answer(200, body)


def results(call: Call) -> Answer:
    """GET /sobjects/X/listviews/{id}/results?limit=25&offset=0"""
    row, one = _row(call), call.object
    meant, limit, offset = _meaning(call, row), _number(call, "limit", USUAL), _number(call, "offset", 0)
    if not 1 <= limit <= MOST or offset > MOST_SKIPPED:
        raise Refused(400, "BAD_REQUEST", f"limit must be 1 to {MOST}, offset at most {MOST_SKIPPED}")
    asked = f"{soql(call, one, meant)} LIMIT {limit + 1} OFFSET {offset}"
    records = call.site.queries.query(call.caller, asked, version=call.version)["records"]
    call.org.connection.execute(
        'UPDATE "ListView" SET LastViewedDate = ? WHERE Id = ?', (stamp(call.org.now()), row["Id"])
    )
    columns = _columns(call, one, meant)
    body = {
        "columns": columns,
        "developerName": row["DeveloperName"],
        "done": len(records) <= limit,
        "id": row["Id"],
        "label": row["Name"],
        "records": [{"columns": [_value(record, column) for column in columns]} for record in records[:limit]],
        "size": len(records[:limit]),
    }
    return Answer(200, body)


def soql_of(call: Call, row: dict[str, Any]) -> str:
    """The query behind a list view of any object."""
    return soql(call, call.find_object(row["SobjectType"]), _meaning(call, row))


def soql(call: Call, one: Object, meant: dict[str, Any]) -> str:
    """The query behind a list view."""
    paths = dict.fromkeys([*(path for path, _ in _shown(call, one)), *(name for name in HIDDEN if one.field(name))])
    scope = f" USING SCOPE {meant['scope']}" if meant["scope"] else ""
    where = f" WHERE {condition(meant['whereCondition'])}" if meant["whereCondition"] else ""
    order = f" ORDER BY {meant['orderBy']} ASC NULLS FIRST, Id ASC NULLS FIRST"
    return f"SELECT {', '.join(paths)} FROM {one.name}{scope}{where}{order}"  # noqa: S608 - names of the schema


def condition(meant: dict[str, Any]) -> str:
    if "conditions" in meant:
        word = f" {str(meant['conjunction']).upper()} "
        return "(" + word.join(condition(one) for one in meant["conditions"]) + ")"
    values = meant["values"]
    if meant["operator"] == "in":
        return f"{meant['field']} IN ({', '.join(values)})"
    return f"{meant['field']} {SIGNS[meant['operator']]} {values[0]}"


def _rows(call: Call) -> list[dict[str, Any]]:
    cursor = call.org.connection.execute(
        'SELECT * FROM "ListView" WHERE SobjectType = ? ORDER BY Name', (call.object.name,)
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, found, strict=True)) for found in cursor]


def _row(call: Call) -> dict[str, Any]:
    """By id, or by developer name."""
    given = call.names["view"]
    known = ids.canonical(given)
    for row in _rows(call):
        if row["Id"] == known or row["DeveloperName"].lower() == given.lower():
            return row
    raise Refused(404, "NOT_FOUND", NOT_FOUND)


def _meaning(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    return definitions.get(call.org, row["Id"]) or {"whereCondition": None, "scope": None, "orderBy": "Id"}


def _listed(call: Call, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "done": True,
        "listviews": [_entry(call, row) for row in rows],
        "nextRecordsUrl": None,
        "size": len(rows),
        "sobjectType": call.object.name,
    }


def _entry(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    url = call.url("sobjects", call.object.name, "listviews", row["Id"])
    return {
        "describeUrl": f"{url}/describe",
        "developerName": row["DeveloperName"],
        "id": row["Id"],
        "label": row["Name"],
        "resultsUrl": f"{url}/results",
        "soqlCompatible": bool(row["IsSoqlCompatible"]),
        "url": url,
    }


def _shown(call: Call, one: Object) -> list[tuple[str, Field]]:
    found = []
    for field in shown_fields(one, call.caller):
        targets = [target for target in field.reference_to if call.caller.can_read(target)]
        if field.type != "reference" or targets:
            found.append((shown_path(field), field))
    return found


def _columns(call: Call, one: Object, meant: dict[str, Any]) -> list[dict[str, Any]]:
    shown = [_column(path, field, meant, hidden=False) for path, field in _shown(call, one)]
    names = {one["fieldNameOrPath"] for one in shown}
    system = [field for name in HIDDEN if name not in names and (field := one.field(name))]
    return shown + [_column(field.name, field, meant, hidden=True) for field in system]


def _column(path: str, field: Field, meant: dict[str, Any], *, hidden: bool) -> dict[str, Any]:
    numeric = field.type in {"currency", "double", "percent", "int", "date", "datetime"}
    first = path == meant["orderBy"]
    return {
        "ascendingLabel": None if hidden else "9-0" if numeric else "Z-A",
        "descendingLabel": None if hidden else "0-9" if numeric else "A-Z",
        "fieldNameOrPath": path,
        "hidden": hidden,
        "label": field.label.removesuffix(" ID") if field.type == "reference" else field.label,
        "searchable": not hidden,
        "selectListItem": f"toLabel({path})" if field.type == "picklist" else path,
        "sortDirection": "ascending" if first else None,
        "sortIndex": 0 if first else None,
        "sortable": not hidden and field.sortable,
        "type": "string" if "." in path else field.type,
    }


def _value(record: dict[str, Any], column: dict[str, Any]) -> dict[str, Any]:
    """Values are text, whatever they were."""
    value: Any = record
    for name in column["fieldNameOrPath"].split("."):
        value = value.get(name) if isinstance(value, dict) else None
    text = str(value).lower() if isinstance(value, bool) else value if value is None else str(value)
    return {"fieldNameOrPath": column["fieldNameOrPath"], "value": text}


def _number(call: Call, name: str, usual: int) -> int:
    given = call.query.get(name, str(usual))
    if not given.isascii() or not given.isdecimal() or len(given) > 9:
        raise Refused(400, "BAD_REQUEST", f"{name} must be a whole number, not {given!r}")
    return int(given)
