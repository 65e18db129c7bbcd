"""Sharing of the one private object: who may see, edit or give away which case.

https://developer.salesforce.com/docs/atlas.en-us.securityImplGuide.meta/securityImplGuide/sharing_model_fields_case.htm
"""

from collections.abc import Iterable

CASE = "Case"
# What belongs to a case is seen by who sees the case.
OF_CASES = {
    "CaseArticle": "CaseId",
    "CaseComment": "ParentId",
    "CaseHistory": "CaseId",
    "CaseMilestone": "CaseId",
    "CaseShare": "CaseId",
    "CaseSolution": "CaseId",
    "EmailMessage": "ParentId",
}
# The access levels of a share that allow to do something with the record.
LEVELS = {"read": ("Read", "Edit", "All"), "edit": ("Edit", "All"), "delete": ("All",), "transfer": ("All",)}

# The user, and everybody below them in the role hierarchy.
_PEOPLE = """
below(id) AS (
    SELECT r.Id FROM "UserRole" r JOIN "User" u ON u.UserRoleId = r.ParentRoleId WHERE u.Id = '{user}'
    UNION SELECT r.Id FROM "UserRole" r JOIN below ON r.ParentRoleId = below.id),
person(id, own) AS (
    SELECT '{user}', 1
    UNION SELECT Id, 0 FROM "User" WHERE UserRoleId IN (SELECT id FROM below))"""
# Whose access the user has: that of these people, and of the groups and queues they are in, unless a group keeps its
# access from the bosses of its members.
_IDENTITIES = f"""
WITH RECURSIVE {_PEOPLE},
held(id, own) AS (
    SELECT id, own FROM person
    UNION SELECT m.GroupId, held.own FROM "GroupMember" m JOIN held ON m.UserOrGroupId = held.id
        JOIN "Group" g ON g.Id = m.GroupId WHERE held.own OR g.DoesIncludeBosses)
SELECT id FROM held"""  # noqa: S608 - constants
# An account's owner reaches its cases as far as the owner's role says.
_GRANTED = """({case} IN (
    SELECT CaseId FROM "CaseShare" WHERE CaseAccessLevel IN ({levels}) AND UserOrGroupId IN ({identities}))
OR {case} IN (
    SELECT c.Id FROM "Case" c JOIN "Account" a ON a.Id = c.AccountId JOIN "User" o ON o.Id = a.OwnerId
    JOIN "UserRole" r ON r.Id = o.UserRoleId
    WHERE r.CaseAccessForAccountOwner IN ({levels}) AND a.OwnerId IN ({identities})))"""


def seen(user_id: str, name: str, attached_by: str | None = None) -> str | None:
    """SQL on an object's alias {t} that leaves what a user may see of cases and of what belongs to them."""
    if name == CASE:
        return granted(user_id, "{t}.Id", "read")
    if reference := OF_CASES.get(name):
        return f"({{t}}.{reference} IS NULL OR {granted(user_id, f'{{t}}.{reference}', 'read')})"
    if attached_by:
        return f"(substr({{t}}.{attached_by}, 1, 3) != '500' OR {granted(user_id, f'{{t}}.{attached_by}', 'read')})"
    return None


def at_or_below(user_id: str) -> str:
    """SQL: the ids of a user and of everybody below them."""
    return f"WITH RECURSIVE {_PEOPLE} SELECT id FROM person".format(user=user_id)  # noqa: S608


def granted(user_id: str, case: str, right: str) -> str:
    """SQL: whether a user reaches a case; `case` is the expression of its id."""
    return _GRANTED.format(case=case, levels=_listed(LEVELS[right]), identities=_IDENTITIES.format(user=user_id))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
