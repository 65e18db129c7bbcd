"""Whatever is asked, the answer is rows or a refusal that says what is wrong."""

# ruff: noqa: S311, S608 (queries are the subject; the chance is seeded on purpose)

import json
import random
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from emulator_soql.chance import make_query, mutated
from emulator_soql.conftest import make_caller
from emulator_soql.world import NOW, place_object
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesforce_emulator.errors import Refused
from salesforce_emulator.org import Org
from salesforce_emulator.queries import Queries
from salesforce_emulator.schema.loader import load_schema
from salesforce_emulator.searches import Searches


def answer_or_refusal(run: Callable[[], Any]) -> str:
    try:
        answer = run()
    except Refused as refused:
        return checked(refused)
    json.dumps(answer)
    return "answered"


def checked(refused: Refused) -> str:
    assert refused.status in (400, 501)
    assert refused.message
    return refused.code


@pytest.fixture(scope="module")
def world(filled: sqlite3.Connection) -> tuple[Queries, Searches]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    filled.backup(connection)
    schema = load_schema()
    schema.add(place_object())
    org = Org(connection, schema, lambda: NOW)
    return Queries(org), Searches(org)


@pytest.mark.parametrize("seed", range(30))
def test_a_generated_query_is_answered_or_refused(world: tuple[Queries, Searches], seed: int) -> None:
    print("seed", seed)
    chance, caller = random.Random(seed), make_caller()
    outcomes = []
    for _ in range(100):
        soql = make_query(chance)
        print(soql)
        outcomes.append(answer_or_refusal(lambda soql=soql: world[0].query(caller, soql, version="68.0")))
        if outcomes[-1] == "answered":
            assert answer_or_refusal(lambda soql=soql: world[0].explain(caller, soql)) == "answered"
            assert answer_or_refusal(lambda soql=soql: world[0].column_metadata(caller, soql)) == "answered"
    assert outcomes.count("answered") > 30


@pytest.mark.parametrize("seed", range(30))
def test_a_mutated_query_is_answered_or_refused(world: tuple[Queries, Searches], seed: int) -> None:
    print("seed", seed)
    chance, caller = random.Random(1000 + seed), make_caller()
    for _ in range(100):
        soql = mutated(chance, make_query(chance))
        print(repr(soql))
        answer_or_refusal(lambda soql=soql: world[0].query(caller, soql, version="68.0"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_any_text_is_answered_or_refused(world: tuple[Queries, Searches], text: str) -> None:
    caller = make_caller()
    for soql in (text, f"SELECT Id FROM Account WHERE Name = '{text}'", f"SELECT {text} FROM Account"):
        answer_or_refusal(lambda soql=soql: world[0].query(caller, soql, version="68.0"))
    for sosl in (text, f"FIND {{{text}}}", f"FIND {{acme}} RETURNING {text}"):
        answer_or_refusal(lambda sosl=sosl: world[1].search(caller, sosl, version="68.0"))
    answer_or_refusal(lambda: world[1].parameterized(caller, {"q": text}, version="68.0"))


DEEP = [
    "SELECT Id FROM Account WHERE " + "(" * 10_000 + "Name = 'a'" + ")" * 10_000,
    "SELECT Id FROM Account WHERE " + "NOT " * 10_000 + "Name = 'a'",
    "SELECT Id FROM Account WHERE " + "(" * 60 + "Name = 'Acme'" + ")" * 60,
    "SELECT Id FROM Account WHERE " + " OR ".join(f"Name = 'n{n}'" for n in range(5_000)),
    "SELECT Id FROM Account WHERE " + " AND ".join(f"Name != 'n{n}'" for n in range(5_000)),
    "SELECT Id FROM Account WHERE Name IN (" + ",".join(f"'n{n}'" for n in range(10_000)) + ")",
    "SELECT " + "FORMAT(" * 5_000 + "Name" + ")" * 5_000 + " FROM Account",
    "SELECT " + "(SELECT Id, " * 3_000 + "Id FROM Contacts" + ")" * 3_000 + " FROM Account",
    "SELECT " + ".".join(["Parent"] * 5_000) + ".Name FROM Account",
    "SELECT " + ", ".join(f"CreatedDate a{n}" for n in range(3_000)) + " FROM Account GROUP BY CreatedDate",
    "SELECT " + ", ".join(f"COUNT(Id) a{n}" for n in range(3_000)) + " FROM Account",
    "SELECT Id FROM Account WHERE Name LIKE '" + "%a" * 1_900 + "'",
    "SELECT Id FROM Account ORDER BY " + ", ".join(["Name"] * 5_000),
    "SELECT Id FROM Account GROUP BY " + ", ".join(["Id"] * 5_000),
    "SELECT Id FROM Account WHERE AnnualRevenue > 1e999",
    "SELECT Id FROM Account WHERE NumberOfEmployees = " + "9" * 5_000,
    "SELECT Id FROM Account WHERE CreatedDate = N_DAYS_AGO:" + "9" * 50,
    "SELECT Id FROM Account WHERE CreatedDate > 0001-01-01T00:00:00+14:00",
    "SELECT Id FROM Account WHERE Name = '\\uD800'",
    "SELECT Id FROM Account LIMIT " + "9" * 5_000,
    "SELECT " + ", ".join("Parent." * n + "Name" for n in range(1, 6)) + " FROM Account",
]  # fmt: skip


@pytest.mark.parametrize("soql", DEEP, ids=range(len(DEEP)))
def test_a_query_past_every_measure_is_answered_or_refused(world: tuple[Queries, Searches], soql: str) -> None:
    answer_or_refusal(lambda: world[0].query(make_caller(), soql, version="68.0"))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "acme",
        "acme " * 2_000,
        "acme OR " * 1_000 + "acme",
        "ac NOT " * 500 + "acme",
        '"' * 3_999,
        "ab\\",
    ],
    ids=range(6),
)
def test_a_search_past_every_measure_is_answered_or_refused(world: tuple[Queries, Searches], text: str) -> None:
    answer_or_refusal(lambda: world[1].search(make_caller(), f"FIND {{{text}}}", version="68.0"))
