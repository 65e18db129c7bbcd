"""Words of a person inside a search."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_mcp.errors import InvalidQuery
from salesforce_mcp.salesforce.sosl import escape, require_find


@given(st.text())
def test_no_reserved_character_is_left_unescaped(words):
    left = re.sub(r"\\.", "", escape(words))
    assert not set(left) & set("?&|!{}[]()^~*:\\'+-")


@pytest.mark.parametrize(
    ("words", "escaped"),
    [
        ("Acme", "Acme"),
        ("Smith & Sons", "Smith \\& Sons"),
        ("C++ (beta)", "C\\+\\+ \\(beta\\)"),
        ("joe@acme-corp.com", "joe@acme\\-corp.com"),
        ("salt AND pepper", 'salt "AND" pepper'),
        ("}] RETURNING User(Id", "\\}\\] RETURNING User\\(Id"),
        ("  two \n words ", "two words"),
    ],
)
def test_words_are_found_as_they_are(words, escaped):
    assert escape(words) == escaped


def test_only_searches_are_run():
    assert require_find(" find {Acme}") == " find {Acme}"
    for sosl in ("", "SELECT Id FROM Account", "FIND {" + "x" * 100_000 + "}"):
        with pytest.raises(InvalidQuery) as caught:
            require_find(sosl)
        assert caught.value.code == "MALFORMED_SEARCH"
