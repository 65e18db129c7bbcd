"""API Gateway's routes and the applications' own: nothing answers that has no route, nothing leads to the wrong one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from http_api import best_route
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
    routes = {
        route["Properties"]["RouteKey"]: route["Properties"]["Target"]["Fn::Sub"]
        for route in resources_of_type(template, "AWS::ApiGatewayV2::Route").values()
    }
    key = best_route(routes, method, path)
    assert key, f"{method} {path} has no route"
    integration = routes[key].removeprefix("integrations/${").removesuffix("}")
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
