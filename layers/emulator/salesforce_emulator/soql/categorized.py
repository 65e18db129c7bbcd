"""WITH DATA CATEGORY: articles by their classification, in SOQL and in SOSL.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_with_datacategory.htm
"""

import re

from salesforce_emulator import categories
from salesforce_emulator.errors import NotEmulated
from salesforce_emulator.rules.knowledge import KAV
from salesforce_emulator.soql.environment import Environment
from salesforce_emulator.soql.scope import Scope
from salesforce_emulator.soql.sql import Sql, bound, every, joined, sql
from salesforce_emulator.soql.tree import With

_CLAUSE = re.compile(r"DATA CATEGORY (.+)", re.IGNORECASE)
_SELECTION = re.compile(r"(\w+) (AT|ABOVE|BELOW|ABOVE_OR_BELOW) (?:\( ([\w ,]+) \)|(\w+))", re.IGNORECASE)
_MOST = 3
_CHOSEN = (
    'SELECT "ParentId" FROM "Knowledge__DataCategorySelection"'
    ' WHERE "IsDeleted" = 0 AND "DataCategoryGroupName" = {} AND "DataCategoryName" IN ({})'
)


def in_categories(environment: Environment, scope: Scope, restriction: With) -> Sql:
    clause = _CLAUSE.fullmatch(restriction.text)
    if clause is None:
        raise NotEmulated(f"WITH {restriction.text[:60]} in SOQL")
    source, offset = environment.source, restriction.offset
    if scope.root.object.name != KAV:
        raise source.refused(offset, f"WITH DATA CATEGORY is not supported on entity '{scope.root.object.name}'")
    selections = re.split(r" AND ", clause[1], flags=re.IGNORECASE)
    if len(selections) > _MOST:
        raise source.refused(offset, f"WITH DATA CATEGORY takes at most {_MOST} conditions")
    conditions = []
    for text in selections:
        found = _SELECTION.fullmatch(text)
        if found is None:
            raise source.unexpected(offset, text[:60])
        group, operator, several, single = found.groups()
        if group.lower() != f"{categories.GROUP}__c".lower():
            raise source.refused(offset, f"Data category group '{group}' does not exist")
        names: set[str] = set()
        for name in re.split(r" , ", several) if several else [single]:
            near = categories.near(name[:-3], operator.upper()) if name.lower().endswith("__c") else set()
            if not near:
                raise source.refused(offset, f"Data category '{name}' does not exist in group '{group}'")
            names |= near
        listed = joined([bound(name) for name in sorted(names)])
        conditions.append(sql(f"{{}} IN ({_CHOSEN})", scope.root.id, bound(categories.GROUP), listed))
    return every(conditions)
