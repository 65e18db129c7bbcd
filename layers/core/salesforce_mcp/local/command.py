"""The command salesforce-mcp: dev, stdio and tools. Each imports what it needs when it is chosen."""

import argparse
import os
import sys
from collections.abc import Sequence

from salesforce_mcp.errors import Failure

WRONG_USE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except Failure as failure:
        print(f"{failure.message}. {failure.hint}".strip(), file=sys.stderr)
        return WRONG_USE


def _run(options: argparse.Namespace) -> int:
    if options.command == "dev":
        from salesforce_mcp.local.dev import serve

        return serve(options.port, options.org_port)
    if options.command == "stdio":
        from salesforce_mcp.local.stdio import serve_stdio

        return serve_stdio(os.environ)
    from salesforce_mcp.local.tools import print_tools

    return print_tools(as_json=options.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="salesforce-mcp", description="The Salesforce MCP server you host yourself.")
    commands = parser.add_subparsers(dest="command", required=True)
    dev = commands.add_parser("dev", help="the whole product on this machine, with an emulated Salesforce org")
    dev.add_argument("--port", type=int, default=8000, help="port of the MCP server (default: %(default)s)")
    dev.add_argument("--org-port", type=int, default=8001, help="port of the emulated org (default: %(default)s)")
    commands.add_parser("stdio", help="the same tools for a local client; credentials from the environment")
    tools = commands.add_parser("tools", help="every tool and its size in tokens")
    tools.add_argument("--json", action="store_true", help="as a client sees them")
    return parser
