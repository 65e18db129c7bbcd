"""Text in, tree out.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
"""

from functools import lru_cache

from salesforce_emulator.errors import Refused
from salesforce_emulator.soql.clauses import query
from salesforce_emulator.soql.rules import check
from salesforce_emulator.soql.source import Source
from salesforce_emulator.soql.stream import Stream
from salesforce_emulator.soql.tree import Query

LONGEST = 100_000


@lru_cache(maxsize=256)
def parse(text: str) -> Query:
    """Read a query and check all that can be checked without knowing the org."""
    if not text.strip():
        raise Refused(400, "MALFORMED_QUERY", "SOQL statements cannot be empty or null")
    if len(text) > LONGEST:
        raise Refused(400, "MALFORMED_QUERY", f"SOQL statements cannot be longer than {LONGEST} characters")
    source = Source(text)
    stream = Stream(source)
    tree = query(stream)
    if stream.token.kind != "end":
        raise stream.unexpected()
    check(tree, source)
    return tree
