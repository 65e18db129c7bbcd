"""Data categories, as far as this user sees them: the trees by which articles are classified.

https://developer.salesforce.com/docs/atlas.en-us.knowledge_dev.meta/knowledge_dev/resources_knowledge_support_dcgroups.htm
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.paths import shown
from salesforce_mcp.salesforce.soql import identifier

_MOST_TOLD = 40


@dataclass(frozen=True)
class _Category:
    group: str
    name: str
    names: frozenset[str]  # what it may be called, in small letters
    below: tuple[str, ...]  # the categories that stand for it in a query


async def within(org: Salesforce, wanted: str) -> str:
    """The clause that leaves the articles of a category and of those below it; a group stands for all of its own."""
    params = {"sObjectName": "KnowledgeArticleVersion", "topCategoriesOnly": "false"}
    answer = await org.resource("support", "dataCategoryGroups", params=params)
    known = [one for group in answer.get("categoryGroups") or [] for one in _categories(group)]
    group, _, name = (part.strip().lower() for part in wanted.rpartition(":"))
    found = [one for one in known if name in one.names and group in ("", one.group.lower())]
    if len(found) == 1:
        below = ", ".join(f"{identifier(one)}__c" for one in found[0].below)
        return f" WITH DATA CATEGORY {identifier(found[0].group)}__c BELOW ({below})"
    if found:
        raise InvalidInput(
            f"Several groups have a data category {shown(wanted)}",
            fields=["category"],
            hint=f"Write {' or '.join(f'{one.group}:{one.name}' for one in found)}.",
        )
    raise NotFound(
        f"There is no data category {shown(wanted)} that this user may see", fields=["category"], hint=_told(known)
    )


def _categories(group: Mapping[str, Any]) -> Iterator[_Category]:
    tops = group.get("topCategories") or []
    inside = [one for top in tops for one in _tree(str(group["name"]), top)]
    yield from inside
    names = _names(group)
    if not any(names & one.names for one in inside):
        yield _Category(str(group["name"]), str(group["name"]), names, tuple(str(top["name"]) for top in tops))


def _tree(group: str, category: Mapping[str, Any]) -> Iterator[_Category]:
    name = str(category["name"])
    yield _Category(group, name, _names(category), (name,))
    for child in category.get("childCategories") or []:
        yield from _tree(group, child)


def _names(one: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(one.get(key) or one["name"]).lower() for key in ("name", "label"))


def _told(known: Sequence[_Category]) -> str:
    if not known:
        return "This org shows this user no data categories: leave it out."
    names = list(dict.fromkeys(one.name for one in known))
    more = f" and {len(names) - _MOST_TOLD} more" if len(names) > _MOST_TOLD else ""
    return f"There are {', '.join(names[:_MOST_TOLD])}{more}."
