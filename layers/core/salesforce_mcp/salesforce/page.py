"""Records as a table: columns once, then rows. Nothing but `attributes` is left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from salesforce_mcp.salesforce.soql import Column, Statement

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """Rows of a query. `total_size` counts the whole result, `cursor` continues it.

    A child subquery is a table in its cell: {"columns", "rows"}, with "totalSize" and "cursor" where it goes on.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    total_size: int
    cursor: str | None = None

    @property
    def records(self) -> list[dict[str, Any]]:
        """The rows by their columns' names, for tools that work with the values."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def page_of(answer: Mapping[str, Any], statement: Statement | None = None) -> Page:
    """The page in a query's answer; with its statement the columns stand in the order of the SELECT clause."""
    total = int(answer.get("totalSize") or 0)
    if statement is not None and statement.is_count:
        return Page(("COUNT()",), ((total,),), total_size=1)
    columns, rows = table(answer.get("records") or [], statement.columns if statement else ())
    return Page(columns, rows, total, cursor=locator_in(answer))


def pages_by_object(records: Iterable[Record]) -> dict[str, Page]:
    """Search results: one table an object, in the order in which the objects were found."""
    by_object: dict[str, list[Record]] = {}
    for record in records:
        name = str((record.get("attributes") or {}).get("type") or "")
        by_object.setdefault(name, []).append(record)
    return {name: Page(*table(found, ()), total_size=len(found)) for name, found in by_object.items()}


def table(records: Sequence[Record], select: Sequence[Column]) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
    flat = [flat_record(record, select) for record in records]
    columns = _columns(flat, select)
    return columns, tuple(tuple(row.get(column) for column in columns) for row in flat)


def flat_record(record: Record, select: Sequence[Column] = ()) -> dict[str, Any]:
    """A record without `attributes`; a parent's fields stand beside its own, as Account.Name."""
    children = {column.name.lower(): column.child for column in select if column.child is not None}
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if name == "attributes":
            continue
        if _is_child_table(value):
            flat[name] = _child_table(value, children.get(name.lower()) or ())
        elif _is_record(value):
            flat.update({f"{name}.{inner}": cell for inner, cell in flat_record(value).items()})
        else:
            flat[name] = value
    return flat


def locator_in(answer: Mapping[str, Any]) -> str | None:
    """The cursor in a nextRecordsUrl: its last segment, for nothing of an address is taken from outside."""
    url = answer.get("nextRecordsUrl")
    return url.rstrip("/").rpartition("/")[2] if isinstance(url, str) and url else None


def _is_record(value: Any) -> bool:
    # Compound addresses and locations are values: they have no attributes.
    return isinstance(value, dict) and "attributes" in value


def _is_child_table(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("records"), list) and "done" in value


def _child_table(answer: Mapping[str, Any], select: Sequence[Column]) -> dict[str, Any]:
    columns, rows = table(answer["records"], select)
    cursor = locator_in(answer)
    goes_on = {"totalSize": answer.get("totalSize"), "cursor": cursor} if cursor else {}
    return {"columns": list(columns), "rows": [list(row) for row in rows], **goes_on}


def _columns(flat: Sequence[Mapping[str, Any]], select: Sequence[Column]) -> tuple[str, ...]:
    """The columns of the SELECT clause in its order, then whatever else the records hold."""
    present = {name.lower(): name for row in flat for name in row}
    wanted = [present.get(column.name.lower(), column.name) for column in select if column.name]
    if flat:
        wanted = [name for name in wanted if name in present.values() or _ancestors(name) & present.keys()]
    named = {name.lower() for name in wanted}
    rest = [name for lower, name in present.items() if lower not in named]
    if any(not column.name for column in select):
        columns = _in_place(wanted, rest, select)
    else:
        columns = [*wanted, *rest]
    # An empty parent is one null under its own name, which its columns already show.
    shown = {ancestor for name in columns for ancestor in _ancestors(name)}
    empty = {name for name in rest if name.lower() in shown and all(row.get(name) is None for row in flat)}
    return tuple(name for name in dict.fromkeys(columns) if name not in empty)


def _ancestors(path: str) -> set[str]:
    """account and account.owner of Account.Owner.Name."""
    parts = path.lower().split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts))}


def _in_place(wanted: Sequence[str], rest: Sequence[str], select: Sequence[Column]) -> list[str]:
    """Where FIELDS(…) stands in the clause stand the columns that the rest of the clause does not name."""
    at = next(position for position, column in enumerate(select) if not column.name)
    before = {column.name.lower() for column in select[:at]}
    ahead = [name for name in wanted if name.lower() in before]
    return [*ahead, *rest, *(name for name in wanted if name not in ahead)]
