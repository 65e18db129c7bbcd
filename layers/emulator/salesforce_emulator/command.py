"""The command salesforce-emulator: the emulated org on a port."""

import argparse
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import uvicorn

from salesforce_emulator.app import build_app
from salesforce_emulator.control import is_loopback
from salesforce_emulator.org import Org
from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET
from salesforce_emulator.site import Site

PORT_IN_USE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    listener = _listen(options.host, options.port)
    if listener is None:
        print(
            f"Port {options.port} on {options.host} is in use: stop what runs there or choose another with --port.",
            file=sys.stderr,
        )
        return PORT_IN_USE
    with listener:
        org = Org.create(options.db)
        app = build_app(
            org,
            instance_url=options.instance_url,
            callback_urls=options.callback_url,
            certificate=options.certificate or "",
            control=is_loopback(options.host),
        )
        print(_greeting(app.state.site, f"http://{options.host}:{listener.getsockname()[1]}"), flush=True)
        config = uvicorn.Config(app, log_level="warning", lifespan="off")
        with suppress(KeyboardInterrupt):  # uvicorn hands Ctrl-C on after it has ended cleanly
            uvicorn.Server(config).run(sockets=[listener])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="salesforce-emulator", description="An emulated Salesforce org.")
    parser.add_argument(
        "--port", type=_port, default=8001, help="port to listen on (default: %(default)s; 0: any free)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--db", default=":memory:", metavar="FILE", help="keep the org in a file (default: in memory)")
    parser.add_argument("--instance-url", metavar="URL", help="begin every absolute URL so (default: as called)")
    parser.add_argument(
        "--callback-url", action="append", default=[], metavar="URL", help="a callback of the demo app; repeatable"
    )
    parser.add_argument("--certificate", type=_text, metavar="PEM", help="the demo app's certificate, for JWT bearer")
    return parser


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port: 0 to 65535")
    return number


def _text(path: str) -> str:
    try:
        return Path(path).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise argparse.ArgumentTypeError(f"{path} cannot be read: {error}") from error


def _listen(host: str, port: int) -> socket.socket | None:
    """Bind before anything is built, so that a busy port is said at once."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        return None
    return listener


def _greeting(site: Site, url: str) -> str:
    return "\n".join(
        [
            f"Emulated Salesforce org: {url}",
            "Users (password demo):",
            *(f"  {username}" for username in site.usernames()),
            f"Demo app, consumer key: {DEMO_CONSUMER_KEY}",
            f"Demo app, consumer secret: {DEMO_CONSUMER_SECRET}",
            "Press Ctrl-C to stop.",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
