"""What the platform asks of queries on some objects, and USING SCOPE."""

from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.schema.model import Object
from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.scope import Scope
from salesforce_emulator.soql.sql import Sql, bound, sql
from salesforce_emulator.soql.tree import And, Comparison, Condition, Membership, Path, Query

_LINK_FIELDS = {"contentdocumentid", "linkedentityid"}
_SCOPES = {"delegated", "my_team_territory", "team"}
_OF_TERRITORIES = (
    'SELECT o."ObjectId" FROM "ObjectTerritory2Association" o JOIN "UserTerritory2Association" u'
    ' ON u."Territory2Id" = o."Territory2Id" WHERE o."IsDeleted" = 0 AND u."IsActive" = 1 AND u."UserId" = {}'
)
_OF_GROUPS = 'SELECT "GroupId" FROM "GroupMember" WHERE "UserOrGroupId" = {}'


def check_required_filter(query: Query, root: Object) -> None:
    if root.name != "ContentDocumentLink" or _filters_link(query.where):
        return
    message = (
        "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or "
        "LinkedEntityId using the equals operator or multiple Id's using the IN operator."
    )
    raise Refused(400, "MALFORMED_QUERY", message)


def _filters_link(where: Condition | None) -> bool:
    if isinstance(where, And):
        return any(map(_filters_link, where.conditions))
    if not isinstance(where, Comparison | Membership) or not isinstance(where.left, Path):
        return False
    if where.left.names[-1].lower() not in _LINK_FIELDS:
        return False
    return where.operator == "=" if isinstance(where, Comparison) else not where.negated


def in_scope(environment: Environment, scope: Scope, query: Query) -> Sql:
    """USING SCOPE: whose records."""
    name = (query.scope or "").lower()
    if name == "everything":
        return Sql("1")
    if name == "my_territory" and scope.root.object.name in {"Account", "Lead"}:
        return sql("{} IN ({})", scope.root.id, sql(_OF_TERRITORIES, bound(environment.caller.user_id)))
    if name in _SCOPES:
        raise NotEmulated(f"USING SCOPE {name}")
    owner = environment.field(scope.root.object, "OwnerId")
    if name not in {"mine", "mine_and_my_groups"} or owner is None:
        message = f"invalid scope '{query.scope}' for entity '{scope.root.object.name}'"
        raise environment.source.refused(query.origins[0].offset, message)
    column, user = scope.own_column(scope.root, owner).sql, bound(environment.caller.user_id)
    if name == "mine" or environment.schema.object("GroupMember") is None:
        return sql("({} = {})", column, user)
    return sql("({} = {} OR {} IN ({}))", column, user, column, sql(_OF_GROUPS, user))
