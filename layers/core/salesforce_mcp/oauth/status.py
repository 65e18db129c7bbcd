"""GET / and GET /mcp… from a browser: what this is, whether it is set up, how to add it to each client."""

from starlette.requests import Request
from starlette.responses import Response

from salesforce_mcp.oauth.answers import answers_people, services_of
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.html import Html, element, joined
from salesforce_mcp.oauth.orgs import OrgApp, org_of
from salesforce_mcp.oauth.page import page
from salesforce_mcp.oauth.resources import Resource, resource_at
from salesforce_mcp.services import Services

_CLIENTS = [
    ("Claude", "An owner of the workspace adds it first: Settings, Connectors, Add custom connector, this address. "
     "Everybody else then presses Connect."),
    ("ChatGPT", "Settings, Apps and Connectors, Advanced: turn on developer mode; Create with this address and OAuth."),
    ("VS Code", "Command palette: MCP: Add Server, HTTP, this address."),
    ("Cursor", "Settings, MCP, Add new server: { \"url\": this address }."),
    ("Claude Code", "claude mcp add --transport http salesforce, then this address; then /mcp to sign in."),
    ("Others", "Any client that speaks streamable HTTP and OAuth takes this address; older ones through mcp-remote."),
]  # fmt: skip


@answers_people
async def status(request: Request) -> Response:
    """GET /"""
    return await _status(services_of(request), "/mcp")


@answers_people
async def endpoint_in_a_browser(request: Request) -> Response:
    """GET /mcp…: a page for people, 405 for clients that try to open a stream there."""
    if "text/html" not in request.headers.get("accept", ""):
        return Response(status_code=405, headers={"Allow": "POST"})
    return await _status(services_of(request), request.url.path)


async def _status(services: Services, path: str) -> Response:
    settings = services.settings
    resource = resource_at(settings, path)
    if resource is None:
        raise OAuthError("not_found", "there is no MCP endpoint at this path", status=404)
    org = org_of(settings, resource.org)
    problems = await _problems(services, org)
    return page(
        "Salesforce MCP",
        element(
            "p", "This server is running. It lets an assistant work with Salesforce as you, within your own rights."
        ),
        *(element("p", problem, class_="warning") for problem in problems),
        _facts(services, org, resource),
        element("h2", "Add it to"),
        element("dl", *(joined(element("dt", name), element("dd", how)) for name, how in _CLIENTS)),
        element("p", element("a", "See what is connected as you", href="/account")),
    )


async def _problems(services: Services, org: OrgApp) -> list[str]:
    if not org.client_id:
        return ["Not set up yet: SALESFORCE_CLIENT_ID is empty. It is the consumer key of the External Client App."]
    if await org.secret(services.secrets) is None:
        return [f"Not set up yet: the secret {org.secret_name} is missing. It holds the app's consumer secret."]
    return []


def _facts(services: Services, org: OrgApp, resource: Resource) -> Html:
    rows = [
        ("Address for clients", resource.url),
        ("Org", f"{org.alias} (sign-in at {org.login_url})"),
        ("Callback URL of the app in Salesforce", f"{services.settings.public_url}/callback"),
    ]
    return element("dl", *(joined(element("dt", name), element("dd", element("code", value))) for name, value in rows))
