"""SOSL searches.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search.htm
"""

from typing import Any

from salesforce_emulator.access import Caller
from salesforce_emulator.org import Org
from salesforce_emulator.schema.model import Object
from salesforce_emulator.soql.compiler import compile_rows, make_scope
from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.functions import register as register_functions
from salesforce_emulator.soql.statements import run
from salesforce_emulator.soql.tree import Origin, Path, Query, Selected
from salesforce_emulator.sosl import matching, tracking
from salesforce_emulator.sosl.parameters import search_of
from salesforce_emulator.sosl.parser import Search, parse_search
from salesforce_emulator.sosl.terms import malformed

MOST = 2_000
MOST_PLAIN = 250  # of an object that is neither filtered nor sorted, or one of several


class Searches:
    def __init__(self, org: Org) -> None:
        self._org = org
        register_functions(org.connection)
        matching.register(org.connection)
        tracking.create_table(org.connection)

    def search(self, caller: Caller, sosl: str, *, version: str) -> Any:
        """{"searchRecords": […]}, and up to v36.0 the bare list."""
        return self._answer(caller, parse_search(sosl), version)

    def parameterized(self, caller: Caller, request: dict[str, Any], *, version: str) -> dict[str, Any]:
        search = search_of(request)
        return {"searchRecords": self._records(self._environment(caller, search, version), search)}

    def _answer(self, caller: Caller, search: Search, version: str) -> Any:
        environment = self._environment(caller, search, version)
        records = self._records(environment, search)
        if search.tracked:
            for query in search.queries:
                tracking.remember(self._org.connection, caller.user_id, search.text, query)
        if float(version) < 37:
            return records
        answer: dict[str, Any] = {"searchRecords": records}
        if search.labels:
            answer["metadata"] = {"entityetadata": [_labels(environment, query) for query in search.queries]}
        return answer

    def _records(self, environment: Environment, search: Search) -> list[dict[str, Any]]:
        queries = search.queries or _everywhere(environment)
        most = MOST if search.limit is None else min(search.limit, MOST)
        share = MOST if len(queries) == 1 else min(MOST // len(queries), MOST_PLAIN)
        found: list[dict[str, Any]] = []
        for query in queries:
            found += self._of_object(environment, search, query, min(share, most - len(found)))
        return found

    def _of_object(self, environment: Environment, search: Search, query: Query, most: int) -> list[dict[str, Any]]:
        origin = query.origins[0]
        one = environment.object(origin.path.names[0])
        if one is None or not one.searchable:
            raise environment.no_such_object(origin.offset, str(origin.path))
        if not query.where and not query.orderings:
            most = min(most, MOST_PLAIN)
        if query.skip and query.skip.number > MOST:
            raise malformed(f"Maximum SOSL offset allowed is {MOST}")
        scope = make_scope(environment, one, query.origins)
        term = search.term
        condition = () if term is None else (matching.condition(environment, scope.root, term, search.group),)
        plan = compile_rows(environment, scope, query, condition)
        if term is None or most <= 0:
            return []
        rows = run(self._org.connection, plan.rows(most))
        return [record for record in map(plan.shape.build, rows) if record]

    def _environment(self, caller: Caller, search: Search, version: str) -> Environment:
        return Environment(
            schema=self._org.schema, caller=caller, source=search.source, now=self._org.now(), version=version
        )


def _everywhere(environment: Environment) -> tuple[Query, ...]:
    """Without RETURNING: the ids of all searchable objects."""
    searchable = [one for one in environment.schema if one.searchable and environment.object(one.name)]
    return tuple(map(_ids_of, searchable))


def _ids_of(one: Object) -> Query:
    item = Selected(Path(("Id",), 0), None, 0)
    return Query(items=(item,), origins=(Origin(Path((one.name,), 0), None, 0),), offset=0)


def _labels(environment: Environment, query: Query) -> dict[str, Any]:
    one = environment.object(query.origins[0].path.names[0])
    assert one is not None  # noqa: S101 (it has been searched)
    paths = [
        item.expression for item in query.items if isinstance(item, Selected) and isinstance(item.expression, Path)
    ]
    fields = [field for field in (environment.field(one, path.names[0]) for path in paths) if field]
    return {"entityName": one.name, "fieldMetadata": [{"name": field.name, "label": field.label} for field in fields]}
