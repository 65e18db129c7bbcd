"""GET / and GET /mcp… from a browser: what this is, whether it is set up, how to add it to each client."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from salesforce_mcp.oauth.answers import answers_people, services_of
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.guide import guide, program_guide
from salesforce_mcp.oauth.html import Html, element, joined
from salesforce_mcp.oauth.orgs import OrgApp, org_of
from salesforce_mcp.oauth.page import page
from salesforce_mcp.oauth.pages import named_org, pairs
from salesforce_mcp.oauth.resources import Resource, resource_at
from salesforce_mcp.services import Services


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
    if problems:
        state = joined(*(element("p", problem, class_="warning", role="note") for problem in problems))
    else:
        state = element("p", "This server is running and set up.", class_="state")
    return page(
        "Work with Salesforce from your assistant",
        state,
        element(
            "p",
            "Give the address below to Claude, ChatGPT or another client. It then works with Salesforce as you: it "
            "sees what you see and may do what you may, as far as you allow it when you sign in.",
        ),
        _facts(services, org, resource),
        element("h2", "Add it to"),
        program_guide(settings, resource.audience)
        if org.is_operated
        else guide(resource.url, only_here=settings.is_loopback),
        "" if org.is_operated else element("p", element("a", "See what is connected as you", href="/account")),
        mood="" if problems else "good",
    )


async def _problems(services: Services, org: OrgApp) -> list[str]:
    if not org.client_id:
        return ["Not set up yet: SALESFORCE_CLIENT_ID is empty. It is the consumer key of the External Client App."]
    if org.needs_consumer_secret and await org.secret(services.secrets) is None:
        return [f"Not set up yet: the secret {org.secret_name} is missing. It holds the app's consumer secret."]
    if org.needs_credential and not await services.secrets.get(org.credential_name):
        return [f"Not set up yet: the secret {org.credential_name} is missing. docs/deploy.md says what goes into it."]
    return []


def _facts(services: Services, org: OrgApp, resource: Resource) -> Html:
    rows: list[tuple[str, str | Html]] = [("Address for clients", element("code", resource.url, class_="copy"))]
    if org.is_operated:
        who = "The server signs in by itself: programs that the operator has named act as that user, not as you."
        rows.append(("Shared identity", element("strong", who)))
    else:
        callback = f"{services.settings.public_url}/callback"
        rows.append(("Callback URL of the app in Salesforce", element("code", callback, class_="copy")))
    rows.append(("Org", named_org(org.alias, urlsplit(org.login_url).netloc)))
    return pairs(*rows)
