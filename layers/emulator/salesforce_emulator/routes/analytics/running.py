"""Run a report: groups and sums by one query, rows by another.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_get_reportdata.htm
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.routes.analytics import filters
from salesforce_emulator.routes.analytics.columns import Column, ReportType, report_type
from salesforce_emulator.routes.analytics.groupings import Grouping, Key, groupings
from salesforce_emulator.routes.analytics.labels import label_of
from salesforce_emulator.routes.analytics.sums import Aggregate, Figures, aggregates
from salesforce_emulator.routes.call import Call

MOST_ROWS = 2000
FORMATS = {"TABULAR": (0, 0), "SUMMARY": (3, 0), "MATRIX": (2, 2)}
Place = tuple[tuple[Key, ...], tuple[Key, ...]]  # the keys down and across that lead to a group


@dataclass(frozen=True)
class Plan:
    """A report's metadata, understood."""

    kind: ReportType
    details: list[Column]
    down: list[Grouping]
    across: list[Grouping]
    aggregates: list[Aggregate]
    condition: str
    order: str
    limit: int | None

    @property
    def groupings(self) -> list[Grouping]:
        return [*self.down, *self.across]


def plan(call: Call, metadata: dict[str, Any]) -> Plan:
    kind = report_type(call, (metadata.get("reportType") or {}).get("type"))
    shape = str(metadata.get("reportFormat"))
    if shape not in FORMATS:
        raise NotEmulated(f"reports of the format {shape}")
    for name in ("buckets", "customSummaryFormula"):
        if metadata.get(name):
            raise NotEmulated(f"{name} of reports")
    down, across = (groupings(kind, metadata.get(name)) for name in ("groupingsDown", "groupingsAcross"))
    most_down, most_across = FORMATS[shape]
    if len(down) > most_down or len(across) > most_across:
        raise Refused(400, "BAD_REQUEST", f"The report has too many groupings for the format {shape}")
    seen = [kind.columns.get(str(one).lower()) for one in metadata.get("detailColumns") or []]
    return Plan(
        kind=kind,
        details=[one for one in seen if one],  # what the caller may not see is left out
        down=down,
        across=across,
        aggregates=aggregates(kind, metadata.get("aggregates")),
        condition=filters.condition(kind, metadata, call.caller.user_id),
        order=_order(kind, metadata.get("sortBy")),
        limit=_top(metadata.get("topRows")),
    )


def _order(kind: ReportType, asked: Any) -> str:
    if not isinstance(asked, list) or not asked:
        return ""
    first = asked[0] if isinstance(asked[0], dict) else {}
    column = kind.columns.get(str(first.get("sortColumn")).lower())
    if column is None or not column.field.sortable:
        return ""
    return f" ORDER BY {column.path} {'DESC' if first.get('sortOrder') == 'Desc' else 'ASC'}"


def _top(asked: Any) -> int | None:
    if not isinstance(asked, dict) or not asked.get("rowLimit"):
        return None
    return int(asked["rowLimit"])


def run(call: Call, plan: Plan, *, details: bool) -> dict[str, Any]:
    """The part of the answer that the data decides: groupings and facts."""
    figures = _figures(call, plan)
    rows, complete = _rows(call, plan) if details else ({}, True)
    down, down_keys = _tree(plan.down, plan, figures, call.caller.time_zone, across=False)
    across, across_keys = _tree(plan.across, plan, figures, call.caller.time_zone, across=True)
    facts = {}
    for down_place, down_key in down_keys.items():
        for across_place, across_key in across_keys.items():
            figure = figures.get((down_place, across_place), Figures.empty())
            fact = {"aggregates": [figure.shown(one, call.caller.time_zone) for one in plan.aggregates]}
            if details:
                fact["rows"] = rows.get((down_place, across_place), [])
            facts[f"{down_key}!{across_key}"] = fact
    return {
        "allData": complete,
        "factMap": facts,
        "groupingsAcross": {"groupings": across},
        "groupingsDown": {"groupings": down},
        "hasDetailRows": details,
    }


def _figures(call: Call, plan: Plan) -> dict[Place, Figures]:
    """The finest groups from one query; every total above them is added up from there."""
    keys = [one for grouping in plan.groupings for one in grouping.expressions()]
    paths = list(dict.fromkeys(one.column.path for one in plan.aggregates if one.column))
    summed = [f"{function}({path})" for path in paths for function in ("SUM", "COUNT", "MIN", "MAX")]
    selected = [*(f"{one} k{at}" for at, one in enumerate(keys)), "COUNT(Id) c"]
    selected += [f"{one} s{at}" for at, one in enumerate(summed)]
    grouped = f" GROUP BY {', '.join(keys)} ORDER BY {', '.join(_sorted_keys(plan))}" if keys else ""
    soql = f"SELECT {', '.join(selected)} FROM {plan.kind.object.name}{_where(plan)}{grouped}"  # noqa: S608
    total: dict[Place, Figures] = {((), ()): Figures.empty()}
    for record in call.site.queries.query(call.caller, soql, version=call.version)["records"]:
        place = _place(plan, [record[f"k{at}"] for at in range(len(keys))])
        found = _read(record, paths)
        for above in _above(place):
            total.setdefault(above, Figures.empty()).add(found)
    return total


def _sorted_keys(plan: Plan) -> Iterable[str]:
    for grouping in plan.groupings:
        yield from (f"{one} {'DESC' if grouping.descending else 'ASC'}" for one in grouping.expressions())


def _where(plan: Plan) -> str:
    return f" WHERE {plan.condition}" if plan.condition else ""


def _read(record: dict[str, Any], paths: list[str]) -> Figures:
    found = Figures(record["c"], {}, {}, {}, {})
    for at, path in enumerate(paths):
        found.sums[path], counted, found.least[path], found.most[path] = (
            record[f"s{4 * at + place}"] for place in range(4)
        )
        found.counts[path] = counted or 0
    return found


def _place(plan: Plan, values: list[Any]) -> Place:
    keys: list[Key] = []
    for grouping in plan.groupings:
        size = len(grouping.expressions())
        keys.append(tuple(values[:size]))
        values = values[size:]
    return tuple(keys[: len(plan.down)]), tuple(keys[len(plan.down) :])


def _above(place: Place) -> Iterable[Place]:
    down, across = place
    for depth in range(len(down) + 1):
        for width in range(len(across) + 1):
            yield down[:depth], across[:width]


def _tree(
    side: list[Grouping], plan: Plan, figures: dict[Place, Figures], zone: str, *, across: bool
) -> tuple[list[dict[str, Any]], dict[tuple[Key, ...], str]]:
    """The groups of one side as the answer nests them, and the fact-map key of each."""
    found = list(dict.fromkeys(place[across] for place in figures if not place[not across]))
    names: dict[tuple[Key, ...], str] = {(): "T"}

    def below(above: tuple[Key, ...], prefix: str) -> list[dict[str, Any]]:
        depth = len(above)
        if depth == len(side):
            return []
        children = [one for one in found if len(one) == depth + 1 and one[:depth] == above]
        listed = []
        for number, child in enumerate(_sorted(children, side[depth], plan, figures, across=across)):
            name = f"{prefix}{number}"
            names[child] = name
            shown = side[depth].shown(child[-1], zone)
            listed.append({"groupings": below(child, f"{name}_"), "key": name, **shown})
        return listed

    return below((), ""), names


def _sorted(
    children: list[tuple[Key, ...]], grouping: Grouping, plan: Plan, figures: dict[Place, Figures], *, across: bool
) -> list[tuple[Key, ...]]:
    by = next((one for one in plan.aggregates if one.name == grouping.sort_aggregate), None)
    if by is None:
        return children  # as the query sorted them

    def figure(child: tuple[Key, ...]) -> Any:
        return figures[((), child) if across else (child, ())].value(by) or 0

    return sorted(children, key=figure, reverse=grouping.descending)


def _rows(call: Call, plan: Plan) -> tuple[dict[Place, list[dict[str, Any]]], bool]:
    """The detail rows by group, and whether they are all."""
    needed = [one.path for one in [*plan.details, *(grouping.column for grouping in plan.groupings)]]
    needed += [one.id_path for one in plan.details if one.id_path]
    columns = dict.fromkeys(["Id", *needed])
    most = min(plan.limit or MOST_ROWS, MOST_ROWS)
    soql = f"SELECT {', '.join(columns)} FROM {plan.kind.object.name}{_where(plan)}{plan.order} LIMIT {most + 1}"  # noqa: S608
    found = call.site.queries.query(call.caller, soql, version=call.version)
    records = found["records"] + _rest(call, found)
    rows: dict[Place, list[dict[str, Any]]] = {}
    for record in records[:most]:
        keys = [one.key_of(at(record, one.column.path), call.caller.time_zone) for one in plan.groupings]
        place = (tuple(keys[: len(plan.down)]), tuple(keys[len(plan.down) :]))
        rows.setdefault(place, []).append({"dataCells": [_cell(call, record, one) for one in plan.details]})
    return rows, len(records) <= most


def _rest(call: Call, found: dict[str, Any]) -> list[dict[str, Any]]:
    if found["done"]:
        return []
    locator = found["nextRecordsUrl"].rpartition("/")[2]
    return list(call.site.queries.next_page(call.caller, locator, version=call.version)["records"])


def _cell(call: Call, record: dict[str, Any], column: Column) -> dict[str, Any]:
    value = at(record, column.path)
    label = label_of(column.kind, value, call.caller.time_zone)
    if column.id_path and value is not None:
        return {"label": label, "value": at(record, column.id_path)}
    return {"label": label, "value": value}


def at(record: dict[str, Any], path: str) -> Any:
    value: Any = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
