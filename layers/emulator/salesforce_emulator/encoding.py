"""Stored values as REST JSON shows them.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest_response.htm
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from salesforce_emulator.access import Caller
from salesforce_emulator.schema.model import Field, Object
from salesforce_emulator.schema.standard import ADDRESS_PARTS


def json_value(field: Field, raw: Any) -> Any:
    """Encode one stored value: a boolean is 0 or 1 in the database, a moment ends in Z there and in +0000 here."""
    if raw is None:
        return None
    match field.type:
        case "boolean":
            return bool(raw)
        case "currency" | "double" | "percent":
            return float(raw)
        case "int" | "long":
            return int(raw)
        case "datetime":
            return raw.replace("Z", "+0000")
    return raw


def json_record(
    caller: Caller, one: Object, row: Mapping[str, Any], *, version: str, fields: Sequence[str] | None
) -> dict[str, Any]:
    """Encode a row: attributes first, addresses put together, blobs as the URL they are read at."""
    url = f"/services/data/v{version}/sobjects/{one.name}/{row['Id']}"
    record: dict[str, Any] = {"attributes": {"type": one.name, "url": url}}
    for field in _chosen(one, row, fields):
        if not caller.can_see(one, field):
            continue
        if field.type == "address":
            record[field.name] = _address(field, row)
        elif field.type == "base64":
            record[field.name] = None if row[field.name] is None else f"{url}/{field.name}"
        else:
            record[field.name] = json_value(field, row[field.name])
    return record


def _chosen(one: Object, row: Mapping[str, Any], names: Sequence[str] | None) -> Iterable[Field]:
    if names is None:
        held = set(row.keys())
        return [field for field in one.fields if field.name in held or field.type == "address"]
    return [field for field in map(one.field, names) if field]


def _address(field: Field, row: Mapping[str, Any]) -> dict[str, Any] | None:
    prefix, held = field.name.removesuffix("Address"), set(row.keys())
    parts = {part: row[prefix + part] if prefix + part in held else None for part in ADDRESS_PARTS}
    if not any(parts.values()):
        return None
    return {part[0].lower() + part[1:]: parts[part] for part in sorted(parts)}
