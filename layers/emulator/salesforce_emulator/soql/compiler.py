"""Tree in, statements of SQLite out."""

from salesforce_emulator.schema.model import Field, Object
from salesforce_emulator.soql.categorized import in_categories
from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.groups import group_plan
from salesforce_emulator.soql.operands import Operands
from salesforce_emulator.soql.ordering import order_by, sort_keys
from salesforce_emulator.soql.plans import NO_LIMIT, ChildPlan, CountPlan, Plan, RowPlan
from salesforce_emulator.soql.predicates import Predicates
from salesforce_emulator.soql.restrictions import check_required_filter, in_scope
from salesforce_emulator.soql.scope import Scope
from salesforce_emulator.soql.select import Selection
from salesforce_emulator.soql.semijoins import SemiJoins
from salesforce_emulator.soql.sql import Sql, bound, every, sql
from salesforce_emulator.soql.tree import Origin, Query, Subquery


def compile_query(environment: Environment, query: Query) -> Plan:
    """Compile a query for a caller. INVALID_FIELD or INVALID_TYPE for all that does not exist for them."""
    origin = query.origins[0]
    root = environment.object(origin.path.names[0]) if len(origin.path.names) == 1 else None
    if root is None:
        raise environment.no_such_object(origin.offset, str(origin.path))
    check_required_filter(query, root)
    scope = make_scope(environment, root, query.origins)
    if query.is_count:
        return _count(environment, scope, query)
    if query.is_aggregate:
        where = _where(environment, scope, query)
        return group_plan(environment, scope, query, (*where, *_visible(environment, scope, query)))
    return compile_rows(environment, scope, query)


def make_scope(environment: Environment, root: Object, origins: tuple[Origin, ...]) -> Scope:
    """A FROM clause: an object, and maybe parents of it under names of their own."""
    first, *others = origins
    names: dict[str, tuple[str, ...]] = {}
    if first.alias:
        names[first.alias.lower()] = ()
    for other in others:
        start, *rest = other.path.names
        known = names.get(start.lower(), () if start.lower() == root.name.lower() else None)
        if known is None or not rest:
            raise environment.no_such_object(other.offset, str(other.path))
        names[(other.alias or rest[-1]).lower()] = (*known, *rest)
    scope = Scope(environment, root, names)
    for other in others:
        scope.parent(other.path)
    return scope


def _count(environment: Environment, scope: Scope, query: Query) -> CountPlan:
    where = every([*_where(environment, scope, query), *_visible(environment, scope, query), Sql("1")])
    statement = sql("SELECT COUNT(*) FROM {} WHERE {}", scope.tables(), where)
    if query.limit or query.skip:
        limit = bound(query.limit.number if query.limit else NO_LIMIT)
        skip = bound(query.skip.number if query.skip else 0)
        inner = sql("SELECT 1 FROM {} WHERE {} LIMIT {} OFFSET {}", scope.tables(), where, limit, skip)
        statement = sql("SELECT COUNT(*) FROM ({})", inner)
    return CountPlan(scope.root.object, statement)


def compile_rows(environment: Environment, scope: Scope, query: Query, conditions: tuple[Sql, ...] = ()) -> RowPlan:
    """A query for records, under conditions of its own or from outside, such as a search."""
    operands = Operands(environment, scope)
    selection = Selection(environment, scope, operands)
    children: list[ChildPlan] = []
    for item in query.items:
        if isinstance(item, Subquery):
            child = _child(environment, scope.root.object, item)
            selection.key(selection.shape, child.key, lambda _: None, item.offset)
            children.append(child)
        else:
            selection.add(item)
    where = (*_where(environment, scope, query), *conditions)
    visible = _visible(environment, scope, query)
    order = order_by(sort_keys(environment, query.orderings, operands.operand))
    return RowPlan(
        object=scope.root.object,
        alias=scope.root.alias,
        columns=tuple(selection.columns),
        joins=scope.joins(),
        where=(*where, *visible),
        visible=visible,
        order=order,
        limit=query.limit.number if query.limit else None,
        skip=query.skip.number if query.skip else 0,
        shape=selection.shape,
        children=tuple(children),
    )


def child_of(environment: Environment, parent: Object, item: Subquery) -> tuple[Object, Field]:
    """The object behind a child relationship, and its reference to the parent."""
    origin = item.query.origins[0]
    found = _relationship(environment, parent, origin)
    if found is None:
        raise environment.no_such_children(origin.offset, origin.path.names[-1])
    return found


def _child(environment: Environment, parent: Object, item: Subquery) -> ChildPlan:
    child, reference = child_of(environment, parent, item)
    scope = make_scope(environment, child, item.query.origins)
    plan = compile_rows(environment, scope, item.query)
    link = scope.own_column(scope.root, reference).sql
    return ChildPlan(reference.child_relationship or child.name, plan, link)


def _relationship(environment: Environment, parent: Object, origin: Origin) -> tuple[Object, Field] | None:
    wanted = origin.path.names[-1].lower()
    for child in environment.schema:
        for reference in child.fields:
            name = reference.child_relationship
            if name is None or name.lower() != wanted or parent.name not in reference.reference_to:
                continue
            if environment.object(child.name) and environment.field(child, reference.name):
                return child, reference
    return None


def _where(environment: Environment, scope: Scope, query: Query) -> tuple[Sql, ...]:
    conditions: list[Sql] = []
    if query.restriction:
        conditions.append(in_categories(environment, scope, query.restriction))
    if query.where:
        operand = Operands(environment, scope).operand
        semi_joins = SemiJoins(environment, scope, make_scope, _where_of_semi_join)
        conditions.append(Predicates(environment, operand, semi_joins.predicate).predicate(query.where))
    if query.scope:
        conditions.append(in_scope(environment, scope, query))
    return tuple(conditions)


def _where_of_semi_join(environment: Environment, scope: Scope, query: Query) -> tuple[Sql, ...]:
    return (*_where(environment, scope, query), *_visible(environment, scope, query))


def _visible(environment: Environment, scope: Scope, query: Query) -> tuple[Sql, ...]:
    """Neither deleted nor archived, unless all rows are asked for, and only what the caller may see."""
    conditions: list[Sql] = []
    root = scope.root
    if not environment.all_rows and not query.all_rows:
        hidden = [name for name in ("IsDeleted", "IsArchived") if root.object.field(name)]
        conditions += [Sql(f'{root.alias}."{name}" = 0') for name in hidden if _hides(root.object, name)]
    if visible := environment.visible_rows(root.object, root.alias):
        conditions.append(Sql(visible))
    return tuple(conditions)


def _hides(one: Object, name: str) -> bool:
    # Only activities are archived out of sight; elsewhere IsArchived is a field like others.
    return name == "IsDeleted" or one.name in {"Task", "Event"}
