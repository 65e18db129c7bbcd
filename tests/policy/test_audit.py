"""What a line of the audit says of a call, whatever the call holds."""

import time

import pytest

from salesforce_mcp.policy.audit import subjects_of

QUOTES = "\\'" * 500_000


@pytest.mark.parametrize("soql", ["SELECT Id FROM Account WHERE Name = '" + QUOTES, "'" * 1_000_001, QUOTES, "'\\"])  # noqa: S608
def test_a_text_that_is_never_closed_is_read_once(soql):
    began = time.process_time()
    subjects_of({"soql": soql})
    assert time.process_time() - began < 2


def test_a_from_inside_a_text_is_no_object_however_the_text_is_written():
    for text in (r"\' FROM Case", "a\n FROM Case", r"\\", "\\\n FROM Case", " FROM Case"):
        assert subjects_of({"soql": f"SELECT Id FROM Lead WHERE Name = '{text}' LIMIT 1"}) == {"object": "Lead"}, text  # noqa: S608
    assert subjects_of({"soql": "SELECT Id FROM Lead WHERE Name = ' FROM Case"}) == {"object": "Lead"}
