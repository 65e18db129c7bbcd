"""FastMCP #3502, SDK CVE-2026-116686: a schema that makes the reader fetch."""

import pytest

from salesforce_mcp.tools.listing import listing


def references(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [str(value[name]) for name in ("$ref", "$id", "$schema", "$dynamicRef") if name in value]
        return own + [found for one in value.values() for found in references(one)]
    if isinstance(value, list):
        return [found for one in value for found in references(one)]
    return []


def test_there_are_tools_to_look_at():
    assert len(listing()) >= 21


@pytest.mark.parametrize("tool", listing(), ids=lambda tool: tool["name"])
def test_no_schema_refers_outside_itself(tool):
    assert [one for one in references(tool) if not one.startswith("#/")] == []
