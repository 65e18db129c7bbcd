"""POST /revoke, https://www.rfc-editor.org/rfc/rfc7009; for public clients too."""

from starlette.requests import Request
from starlette.responses import Response

from salesforce_mcp.oauth.answers import NO_STORE, answers_clients, services_of
from salesforce_mcp.oauth.client_authentication import authenticate
from salesforce_mcp.oauth.connections import end_with_the_last
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.limits import TOKEN_BY_ADDRESS, address_of, keep_within
from salesforce_mcp.oauth.parameters import read_form
from salesforce_mcp.oauth.tokens import Tokens


@answers_clients
async def revoke(request: Request) -> Response:
    """200 whatever the token was: unknown, somebody else's, or now dead (§2.2)."""
    services = services_of(request)
    await keep_within(services, TOKEN_BY_ADDRESS, address_of(request))
    form = await read_form(request)
    client = await authenticate(services, request, form)
    if "token" not in form:
        raise OAuthError("invalid_request", "token is missing")
    ended = await Tokens(services.store, services.clock).revoke(form["token"], client.client_id)
    if ended:
        await end_with_the_last(services, request.app.state.grants, ended)
    return Response(status_code=200, headers=NO_STORE)
