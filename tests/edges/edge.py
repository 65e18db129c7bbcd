"""The ways a request reaches the functions, each as an HTTP transport: a socket, and Lambda's event shapes."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import httpx
import uvicorn
from edges.whole import Whole
from http_api import SOURCE, Event, Rules, body_of, event_of, remap, response_of, rules_of
from sam_template import read_template
from starlette.types import ASGIApp

from salesforce_mcp.aws.lambda_app import LambdaApp
from salesforce_mcp.oauth.app import build_oauth_app
from salesforce_mcp.server import build_app

Shape = Callable[[httpx.Request], Event]


class Context:
    aws_request_id = "00000000-0000-4000-8000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return 29_000


def http_api(request: httpx.Request) -> Event:
    return event_of(request, route=f"ANY {request.url.path}")


def function_url(request: httpx.Request) -> Event:
    """https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html: as 2.0, with one route for everything."""
    return event_of(request, route="$default", domain="abc123.lambda-url.eu-central-1.on.aws")


def rest_api(request: httpx.Request) -> Event:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-example-event, 1.0"""
    headers: dict[str, list[str]] = {}
    for name, value in request.headers.items():
        headers.setdefault(name.title(), []).append(value)
    pairs: dict[str, list[str]] = {}
    for name, value in parse_qsl(request.url.query.decode(), keep_blank_values=True):
        pairs.setdefault(name, []).append(value)
    return {
        "resource": "/{proxy+}",
        "path": request.url.path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in pairs.items()} or None,
        "multiValueQueryStringParameters": pairs or None,
        "requestContext": {"httpMethod": request.method, "identity": {"sourceIp": SOURCE}, "stage": "$default"},
        **body_of(request),
    }


class Functions(httpx.AsyncBaseTransport):
    """Both functions warm in one thread, as the handlers of functions/ are built."""

    def __init__(self, whole: Whole, shape: Shape) -> None:
        @asynccontextmanager
        async def connect() -> AsyncIterator[Any]:
            yield whole.services

        settings = whole.services.settings
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._shape = shape
        self._oauth = self._thread.submit(LambdaApp, lambda: build_oauth_app(settings, connect)).result()
        self._mcp = self._thread.submit(LambdaApp, lambda: build_app(settings, connect)).result()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        event = json.loads(json.dumps(self._shape(request)))
        handler = self._mcp if request.url.path.startswith("/mcp") and request.method != "GET" else self._oauth
        answer = await asyncio.get_running_loop().run_in_executor(self._thread, handler, event, Context())
        return response_of(json.loads(json.dumps(answer)))

    async def aclose(self) -> None:
        """What the sandbox's end does."""
        self._thread.submit(self._end).result()
        self._thread.shutdown()

    def _end(self) -> None:
        for app in (self._oauth, self._mcp):
            if app._loop and app._life:
                app._life.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    app._loop.run_until_complete(app._life)
                app._loop.close()
        asyncio.set_event_loop(None)


class Renaming(httpx.AsyncBaseTransport):
    """An edge that renames WWW-Authenticate as API Gateway does, then maps headers as its integration is told to."""

    def __init__(self, inner: httpx.AsyncBaseTransport, mapping: Rules) -> None:
        self._inner = inner
        self._mapping = mapping

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        remap(response, self._mapping)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


def templates_mapping() -> Rules:
    """What template.yaml tells API Gateway to do with the headers of the MCP function's answers."""
    return rules_of(read_template()["Resources"]["McpIntegration"]["Properties"])


class Socket(httpx.AsyncBaseTransport):
    """To the port of this machine that answers for the public name."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        here = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        led = httpx.Request(request.method, here, headers=request.headers, stream=request.stream)
        return await self._inner.handle_async_request(led)

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Server(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self):
        yield


@asynccontextmanager
async def on_uvicorn(app: ASGIApp) -> AsyncIterator[httpx.AsyncBaseTransport]:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    server = _Server(uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    transport = Socket(listener.getsockname()[1])
    try:
        yield transport
    finally:
        await transport.aclose()
        server.should_exit = True
        await serving
        listener.close()


@asynccontextmanager
async def on_lambda(
    whole: Whole, shape: Shape, mapping: Rules | None = None
) -> AsyncIterator[httpx.AsyncBaseTransport]:
    """`mapping` stands for an API Gateway that renames; without it headers arrive as sent."""
    functions = Functions(whole, shape)
    try:
        yield functions if mapping is None else Renaming(functions, mapping)
    finally:
        await functions.aclose()


EDGES: dict[str, Callable[[Whole], contextlib.AbstractAsyncContextManager[httpx.AsyncBaseTransport]]] = {
    "uvicorn": lambda whole: on_uvicorn(whole.app),
    "lambda, REST API event": lambda whole: on_lambda(whole, rest_api),
    "lambda, HTTP API event": lambda whole: on_lambda(whole, http_api),
    "lambda, function URL": lambda whole: on_lambda(whole, function_url),
    "API Gateway of the template": lambda whole: on_lambda(whole, http_api, templates_mapping()),
    "a gateway that renames and maps nothing": lambda whole: on_lambda(whole, rest_api, {}),
}
