"""The catalogue on a terminal."""

import json


def print_tools(*, as_json: bool) -> int:
    from salesforce_mcp.tools.listing import as_text, listing

    print(json.dumps(listing(), indent=2) if as_json else as_text())
    return 0
