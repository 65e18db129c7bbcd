"""An HTTP API on loopback in front of one function. It signs every request in, since the suite sends no token."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from http_api import event_of, response_of

Invoke = Callable[[dict[str, Any]], dict[str, Any]]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client has hung up: the suite ends some connections by resetting them."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def gateway(port: int, invoke: Invoke, token: str) -> Iterator[str]:
    """The address of the endpoint. One environment of a function does one request at a time."""
    one_at_a_time = threading.Lock()

    class Front(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = [*self.headers.items(), ("Authorization", f"Bearer {token}")]
            request = httpx.Request(self.command, f"http://localhost:{port}{self.path}", headers=headers, content=body)
            with one_at_a_time:
                answer = invoke(event_of(request, route=f"ANY {request.url.path}"))
            self._send(response_of(answer))

        do_GET = do_DELETE = do_OPTIONS = do_POST  # noqa: N815 - http.server's names

        def _send(self, response: httpx.Response) -> None:
            self.send_response(response.status_code)
            for name, value in response.headers.multi_items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.content)))
            self.end_headers()
            self.wfile.write(response.content)

        def log_message(self, *_: object) -> None:
            """Say nothing: pytest shows what matters."""

    with _Server(("127.0.0.1", port), Front) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://localhost:{port}/mcp"
        server.shutdown()
