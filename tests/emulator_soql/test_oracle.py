"""Conditions, judged row by row in Python and by the compiler: both must choose the same rows."""

# ruff: noqa: S311, S608 (queries are the subject; the chance is seeded on purpose)

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from emulator_soql.world import key, put

from salesforce_emulator.access import Caller
from salesforce_emulator.org import Org
from salesforce_emulator.queries import Queries

Row = dict[str, Any]
Judge = Callable[[Row], bool]

WORDS = [None, "Red", "red", "Blue", "gr%en", "a_b", "Ünder", "it's"]
NUMBERS = [None, -2.5, 0.0, 1.0, 2.0, 3.5]
COUNTS = [None, -1, 0, 1, 2]
TIMES = [None, "08:00:00.000Z", "12:30:00.000Z"]


def random_rows(chance: random.Random) -> list[Row]:
    return [
        {
            "Name": chance.choice(WORDS),
            "Code__c": f"{chance.choice('aAbB')}{number}" if chance.random() < 0.8 else None,
            "Score__c": chance.choice(NUMBERS),
            "Count__c": chance.choice(COUNTS),
            "Open__c": chance.randint(0, 1),
            "Opens__c": chance.choice(TIMES),
        }
        for number in range(60)
    ]


def written(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str) and not value.endswith("Z"):
        return "'" + value.replace("'", "\\'") + "'"
    return str(value)


def folded(field: str, value: Any) -> Any:
    # SQLite folds ASCII only.
    return re.sub("[A-Z]", lambda match: match[0].lower(), value) if field == "Name" and value else value


def comparison(chance: random.Random) -> tuple[str, Judge]:
    field = chance.choice(["Name", "Score__c", "Count__c", "Opens__c", "Open__c"])
    values = {"Name": WORDS, "Score__c": NUMBERS, "Count__c": COUNTS, "Opens__c": TIMES, "Open__c": [True, False]}[
        field
    ]
    value = chance.choice(values)
    operators = ["=", "!="] if field == "Open__c" or value is None else ["=", "!=", "<", "<=", ">", ">="]
    operator = chance.choice(operators)

    def judge(row: Row) -> bool:
        left, right = folded(field, row[field]), folded(field, value)
        if operator == "=":
            return bool(left == right)
        if operator == "!=":
            return bool(left != right)
        if left is None:
            return False
        return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator])

    return f"{field} {operator} {written(value)}", judge


def membership(chance: random.Random) -> tuple[str, Judge]:
    values = chance.sample(WORDS, 3)
    negated = chance.random() < 0.5

    def judge(row: Row) -> bool:
        return (folded("Name", row["Name"]) in [folded("Name", value) for value in values]) != negated

    listed = ", ".join(map(written, values))
    return f"Name {'NOT IN' if negated else 'IN'} ({listed})", judge


def like(chance: random.Random) -> tuple[str, Judge]:
    pattern = "".join(
        chance.choice(["%", "_", "r", "e", "d", "B", "\\%", "\\_", "a"]) for _ in range(chance.randint(1, 5))
    )
    parts = re.findall(r"\\.|.", pattern)
    expression = "".join(".*" if p == "%" else "." if p == "_" else re.escape(p.removeprefix("\\")) for p in parts)

    def judge(row: Row) -> bool:
        return row["Name"] is not None and re.fullmatch(expression, row["Name"], re.IGNORECASE) is not None

    return f"Name LIKE '{pattern}'", judge


def condition(chance: random.Random, depth: int = 0) -> tuple[str, Judge]:
    if depth < 3 and chance.random() < 0.5:
        parts = [condition(chance, depth + 1) for _ in range(chance.randint(2, 3))]
        if chance.random() < 0.3:
            text, inner = parts[0]
            return f"(NOT {text})", lambda row: not inner(row)
        word, join = chance.choice([("AND", all), ("OR", any)])
        judges = [judge for _, judge in parts]
        return "(" + f" {word} ".join(text for text, _ in parts) + ")", lambda row: join(one(row) for one in judges)
    return chance.choice([comparison, membership, like])(chance)


@pytest.mark.parametrize("seed", range(25))
def test_the_compiler_and_python_choose_the_same_rows(org: Org, caller: Caller, seed: int) -> None:
    print("seed", seed)
    chance = random.Random(seed)
    org.connection.execute('DELETE FROM "Place__c"')
    held = random_rows(chance)
    for number, row in enumerate(held):
        put(org.connection, "Place__c", key("a0T", 500 + number), **row)
    queries = Queries(org)
    for _ in range(20):
        where, judge = condition(chance)
        answer = queries.query(caller, f"SELECT Id FROM Place__c WHERE {where} ORDER BY Id", version="68.0")
        expected = [key("a0T", 500 + number) for number, row in enumerate(held) if judge(row)]
        assert [record["Id"] for record in answer["records"]] == expected, where


@pytest.mark.parametrize("seed", range(10))
def test_groups_add_up_to_what_python_adds_up(org: Org, caller: Caller, seed: int) -> None:
    print("seed", seed)
    chance = random.Random(seed)
    org.connection.execute('DELETE FROM "Place__c"')
    held = random_rows(chance)
    for number, row in enumerate(held):
        put(org.connection, "Place__c", key("a0T", 500 + number), **row)
    expected: dict[Any, list[Any]] = {}
    for row in held:
        expected.setdefault((row["Open__c"] == 1, row["Count__c"]), []).append(row["Score__c"])
    answer = Queries(org).query(
        caller,
        "SELECT Open__c, Count__c, COUNT(Id) n, COUNT(Score__c) held, SUM(Score__c) total, MAX(Score__c) top"
        " FROM Place__c GROUP BY ROLLUP(Open__c, Count__c)",
        version="68.0",
    )
    rows = [tuple(record.values())[1:] for record in answer["records"]]
    assert (None, None, 60) in [row[:3] for row in rows]
    for (flag, count), scores in expected.items():
        given = [score for score in scores if score is not None]
        row = (flag, count, len(scores), len(given), sum(given) if given else None, max(given, default=None))
        assert row in rows


@pytest.mark.parametrize("seed", range(10))
def test_sorting_is_what_python_sorts(org: Org, caller: Caller, seed: int) -> None:
    print("seed", seed)
    chance = random.Random(seed)
    org.connection.execute('DELETE FROM "Place__c"')
    held = random_rows(chance)
    for number, row in enumerate(held):
        put(org.connection, "Place__c", key("a0T", 500 + number), **row)
    descending, last = chance.random() < 0.5, chance.random() < 0.5
    order = f"Score__c {'DESC' if descending else 'ASC'} NULLS {'LAST' if last else 'FIRST'}, Id"
    answer = Queries(org).query(caller, f"SELECT Score__c FROM Place__c ORDER BY {order}", version="68.0")
    scores = sorted((row["Score__c"] for row in held if row["Score__c"] is not None), reverse=descending)
    nulls = [None] * (60 - len(scores))
    assert [record["Score__c"] for record in answer["records"]] == (scores + nulls if last else nulls + scores)
