"""What makes a well-formed query invalid whatever the org: facts of the text alone."""

import re
from collections.abc import Iterator

from salesforce_emulator.soql.expressions import DATE_PARTS, PRESENTATIONS
from salesforce_emulator.soql.source import Source
from salesforce_emulator.soql.tree import (
    AGGREGATES,
    And,
    Call,
    Comparison,
    Condition,
    Fields,
    Membership,
    Multipicklist,
    Not,
    Or,
    Path,
    Query,
    Selected,
    Subquery,
    Typeof,
    is_bare_count,
    together,
)

MOST_OFFSET = 2_000
MOST_FIELDS_ROWS = 200
MOST_SUBQUERIES = 20
MOST_LEVELS = 5  # of parent-to-child relationships, the root's own counted
_ALIASED = AGGREGATES | DATE_PARTS | PRESENTATIONS | {"GROUPING", "DISTANCE"}


def check(query: Query, source: Source) -> None:
    _check_query(query, source, level=1)


def _check_query(query: Query, source: Source, *, level: int) -> None:
    _check_count(query, source, level)
    _check_aliases(query, source)
    _check_fields(query, source)
    _check_grouping(query, source)
    _check_numbers(query, source)
    _check_semi_joins(query, source)
    subqueries = [item for item in query.items if isinstance(item, Subquery)]
    if len(subqueries) > MOST_SUBQUERIES:
        message = f"Maximum number of child relationship subqueries allowed is {MOST_SUBQUERIES}"
        raise source.refused(subqueries[MOST_SUBQUERIES].offset, message)
    for subquery in subqueries:
        if level >= MOST_LEVELS:
            message = (
                f"SOQL relationship queries can have at most {MOST_LEVELS} levels of parent-to-child relationships"
            )
            raise source.refused(subquery.offset, message)
        _check_query(subquery.query, source, level=level + 1)


def _check_count(query: Query, source: Source, level: int) -> None:
    if level > 1 and query.is_aggregate:
        raise source.refused(query.offset, "only root queries support aggregate expressions")
    if not query.is_count:
        return
    first = query.items[0]
    if not (isinstance(first, Selected) and is_bare_count(first.expression)):
        counted = next(i for i in query.items if isinstance(i, Selected) and is_bare_count(i.expression))
        raise source.unexpected(source.text.index(")", counted.offset), ")")
    if first.alias:
        raise source.unexpected(source.text.index(first.alias, source.text.index(")", first.offset)), first.alias)
    if len(query.items) > 1:
        raise source.unexpected(source.text.index(",", first.offset), ",")
    if query.grouping:
        raise source.refused(query.grouping.offset, "Grouped query cannot use COUNT() without a field")
    if query.orderings:
        ordered = query.orderings[0]
        raise source.refused(ordered.offset, f"Ordered field must be grouped or aggregated: {ordered.expression}")


def _check_aliases(query: Query, source: Source) -> None:
    for item in query.items:
        if not isinstance(item, Selected) or item.alias is None or query.grouping:
            continue
        if isinstance(item.expression, Path) or item.expression.function not in _ALIASED:
            raise source.refused(item.offset, "Only aggregate expressions use field aliasing")


def _check_fields(query: Query, source: Source) -> None:
    for item in query.items:
        if not isinstance(item, Fields):
            continue
        if query.is_aggregate:
            raise source.refused(item.offset, "The SOQL FIELDS function is not supported with GROUP BY or aggregates")
        if item.group == "STANDARD":
            continue
        bounded = query.limit is not None and query.limit.number <= MOST_FIELDS_ROWS
        if not bounded and not _names_few_ids(query.where):
            raise source.refused(
                item.offset, f"The SOQL FIELDS function must have a LIMIT of at most {MOST_FIELDS_ROWS}"
            )


def _names_few_ids(where: Condition | None) -> bool:
    for one in together(where):
        if not isinstance(one, Comparison | Membership) or not isinstance(one.left, Path):
            continue
        if one.left.names[-1].lower() != "id" or len(one.left.names) > 2:
            continue
        if isinstance(one, Comparison) and one.operator == "=":
            return True
        if isinstance(one, Membership) and not one.negated and isinstance(one.values, tuple):
            return len(one.values) <= MOST_FIELDS_ROWS
    return False


def _check_grouping(query: Query, source: Source) -> None:
    if query.having and not query.grouping:
        words = list(re.finditer("having", source.text[: query.having.offset], re.IGNORECASE))
        raise source.unexpected(words[-1].start(), words[-1].group())
    if query.is_aggregate and not query.is_count:
        _check_grouped_items(query, source)
    if query.grouping is None:
        if query.limit and query.is_aggregate and not query.is_count:
            message = "Non-grouped query that uses overall aggregate functions cannot also use LIMIT"
            raise source.refused(query.limit.offset, message)
        return
    if query.grouping.kind != "PLAIN" and len(query.grouping.expressions) > 3:
        message = f"GROUP BY {query.grouping.kind} allows at most 3 fields"
        raise source.refused(query.grouping.expressions[3].offset, message)


def _check_grouped_items(query: Query, source: Source) -> None:
    for item in query.items:
        if isinstance(item, Subquery):
            raise source.refused(item.offset, "Grouped query cannot use child relationships in the SELECT list")
        if isinstance(item, Typeof):
            raise source.refused(item.offset, "Grouped query cannot use TYPEOF in the SELECT list")


def _check_numbers(query: Query, source: Source) -> None:
    if query.skip and query.skip.number > MOST_OFFSET:
        message = f"Maximum SOQL offset allowed is {MOST_OFFSET}"
        raise source.refused(query.skip.offset, message, "NUMBER_OUTSIDE_VALID_RANGE")


def _check_semi_joins(query: Query, source: Source) -> None:
    top_level = set(map(id, together(query.where)))
    count = 0
    for one in [*_every(query.where), *_every(query.having)]:
        if not isinstance(one, Membership) or not isinstance(one.values, Query):
            continue
        count += 1
        if id(one) not in top_level:
            message = (
                "Semi join sub-selects are only allowed at the top level WHERE expressions "
                "and not in nested WHERE expressions."
            )
            raise source.refused(one.offset, message)
        if count > 2:
            raise source.refused(one.offset, "Maximum 2 semi join sub-selects are allowed in a query")
        _check_semi_join(one.values, source)


def _check_semi_join(inner: Query, source: Source) -> None:
    item = inner.items[0]
    if inner.is_aggregate:
        raise source.refused(item.offset, "only root queries support aggregate expressions")
    if len(inner.items) != 1 or not isinstance(item, Selected) or isinstance(item.expression, Call) or item.alias:
        raise source.refused(item.offset, "Semi join sub-selects must select exactly one id or reference field")
    for present, clause in (
        (inner.orderings, "ORDER BY"),
        (inner.limit, "LIMIT"),
        (inner.skip, "OFFSET"),
        (inner.purposes, "FOR"),
        (inner.all_rows, "ALL ROWS"),
        (inner.scope, "USING SCOPE"),
    ):
        if present:
            raise source.refused(inner.offset, f"{clause} is not allowed in semi join sub-selects")
    for one in _every(inner.where):
        if isinstance(one, Membership) and isinstance(one.values, Query):
            raise source.refused(one.offset, "Nesting of semi join sub-selects is not supported")


def _every(where: Condition | None) -> Iterator[Condition]:
    if isinstance(where, And | Or):
        for one in where.conditions:
            yield from _every(one)
    elif isinstance(where, Not):
        yield from _every(where.condition)
    elif isinstance(where, Comparison | Membership | Multipicklist):
        yield where
