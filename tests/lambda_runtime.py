"""A Lambda sandbox without Lambda: AWS's own runtime client in a process of its own, and the Runtime API it asks.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import os
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from canaries import ANYWHERE, UPSTREAM, watch

SECONDS = 30
EXITED = "the process has ended"
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:under-test:live"


class FunctionError(Exception):
    """The handler raised; its error is the Runtime API's."""


class Sandbox:
    def __init__(self, log: Path) -> None:
        self._events: queue.Queue[tuple[str, int, bytes] | None] = queue.Queue()
        self._answers: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._log = log

    def invoke(self, event: Mapping[str, Any], *, seconds_left: float = 3600) -> dict[str, Any]:
        """One invocation; the same process serves the next."""
        request_id, deadline = str(uuid.uuid4()), int((time.time() + seconds_left) * 1000)
        self._events.put((request_id, deadline, json.dumps(event).encode()))
        kind, body = self._answers.get(timeout=SECONDS)
        if kind == EXITED:
            self._answers.put((kind, body))  # and so will every later invocation find it
        if kind != "response":
            raise FunctionError(kind, body.decode(), self.log[-2000:])
        path = str(event.get("rawPath") or event.get("path") or "")
        watch.look("answers", body.decode(), path, shapes=UPSTREAM if path == "/token" else ANYWHERE)
        answer: dict[str, Any] = json.loads(body)
        return answer

    @property
    def log(self) -> str:
        """What the function wrote to standard output and error."""
        return self._log.read_text()

    def next_event(self) -> tuple[str, int, bytes] | None:
        return self._events.get()

    def take_answer(self, kind: str, body: bytes) -> None:
        self._answers.put((kind, body))

    def watch(self, process: subprocess.Popen[bytes]) -> None:
        """A function that cannot be imported ends its process; nobody should wait for its answer."""
        process.wait()
        self._answers.put((EXITED, b""))

    def end(self) -> None:
        self._events.put(None)


@contextmanager
def sandbox(handler: str, environment: Mapping[str, str], log: Path) -> Iterator[Sandbox]:
    """Run `module.handler` as Lambda does. The module is found as an installed one."""
    running = Sandbox(log)
    with ThreadingHTTPServer(("127.0.0.1", 0), _runtime_api(running)) as server, log.open("wb") as output:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        process = subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", handler],
            env={
                "PATH": os.environ["PATH"],
                "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}",
                "AWS_LAMBDA_FUNCTION_NAME": "under-test",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
                "AWS_LAMBDA_FUNCTION_VERSION": "1",
                "LAMBDA_TASK_ROOT": os.getcwd(),
                **environment,
            },
            stdout=output,
            stderr=output,
        )
        threading.Thread(target=running.watch, args=(process,), daemon=True).start()
        try:
            yield running
        finally:
            running.end()
            process.kill()
            process.wait(SECONDS)
            server.shutdown()
            watch.look("logs", running.log, handler)


def _runtime_api(running: Sandbox) -> type[BaseHTTPRequestHandler]:
    class RuntimeApi(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            waiting = running.next_event()
            if waiting is None:
                self.close_connection = True
                return
            request_id, deadline, event = waiting
            headers = {
                "Lambda-Runtime-Aws-Request-Id": request_id,
                "Lambda-Runtime-Deadline-Ms": str(deadline),
                "Lambda-Runtime-Invoked-Function-Arn": ARN,
                "Content-Type": "application/json",
            }
            self._answer("200 OK", headers, event)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            running.take_answer(self.path.rsplit("/", 1)[-1], body)
            self._answer("202 Accepted", {}, b"")

        def _answer(self, status: str, headers: Mapping[str, str], body: bytes) -> None:
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{lines}\r\n"
            self.wfile.write(head.encode() + body)

        def log_message(self, *_: object) -> None:
            """Say nothing: pytest shows what matters."""

    return RuntimeApi
