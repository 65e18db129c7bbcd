"""What an HTTP API of API Gateway does between a client and a function.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop.html
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import httpx

Event = dict[str, Any]
Rules = Mapping[str, Sequence[Mapping[str, str]]]
SOURCE = "203.0.113.7"


def best_route(keys: Iterable[str], method: str, path: str) -> str | None:
    """The most specific one: a full path before a {path+}, a method before ANY. A slash at the end is ignored.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
    """
    path = path.rstrip("/") or "/"
    fitting = []
    for key in keys:
        verb, pattern = key.split(" ")
        greedy = pattern.endswith("/{path+}")
        head = pattern.removesuffix("{path+}")
        fits = path.startswith(head) and len(path) > len(head) if greedy else path == pattern
        if fits and verb in (method, "ANY"):
            fitting.append((not greedy, verb != "ANY", key))
    return max(fitting)[2] if fitting else None


def event_of(request: httpx.Request, *, route: str, domain: str = "mcp.example.com") -> Event:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html 2.0"""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        if name != "cookie":
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    cookies = [part for value in request.headers.get_list("cookie") for part in value.split("; ")]
    http = {"method": request.method, "path": request.url.path, "protocol": "HTTP/1.1", "sourceIp": SOURCE}
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": request.url.path,
        "rawQueryString": request.url.query.decode(),
        **({"cookies": cookies} if cookies else {}),
        "headers": headers,
        "requestContext": {"domainName": domain, "http": http, "routeKey": route, "stage": "$default"},
        **body_of(request),
    }


def body_of(request: httpx.Request) -> Event:
    if not request.content:
        return {"body": None, "isBase64Encoded": False}
    # API Gateway encodes what is no text; forms too, in REST APIs with binary media types.
    encoded = "json" not in request.headers.get("content-type", "")
    text = base64.b64encode(request.content).decode() if encoded else request.content.decode()
    return {"body": text, "isBase64Encoded": encoded}


def response_of(answer: Mapping[str, Any]) -> httpx.Response:
    """Of a function that answers in either shape."""
    headers = [(name, value) for name, value in answer.get("headers", {}).items()]
    for name, values in answer.get("multiValueHeaders", {}).items():
        headers = [one for one in headers if one[0].lower() != name.lower()] + [(name, value) for value in values]
    headers += [("set-cookie", cookie) for cookie in answer.get("cookies", [])]
    text = answer.get("body") or ""
    body = base64.b64decode(text) if answer.get("isBase64Encoded") else text.encode()
    return httpx.Response(answer["statusCode"], headers=headers, content=body)


def rules_of(integration: Mapping[str, Any]) -> Rules:
    """What an integration says about headers: by status."""
    told: Mapping[str, Any] = integration.get("ResponseParameters", {})
    return {status: rules["ResponseParameters"] for status, rules in told.items()}


def remap(response: httpx.Response, rules: Rules) -> None:
    """WWW-Authenticate gets another name; then headers are mapped as the integration says."""
    told = {name.lower(): value for name, value in response.headers.items()}
    if "www-authenticate" in response.headers:
        response.headers["x-amzn-remapped-www-authenticate"] = response.headers.pop("www-authenticate")
    for rule in rules.get(str(response.status_code), []):
        source = rule["Source"].removeprefix("$response.header.")
        verb, _, target = rule["Destination"].partition(":header.")
        assert verb == "overwrite"
        if source in told:
            response.headers[target] = told[source]
