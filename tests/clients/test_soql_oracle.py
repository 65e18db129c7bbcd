"""soql-parser-js, an independent parser, sees the same structure in a query as the emulated org does."""

import json
import random
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from emulator_soql.chance import make_query
from emulator_soql.samples import ACCEPTED

from salesforce_emulator.errors import Refused
from salesforce_emulator.soql.parser import parse
from salesforce_emulator.soql.tree import (
    And,
    Argument,
    Comparison,
    Condition,
    DateLiteral,
    Fields,
    Item,
    Membership,
    Multipicklist,
    Not,
    Or,
    Query,
    Selected,
    Subquery,
    Typeof,
    Value,
)

HERE = Path(__file__).parent
SEED = 20261122
GENERATED = 1500
# What its tree loses: the third NOT in a row, the parent's name before a child relationship, the escapes of a text.
LOST = re.compile(r"(\(NOT ){3}|FROM Account\.Contacts|\\")
Shape = dict[str, Any]


def shape(query: Query) -> Shape:
    origin = query.origins[0]
    return {
        "from": [squeezed(str(origin.path)), origin.alias.lower() if origin.alias else None],
        "items": [item_shape(item) for item in query.items],
        "scope": query.scope.lower() if query.scope else None,
        "where": condition_shape(query.where),
        "group": [query.grouping.kind, [squeezed(str(one)) for one in query.grouping.expressions]]
        if query.grouping
        else None,
        "having": condition_shape(query.having),
        "order": [[squeezed(str(one.expression)), one.descending, one.nulls_last] for one in query.orderings],
        "limit": query.limit.number if query.limit else None,
        "offset": query.skip.number if query.skip else None,
        "for": query.purposes[0] if query.purposes else None,
        "update": query.updates[0] if query.updates else None,
    }


def item_shape(item: Item) -> Any:
    match item:
        case Selected(expression=expression, alias=alias):
            return [squeezed(str(expression)), alias.lower() if alias else None]
        case Fields(group=group):
            return [f"fields({group.lower()})", None]
        case Subquery(query=query):
            return {"children": shape(query)}
        case Typeof():
            branches = [[one.object_name.lower(), written(one.paths)] for one in item.branches]
            if item.otherwise:
                branches.append(["else", written(item.otherwise)])
            return {"typeof": [squeezed(str(item.relationship)), branches]}


def written(paths: tuple[Argument, ...]) -> list[str]:
    return [squeezed(str(path)) for path in paths]


def condition_shape(condition: Condition | None) -> Any:
    match condition:
        case None:
            return None
        case And() | Or():
            word = type(condition).__name__.upper()
            inner = [condition_shape(one) for one in condition.conditions]
            return [word, *(part for one in inner for part in (one[1:] if one[0] == word else [one]))]
        case Not():
            return ["NOT", condition_shape(condition.condition)]
        case Comparison():
            return [squeezed(str(condition.left)), condition.operator, value_shape(condition.right)]
        case Membership():
            values = condition.values
            right = shape(values) if isinstance(values, Query) else [value_shape(one) for one in values]
            return [squeezed(str(condition.left)), "NOT IN" if condition.negated else "IN", right]
        case Multipicklist():
            word = "EXCLUDES" if condition.excludes else "INCLUDES"
            return [squeezed(str(condition.left)), word, [value_shape(one) for one in condition.values]]


def value_shape(value: Value) -> list[Any]:
    """Its kind; and what it says, where both parsers keep that."""
    if isinstance(value, DateLiteral):
        return ["day", value.name.lower() + ("" if value.n is None else f":{value.n}")]
    match value.kind:
        case "text":
            return ["text", squeezed(str(value.value))]
        case "number":
            return ["number", float(value.value)]
        case "boolean":
            return ["boolean", str(value.value).lower()]
    return [value.kind]


def squeezed(text: str) -> str:
    """Without white space and case, and with every coordinate written in one way."""
    return re.sub(r"-?\d+\.\d+", lambda found: f"{float(found[0]):g}", re.sub(r"\s+", "", text).lower())


def ours(soql: str) -> Shape | None:
    try:
        return shape(parse(soql))
    except Refused:
        return None


def theirs(queries: list[str], node: str) -> list[Shape | None]:
    found = subprocess.run(
        [node, str(HERE / "soql_oracle.mjs")], input=json.dumps(queries), capture_output=True, text=True, check=True
    )
    trees: list[Shape | None] = json.loads(found.stdout)
    return trees


@pytest.mark.full_counts
def test_both_parsers_see_the_same_structure(node: str, modules: Path, record_property) -> None:
    if not (modules / "soql-parser-js").is_dir():
        pytest.skip("run `make clients` to install soql-parser-js")
    print("seed", SEED)
    chance = random.Random(SEED)  # noqa: S311 - seeded on purpose
    made = [*ACCEPTED, *(make_query(chance) for _ in range(GENERATED))]
    queries = [soql for soql in dict.fromkeys(made) if not LOST.search(soql)]
    compared = 0
    for soql, their_tree in zip(queries, theirs(queries, node), strict=True):
        our_tree = ours(soql)
        if our_tree is None or their_tree is None:
            continue
        assert our_tree == their_tree, soql
        compared += 1
    record_property("queries whose structure soql-parser-js sees alike", compared)
    assert compared >= 300
