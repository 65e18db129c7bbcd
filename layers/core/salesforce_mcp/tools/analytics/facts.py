"""A report's answer as flat rows: its groups and its records, without the map of facts.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_factmap_example.htm
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from salesforce_mcp.tools.results import Table

_RECORD_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")


def totals(run: Mapping[str, Any]) -> dict[str, Any]:
    """The grand totals, by their labels."""
    whole = run["factMap"].get("T!T") or {"aggregates": []}
    return dict(zip(_sums(run), [_number(one) for one in whole["aggregates"]], strict=False))


def groups(run: Mapping[str, Any]) -> Table | None:
    """One row for each group, with its totals; none where the report does not group."""
    down, across = _leaves(run["groupingsDown"]), _leaves(run["groupingsAcross"])
    if not run["groupingsDown"]["groupings"] and not run["groupingsAcross"]["groupings"]:
        return None
    rows = []
    for key, labels in _crossed(down, across):
        fact = run["factMap"].get(key)
        if fact and any(one.get("value") for one in fact["aggregates"]):
            rows.append([*labels, *map(_number, fact["aggregates"])])
    return Table([*_group_labels(run), *_sums(run)], rows, len(rows))


def records(run: Mapping[str, Any]) -> Table:
    """One row for each record, the labels of its groups in front, and the id of the record that its name leads to."""
    columns = [_detail_label(run, name) for name in run["reportMetadata"].get("detailColumns") or ()]
    found = [(labels, row["dataCells"]) for labels, row in _detail_rows(run)]
    linked = next((at for at in range(len(columns)) if any(_links(cells, at) for _, cells in found)), None)
    ids = [f"{columns[linked]} Id"] if linked is not None else []
    rows = [
        [*labels, *map(_shown, cells), *([cells[linked].get("value")] if linked is not None else [])]
        for labels, cells in found
    ]
    return Table([*_group_labels(run), *columns, *ids], rows, len(rows))


def _detail_rows(run: Mapping[str, Any]) -> Iterator[tuple[list[Any], Mapping[str, Any]]]:
    for key, labels in _crossed(_leaves(run["groupingsDown"]), _leaves(run["groupingsAcross"])):
        for row in (run["factMap"].get(key) or {}).get("rows") or ():
            yield labels, row


def _leaves(groupings: Mapping[str, Any]) -> list[tuple[str, list[Any]]]:
    """The innermost groups: key in the map of facts, labels from the outside in."""

    def walk(groups: Sequence[Mapping[str, Any]], above: list[Any]) -> Iterator[tuple[str, list[Any]]]:
        for group in groups:
            labels = [*above, group.get("label")]
            if group.get("groupings"):
                yield from walk(group["groupings"], labels)
            else:
                yield str(group["key"]), labels

    return list(walk(groupings.get("groupings") or (), [])) or [("T", [])]


def _crossed(
    down: Sequence[tuple[str, list[Any]]], across: Sequence[tuple[str, list[Any]]]
) -> Iterator[tuple[str, list[Any]]]:
    for row, row_labels in down:
        for column, column_labels in across:
            yield f"{row}!{column}", [*row_labels, *column_labels]


def _group_labels(run: Mapping[str, Any]) -> list[str]:
    metadata, known = run["reportMetadata"], run["reportExtendedMetadata"].get("groupingColumnInfo") or {}
    named = [*(metadata.get("groupingsDown") or ()), *(metadata.get("groupingsAcross") or ())]
    return [str((known.get(one["name"]) or {}).get("label") or one["name"]) for one in named]


def _sums(run: Mapping[str, Any]) -> list[str]:
    known = run["reportExtendedMetadata"].get("aggregateColumnInfo") or {}
    return [
        str((known.get(name) or {}).get("label") or name) for name in run["reportMetadata"].get("aggregates") or known
    ]


def _detail_label(run: Mapping[str, Any], name: str) -> str:
    known = run["reportExtendedMetadata"].get("detailColumnInfo") or {}
    return str((known.get(name) or {}).get("label") or name)


def _number(fact: Mapping[str, Any]) -> Any:
    value = fact.get("value")
    return value.get("amount") if isinstance(value, Mapping) else value


def _shown(cell: Mapping[str, Any]) -> Any:
    """Numbers as numbers, everything else as the person would see it."""
    value = _number(cell)
    if isinstance(value, (bool, int, float)):
        return value
    return None if value is None else cell.get("label")


def _links(cells: Sequence[Mapping[str, Any]], at: int) -> bool:
    value = cells[at].get("value")
    return isinstance(value, str) and _RECORD_ID.fullmatch(value) is not None and value != cells[at].get("label")
