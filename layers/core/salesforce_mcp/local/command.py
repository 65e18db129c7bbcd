"""The command salesforce-mcp: one subcommand a module. Each imports what it needs when it is chosen."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from salesforce_mcp.errors import Failure

WRONG_USE = 2
INTERRUPTED = 130  # as shells say it: 128 and the signal's number


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except Failure as failure:
        print(failure.in_words, file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:  # Ctrl-C before there was anything to end
        return INTERRUPTED


def _run(options: argparse.Namespace) -> int:
    if options.command == "dev":
        from salesforce_mcp.local.dev import serve

        return serve(options.port, options.org_port)
    if options.command == "stdio":
        from salesforce_mcp.local.stdio import serve_stdio

        return serve_stdio(os.environ)
    if options.command == "setup":
        from salesforce_mcp.local.setup import set_up

        return set_up(options.url, Path(options.folder), stack=options.stack, org=options.org)
    if options.command == "doctor":
        from salesforce_mcp.local.doctor import examine

        outcome = examine(options.url, token=options.token)
        if outcome or not options.inside:
            return outcome
        from salesforce_mcp.local.doctor_inside import examine_inside

        return examine_inside(options.url, token=options.token, environment=os.environ)
    if options.command in {"restore", "teardown"}:
        from salesforce_mcp.local.operate import operate

        return operate(options.command, os.environ, sure=options.yes)
    from salesforce_mcp.local.tools import print_tools

    return print_tools(as_json=options.json)


def _port(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"{text} is no port: they go from 1 to 65535")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="salesforce-mcp", description="The Salesforce MCP server you host yourself.")
    commands = parser.add_subparsers(dest="command", required=True)
    dev = commands.add_parser("dev", help="the whole product on this machine, with an emulated Salesforce org")
    dev.add_argument("--port", type=_port, default=8000, help="port of the MCP server (default: %(default)s)")
    dev.add_argument("--org-port", type=_port, default=8001, help="port of the emulated org (default: %(default)s)")
    commands.add_parser(
        "stdio",
        help="the same tools for a local client; credentials from the environment",
        description="Speaks MCP over standard input and output. The environment holds what it signs in with: "
        "docs/settings.md lists the variables; started without them, it names them.",
    )
    tools = commands.add_parser("tools", help="every tool and its size in tokens")
    tools.add_argument("--json", action="store_true", help="as a client sees them")
    setup = commands.add_parser("setup", help="a key and certificate for the JWT bearer flow, and the clicks in Setup")
    setup.add_argument("url", help="the server's address, such as https://mcp.example.com")
    setup.add_argument("--folder", default=".", help="where the key and the certificate go (default: here)")
    setup.add_argument("--stack", default="", help="put the key into this stack's secret instead of a file")
    setup.add_argument("--org", default="default", help="alias of the org whose key it is (default: %(default)s)")
    doctor = commands.add_parser("doctor", help="examine a deployment and name what has to be mended")
    doctor.add_argument("url", help="the address that clients use, such as https://mcp.example.com/mcp")
    doctor.add_argument("--token", default="", help="a bearer token of yours, to try a query and a renewal too")
    doctor.add_argument(
        "--inside",
        action="store_true",
        help="also what the stack keeps: your AWS credentials, the functions' environment",
    )
    for name, meaning in (
        ("restore", "after a point-in-time recovery of the table: everybody signs in again"),
        ("teardown", "before the stack is deleted: end every connection, at Salesforce too"),
    ):
        operation = commands.add_parser(name, help=meaning)
        operation.add_argument("--yes", action="store_true", help="do it; without this only what would happen is said")
    return parser
