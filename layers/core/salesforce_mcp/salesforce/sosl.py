"""Words of a person inside a SOSL statement.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_find.htm
"""

import re

from salesforce_mcp.errors import InvalidQuery

LONGEST = 100_000

_RESERVED = re.compile(r"""[?&|!{}\[\]()^~*:\\"'+-]""")
# As words these are operators; in quotes they are words.
_OPERATORS = {"and", "or", "not"}


def escape(words: str) -> str:
    """Text to stand inside FIND {…}: it finds what it says, and nothing in it is an operator."""
    escaped = _RESERVED.sub(lambda found: "\\" + found.group(), " ".join(words.split()))
    return " ".join(f'"{word}"' if word.lower() in _OPERATORS else word for word in escaped.split(" "))


def require_find(sosl: str) -> str:
    """Return a statement that searches; refuse any other before it is sent."""
    if not sosl.lstrip()[:4].lower() == "find":
        raise InvalidQuery(
            "Only FIND statements are run here",
            code="MALFORMED_SEARCH",
            hint="Write FIND {words} IN ALL FIELDS RETURNING Account(Id, Name), Contact(Id, Name).",
        )
    if len(sosl) > LONGEST:
        raise InvalidQuery(
            f"The search has {len(sosl):,} characters; Salesforce takes {LONGEST:,}", code="MALFORMED_SEARCH"
        )
    return sosl
