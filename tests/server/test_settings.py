"""What the environment may say, and what is refused with the name of its variable."""

import pytest

from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.settings import Settings


def test_each_kind_of_value_is_read_as_what_it_is():
    settings = Settings.load(
        {
            "PUBLIC_URL": "https://mcp.example.com",
            "READ_ONLY": "True",
            "CALLS_PER_MINUTE": "7",
            "TOOLSETS": " core, bulk ,",
            "TABLE_NAME": "Table",
            "RESULT_TOKENS": "",
        }
    )
    assert (settings.read_only, settings.calls_per_minute, settings.toolsets) == (True, 7, ("core", "bulk"))
    assert (settings.table_name, settings.result_tokens) == ("Table", Settings().result_tokens)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CALLS_PER_MINUTE", "many"),
        ("CALLS_PER_MINUTE", "-1"),
        ("CALLS_PER_MINUTE", "1.5"),
        ("RESULT_TOKENS", "²"),
        ("READ_ONLY", "yes"),
        ("PUBLIC_URL", "mcp.example.com"),
        ("PUBLIC_URL", "http://mcp.example.com"),
        ("PUBLIC_URL", "https://mcp.example.com/mcp"),
        ("PUBLIC_URL", "https://user@mcp.example.com"),
    ],
)
def test_an_impossible_value_is_refused_by_the_name_of_its_variable(variable, value):
    with pytest.raises(Misconfigured, match=variable):
        Settings.load({variable: value})
