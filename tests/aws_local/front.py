"""The HTTP API in front of the functions, with the routes and integrations that the stack has made."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.to_thread
import httpx
from aws_local.stack import Stack
from http_api import Rules, best_route, event_of, remap, response_of, rules_of
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

LONGEST_SECONDS = 30
LARGEST_BODY = 10 * 1024 * 1024


@dataclass(frozen=True)
class Target:
    function: str
    rules: Rules


class Front:
    """An ASGI application that turns a request into an event, and a function's answer into a response."""

    def __init__(self, stack: Stack) -> None:
        self._targets = targets_of(stack)
        self._lambda = stack.aws.client("lambda", read_timeout=LONGEST_SECONDS, max_pool_connections=50)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        await (await self._answer(request, await request.body()))(scope, receive, send)

    async def _answer(self, request: Request, body: bytes) -> Response:
        key = best_route(self._targets, request.method, request.url.path)
        if key is None:
            return refusal(404, "Not Found")
        if len(body) > LARGEST_BODY:
            return refusal(413, "Request Entity Too Large")
        asked = httpx.Request(request.method, str(request.url), headers=request.headers.raw, content=body)
        event = event_of(asked, route=key, domain=request.url.netloc)
        target, answer = self._targets[key], None
        with anyio.move_on_after(LONGEST_SECONDS):
            answer = await anyio.to_thread.run_sync(self._invoke, target.function, event, abandon_on_cancel=True)
        if answer is None:
            return refusal(503, "Service Unavailable")
        if "FunctionError" in answer:
            return refusal(500, "Internal Server Error")
        response = response_of(json.loads(answer["Payload"].read()))
        remap(response, target.rules)
        sent = Response(response.content, response.status_code)
        sent.raw_headers = [(name.lower(), value) for name, value in response.headers.raw]
        return sent

    def _invoke(self, function: str, event: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._lambda.invoke(FunctionName=function, Payload=json.dumps(event))
        return answer


def targets_of(stack: Stack) -> dict[str, Target]:
    api = stack.aws.client("apigatewayv2")
    identifier = stack.resources["Api"]
    integrations = {
        f"integrations/{one['IntegrationId']}": Target(one["IntegrationUri"], rules_of(one))
        for one in api.get_integrations(ApiId=identifier)["Items"]
    }
    routes = api.get_routes(ApiId=identifier)["Items"]
    return {route["RouteKey"]: integrations[route["Target"]] for route in routes}


def refusal(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status)
