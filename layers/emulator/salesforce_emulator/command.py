"""The command salesforce-emulator: the emulated org on a port."""

import argparse
import asyncio
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack, suppress
from datetime import datetime
from pathlib import Path

import uvicorn

from salesforce_emulator import clock
from salesforce_emulator.app import build_app
from salesforce_emulator.control import is_loopback
from salesforce_emulator.org import Org
from salesforce_emulator.seed.crowd import add_users, fill_big_table
from salesforce_emulator.seed.setup import PASSWORD
from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET
from salesforce_emulator.site import Site
from salesforce_emulator.tls import authority
from salesforce_emulator.tls.tunnel import tunnel

CANNOT_START = 2
LOOPBACK = "127.0.0.1"
SHOWN_USERS = 8
IDLE_SECONDS = 75  # longer than clients wait between two looks at a job, so that they may keep their connection


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    with ExitStack() as open_things:
        listeners = []
        for option, (host, port) in _addresses(options).items():
            try:
                listeners.append(open_things.enter_context(_listen(host, port)))
            except OSError as error:
                why = f"Port {port} on {host} cannot be had: {error.strerror}"
                print(f"{why}. Stop what runs there or choose another with {option}.", file=sys.stderr)
                return CANNOT_START
        files = None
        if options.tls:
            folder = open_things.enter_context(tempfile.TemporaryDirectory(prefix="salesforce-emulator-"))
            files = authority.make(Path(folder))
        try:
            with suppress(KeyboardInterrupt):  # uvicorn hands Ctrl-C on after it has ended cleanly
                asyncio.run(_serve(options, listeners, files))
        except sqlite3.DatabaseError as error:
            print(f"--db {options.db} cannot keep an org: {error}.", file=sys.stderr)
            return CANNOT_START
    return 0


def _addresses(options: argparse.Namespace) -> dict[str, tuple[str, int]]:
    org = {"--port": (options.host, options.port)}
    return org if options.tunnel is None else {**org, "--tunnel": (LOOPBACK, options.tunnel)}


async def _serve(options: argparse.Namespace, listeners: list[socket.socket], files: authority.Files | None) -> None:
    app = build_app(
        _org(options),
        instance_url=options.instance_url,
        callback_urls=options.callback_url,
        certificate=options.certificate or "",
        control=is_loopback(options.host),
    )
    ports = [listener.getsockname()[1] for listener in listeners]
    url = f"{'https' if files else 'http'}://{options.host}:{ports[0]}"
    config = uvicorn.Config(
        app,
        log_level="warning",
        lifespan="off",
        timeout_keep_alive=IDLE_SECONDS,
        ssl_certfile=files.certificate if files else None,
        ssl_keyfile=files.key if files else None,
    )
    async with AsyncExitStack() as running:
        if len(listeners) > 1:
            await running.enter_async_context(tunnel(listeners[1], host=options.host, port=ports[0]))
        print(_greeting(app.state.site, url, files, ports[1:]), flush=True)
        await uvicorn.Server(config).serve(sockets=listeners[:1])


def _org(options: argparse.Namespace) -> Org:
    org = Org.create(options.db, clock=clock.OrgClock(options.clock))
    fill_big_table(org, options.rows)
    add_users(org, options.users, password=PASSWORD)
    return org


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.tunnel is not None and not options.tls:
        parser.error("--tunnel carries https: add --tls")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="salesforce-emulator", description="An emulated Salesforce org.")
    parser.add_argument(
        "--port", type=_port, default=8001, help="port to listen on (default: %(default)s; 0: any free)"
    )
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on (default: %(default)s)")
    parser.add_argument("--db", default=":memory:", metavar="FILE", help="keep the org in a file (default: in memory)")
    parser.add_argument("--rows", type=_count, default=0, metavar="N", help="let BigTable__c have at least N rows")
    parser.add_argument("--users", type=_count, default=0, metavar="N", help="add user1@demo.example to userN")
    parser.add_argument("--clock", type=_moment, metavar="TIME", help="the time in the org: 2026-11-18T10:30:00Z")
    parser.add_argument("--tls", action="store_true", help="speak https, with a throw-away CA that clients can trust")
    parser.add_argument(
        "--tunnel",
        type=_port,
        nargs="?",
        const=8799,
        metavar="PORT",
        help="a proxy that leads *.salesforce.com here (default port: %(const)s); needs --tls",
    )
    parser.add_argument("--instance-url", metavar="URL", help="begin every absolute URL so (default: as called)")
    parser.add_argument(
        "--callback-url", action="append", default=[], metavar="URL", help="a callback of the demo app; repeatable"
    )
    parser.add_argument("--certificate", type=_text, metavar="PEM", help="the demo app's certificate, for JWT bearer")
    return parser


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text} is not a port: 0 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a number of things: 0 or more")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        moment = clock.moment(text)
        clock.OrgClock(moment)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return moment


def _text(path: str) -> str:
    try:
        return Path(path).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise argparse.ArgumentTypeError(f"{path} cannot be read: {error}") from error


def _listen(host: str, port: int) -> socket.socket:
    """Bind before anything is built, so that a busy port is said at once."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def _greeting(site: Site, url: str, files: authority.Files | None, tunnels: list[int]) -> str:
    users = site.usernames()
    more = [f"  and {len(users) - SHOWN_USERS} more"] if len(users) > SHOWN_USERS else []
    return "\n".join(
        [
            f"Emulated Salesforce org: {url}",
            *(_trust(files) if files else []),
            *(_way_through(files, tunnels[0]) if files and tunnels else []),
            f"Users (password {PASSWORD}):",
            *(f"  {username}" for username in users[:SHOWN_USERS]),
            *more,
            f"Demo app, consumer key: {DEMO_CONSUMER_KEY}",
            f"Demo app, consumer secret: {DEMO_CONSUMER_SECRET}",
            "Press Ctrl-C to stop.",
        ]
    )


def _trust(files: authority.Files) -> list[str]:
    return [f"Its certificate authority, gone when this ends: {files.authority}"]


def _way_through(files: authority.Files, port: int) -> list[str]:
    """What makes an unmodified client come here instead of Salesforce."""
    ca = files.authority
    return [
        "For clients that insist on *.salesforce.com:",
        f"  export HTTPS_PROXY=http://{LOOPBACK}:{port} REQUESTS_CA_BUNDLE={ca} SSL_CERT_FILE={ca} \\",
        f"    NODE_EXTRA_CA_CERTS={ca}",
    ]


if __name__ == "__main__":
    sys.exit(main())
