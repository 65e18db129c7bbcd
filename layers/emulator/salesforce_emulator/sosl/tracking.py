"""What was searched for in the knowledge base, by searches that say UPDATE TRACKING.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_update_tracking.htm
"""

import re
import sqlite3

from salesforce_emulator.soql.tree import Comparison, Literal, Path, Query, together

TABLE = "CREATE TABLE IF NOT EXISTS _knowledge_search (user_id TEXT, language TEXT, words TEXT)"
OF_OTHERS = (
    "SELECT words FROM _knowledge_search WHERE user_id != ? AND language = ?"
    " GROUP BY words ORDER BY count(*) DESC, words"
)
USUAL_LANGUAGE = "en_US"
SYMBOLS = re.compile(r"[\"'*?{}\\]")


def create_table(connection: sqlite3.Connection) -> None:
    connection.execute(TABLE)


def remember(connection: sqlite3.Connection, user_id: str, words: str, query: Query) -> None:
    name = query.origins[0].path.names[0].lower()
    if name == "knowledgearticleversion" or name.endswith("__kav"):
        row = (user_id, _language(query), plain(words))
        connection.execute("INSERT INTO _knowledge_search VALUES (?, ?, ?)", row)


def searched_by_others(connection: sqlite3.Connection, user_id: str, beginning: str, language: str) -> list[str]:
    """The most frequent first. What is typed is the beginning of a word, never its middle."""
    wanted = re.compile(rf"(?:^|\s){re.escape(plain(beginning))}", re.IGNORECASE)
    found = (words for (words,) in connection.execute(OF_OTHERS, (user_id, language)))
    return [words for words in found if wanted.search(words)]


def plain(words: str) -> str:
    """Quotation marks and wildcards do not count."""
    return " ".join(SYMBOLS.sub(" ", words).lower().split())


def _language(query: Query) -> str:
    for one in together(query.where):
        if not isinstance(one, Comparison) or not isinstance(one.left, Path) or not isinstance(one.right, Literal):
            continue
        if one.left.names[-1].lower() == "language":
            return str(one.right.value)
    return USUAL_LANGUAGE
