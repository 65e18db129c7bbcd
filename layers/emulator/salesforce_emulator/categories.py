"""Data categories of articles: the one group of this org, a tree of which only the top has branches.

https://developer.salesforce.com/docs/atlas.en-us.knowledge_dev.meta/knowledge_dev/resources_knowledge_support_dcgroups.htm
"""

GROUP = "Products"
TOP = "All"
CATEGORIES = ("Controllers", "Platform", "Analytics", "Services")
_ABOVE, _BELOW = {"ABOVE", "ABOVE_OR_BELOW"}, {"BELOW", "ABOVE_OR_BELOW"}


def near(name: str, operator: str) -> set[str]:
    """A category, with those above or below it as AT, ABOVE, BELOW and ABOVE_OR_BELOW say. Empty: there is none."""
    known = {one.lower(): one for one in (TOP, *CATEGORIES)}.get(name.lower())
    if known is None:
        return set()
    above = {TOP} if operator in _ABOVE else set()
    below = set(CATEGORIES) if operator in _BELOW and known == TOP else set()
    return {known} | above | below
