"""A small org of known records, and callers of it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from emulator_soql.world import ADMIN, NOW, REP, fill, place_object

from salesforce_emulator.access import Caller
from salesforce_emulator.org import Org
from salesforce_emulator.queries import Queries
from salesforce_emulator.schema import tables
from salesforce_emulator.schema.loader import load_schema
from salesforce_emulator.searches import Searches


def make_caller(user_id: str = ADMIN, zone: str = "America/Los_Angeles", **changes: Any) -> Caller:
    given = {
        "objects": {one.name: "crud" for one in [*load_schema(), place_object()]},
        "hidden": frozenset(),
        "read_only": frozenset(),
        "permissions": frozenset({"modify_all_data"}),
    } | changes
    prefixes = frozenset(one.key_prefix for one in [*load_schema(), place_object()] if given["objects"].get(one.name))
    given = {"readable_prefixes": prefixes, **given}
    return Caller(user_id=user_id, username="admin@demo.example", time_zone=zone, locale="en_US", **given)


@pytest.fixture(scope="session")
def filled() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(tables.INTERNAL)
    schema = load_schema()
    schema.add(place_object())
    for statement in tables.statements(schema):
        connection.execute(statement)
    fill(connection)
    return connection


@pytest.fixture
def org(filled: sqlite3.Connection) -> Iterator[Org]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    filled.backup(connection)
    schema = load_schema()
    schema.add(place_object())
    with closing(Org(connection, schema, lambda: NOW)) as org:
        yield org


@pytest.fixture
def caller() -> Caller:
    return make_caller()


@pytest.fixture
def rep() -> Caller:
    """A caller from whom some fields and objects are hidden."""
    schema = load_schema()
    objects = {one.name: "crud" for one in [*schema, place_object()] if one.name not in {"Campaign", "Quote"}}
    hidden = {"Account.AnnualRevenue", "Contact.Birthdate", "Account.OwnerId", "Opportunity.AccountId", "Task.WhatId"}
    return make_caller(REP, objects=objects, hidden=frozenset(hidden))


@pytest.fixture
def queries(org: Org) -> Queries:
    return Queries(org)


@pytest.fixture
def searches(org: Org) -> Searches:
    return Searches(org)


@pytest.fixture
def ask(queries: Queries, caller: Caller) -> Callable[..., dict[str, Any]]:
    """Run a query as the administrator."""
    return lambda soql, **options: queries.query(caller, soql, version="68.0", **options)


@pytest.fixture
def names(ask: Callable[..., dict[str, Any]]) -> Callable[[str], list[Any]]:
    """The first column of a query's records."""

    def first(soql: str) -> list[Any]:
        return [list(record.values())[1] for record in ask(soql)["records"]]

    return first
