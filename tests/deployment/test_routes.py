"""API Gateway's routes and the applications' own: nothing answers that has no route, nothing leads to the wrong one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sam_template import resources_of_type
from starlette.applications import Starlette
from starlette.routing import Route

from salesforce_mcp.oauth.app import build_oauth_app
from salesforce_mcp.server import build_app
from salesforce_mcp.services import Connect
from salesforce_mcp.settings import Settings

SETTINGS = Settings.load({"PUBLIC_URL": "https://mcp.example.com"})


def never() -> Any:
    raise NotImplementedError("nothing is opened before the application starts")


def requests_of(app: Starlette) -> Iterator[tuple[str, str]]:
    """A method and a path for every route: one segment for a parameter, and for {…:path} both nothing and two."""
    for route in app.routes:
        assert isinstance(route, Route)
        for rest in ("", "/x/core"):
            path = re.sub(r"\{\w+\}", "one", re.sub(r"\{\w+:path\}", rest, route.path))
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield method, path


def function_behind(template: dict[str, Any], method: str, path: str) -> str:
    """The most specific route wins: a full path before a {path+}, a method before ANY. A slash at the end is ignored.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
    """
    fitting, path = [], path.rstrip("/") or "/"
    for route in resources_of_type(template, "AWS::ApiGatewayV2::Route").values():
        verb, pattern = route["Properties"]["RouteKey"].split(" ")
        greedy = pattern.endswith("/{path+}")
        head = pattern.removesuffix("{path+}")
        fits = path.startswith(head) and len(path) > len(head) if greedy else path == pattern
        if fits and verb in (method, "ANY"):
            fitting.append((not greedy, verb != "ANY", route["Properties"]["Target"]["Fn::Sub"]))
    assert fitting, f"{method} {path} has no route"
    integration = max(fitting)[2].removeprefix("integrations/${").removesuffix("}")
    reference: str = template["Resources"][integration]["Properties"]["IntegrationUri"]["Ref"]
    return reference.removesuffix(".Alias")


@pytest.mark.parametrize(("build", "function"), [(build_app, "McpFunction"), (build_oauth_app, "OauthFunction")])
def test_every_route_of_an_application_leads_to_its_function(template, build, function):
    connect: Connect = never
    asked = list(requests_of(build(SETTINGS, connect)))
    assert len(asked) >= 10
    for method, path in asked:
        if (method, path) == ("GET", "/.well-known/oauth-protected-resource/x/core"):
            continue  # no such resource; any answer is 404
        assert function_behind(template, method, path) == function, f"{method} {path}"
