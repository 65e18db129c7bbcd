"""POST /token (OAuth 2.1 §3.2): a code or a refresh token becomes tokens, after the checks of its list."""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from salesforce_mcp.oauth.answers import NO_STORE, answers_clients, services_of
from salesforce_mcp.oauth.client_authentication import authenticate
from salesforce_mcp.oauth.codes import Code, find_code, redeem
from salesforce_mcp.oauth.connections import note_connection
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.levels import known_scopes
from salesforce_mcp.oauth.limits import TOKEN_BY_ADDRESS, TOKEN_BY_CLIENT, address_of, keep_within
from salesforce_mcp.oauth.metadata import grant_types
from salesforce_mcp.oauth.parameters import read_form
from salesforce_mcp.oauth.programs import (
    choose_own_scopes,
    issue_without_renewal,
    keep_sign_ins_within_limit,
    require_a_program,
    require_the_operators_org,
    sign_the_program_in,
)
from salesforce_mcp.oauth.registration import keep
from salesforce_mcp.oauth.resources import resource_named
from salesforce_mcp.oauth.token_request import TokenRequest

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 §4.1


async def keep_address_within_limit(flow: TokenRequest) -> None:
    await keep_within(flow.services, TOKEN_BY_ADDRESS, address_of(flow.request))


async def require_one_value_each(flow: TokenRequest) -> None:
    flow.form = await read_form(flow.request)


async def authenticate_client(flow: TokenRequest) -> None:
    flow.client = await authenticate(flow.services, flow.request, flow.form)


async def keep_client_within_limit(flow: TokenRequest) -> None:
    await keep_within(flow.services, TOKEN_BY_CLIENT, flow.client.client_id)


async def require_own_code(flow: TokenRequest) -> None:
    """Another client's code is as good as none, and says no more."""
    found = await find_code(flow.services, flow.form.get("code", ""))
    if found is None or found[1].permission.client_id != flow.client.client_id:
        raise _bad_code()
    flow.item, flow.code = found
    flow.permission = flow.code.permission


async def end_what_a_replayed_code_got(flow: TokenRequest) -> None:
    """RFC 9700 §4.5: used twice, a code is in two hands, and so may be its tokens."""
    if _code(flow).family:
        await flow.tokens.end(_code(flow).family)
        raise _bad_code()


async def require_fresh_code(flow: TokenRequest) -> None:
    if flow.services.clock.now() >= _code(flow).good_until:
        raise _bad_code()


async def require_same_redirect(flow: TokenRequest) -> None:
    """OAuth 2.1 clients may leave it out, since PKCE binds the code; a wrong one is refused all the same."""
    if flow.form.get("redirect_uri", _code(flow).redirect_uri) != _code(flow).redirect_uri:
        raise _bad_code()


async def require_pkce_proof(flow: TokenRequest) -> None:
    verifier = flow.form.get("code_verifier", "")
    shown = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    if not _VERIFIER.fullmatch(verifier) or not hmac.compare_digest(shown, _code(flow).challenge):
        raise _bad_code()


async def require_same_resource(flow: TokenRequest) -> None:
    """RFC 8707 §2.2; some clients name none on refresh, and mean the one they have."""
    asked = flow.form.get("resource")
    if asked is None:
        return
    resource = resource_named(flow.services.settings, asked)
    if resource is None or resource.audience != flow.permission.resource:
        raise OAuthError("invalid_target", "resource is not the one that was authorized")


async def require_own_refresh_token(flow: TokenRequest) -> None:
    flow.permission = await flow.tokens.permission_behind(flow.form.get("refresh_token", ""), flow.client.client_id)


async def require_no_wider_scope(flow: TokenRequest) -> None:
    """RFC 6749 §6: more than was granted takes a new consent."""
    if not known_scopes(flow.form.get("scope", "")) <= flow.permission.scopes:
        raise OAuthError("invalid_scope", "more scopes than were granted need a new authorization")


async def require_living_grant(flow: TokenRequest) -> None:
    """Every way to tokens passes here: without a Salesforce grant they would open nothing."""
    if not await flow.grants.is_alive(flow.permission):
        raise OAuthError("invalid_grant", "the connection to Salesforce has ended, sign in again")


async def redeem_code_once(flow: TokenRequest) -> None:
    """Made first and bound after: of many at once one binds its tokens, the others' were never handed out."""
    issued = await flow.tokens.issue(flow.permission)
    if not await redeem(flow.services, flow.item, issued.family):
        await flow.tokens.end(issued.family)
        if winner := await find_code(flow.services, flow.form["code"]):
            await flow.tokens.end(winner[1].family)
        raise _bad_code()
    flow.issued = issued


async def note_new_connection(flow: TokenRequest) -> None:
    if flow.issued:
        await note_connection(flow.services, flow.issued.family, flow.permission, _code(flow).client_name)


async def rotate_refresh_token(flow: TokenRequest) -> None:
    flow.issued = await flow.tokens.rotate(flow.form["refresh_token"], flow.client.client_id)


async def keep_registration(flow: TokenRequest) -> None:
    await keep(flow.services, flow.client)


CHECKS: dict[str, list[Callable[[TokenRequest], Awaitable[None]]]] = {
    "authorization_code": [
        authenticate_client,
        keep_client_within_limit,
        require_own_code,
        end_what_a_replayed_code_got,
        require_fresh_code,
        require_same_redirect,
        require_pkce_proof,
        require_same_resource,
        require_living_grant,
        redeem_code_once,
        note_new_connection,
        keep_registration,
    ],
    "refresh_token": [
        authenticate_client,
        keep_client_within_limit,
        require_own_refresh_token,
        require_same_resource,
        require_no_wider_scope,
        require_living_grant,
        rotate_refresh_token,
        keep_registration,
    ],
    # For programs that the operator has named, in orgs that no person signs in to (RFC 6749 §4.4).
    "client_credentials": [
        authenticate_client,
        keep_client_within_limit,
        require_a_program,
        require_the_operators_org,
        require_same_resource,
        choose_own_scopes,
        keep_sign_ins_within_limit,
        sign_the_program_in,
        require_living_grant,
        issue_without_renewal,
    ],
}


@answers_clients
async def token(request: Request) -> Response:
    flow = TokenRequest(services_of(request), request.app.state.grants, request)
    await keep_address_within_limit(flow)
    await require_one_value_each(flow)
    if "grant_type" not in flow.form:
        raise OAuthError("invalid_request", "grant_type is missing")
    offered = grant_types(flow.services.settings)
    if flow.form["grant_type"] not in offered:
        raise OAuthError("unsupported_grant_type", f"grant_type must be one of {', '.join(offered)}")
    for check in CHECKS[flow.form["grant_type"]]:
        await check(flow)
    return _answer(flow)


def _answer(flow: TokenRequest) -> Response:
    if flow.issued is None:
        raise RuntimeError("a list of checks ends without tokens")
    answer = {
        "access_token": flow.issued.access_token,
        "token_type": "Bearer",
        "expires_in": max(1, flow.issued.expires_at - int(flow.services.clock.now())),
        **({"refresh_token": flow.issued.refresh_token} if flow.issued.refresh_token else {}),
        "scope": " ".join(sorted(flow.issued.scopes)),
    }
    return JSONResponse(answer, headers=NO_STORE)


def _code(flow: TokenRequest) -> Code:
    if flow.code is None:
        raise RuntimeError("require_own_code comes first")
    return flow.code


def _bad_code() -> OAuthError:
    """One sentence for every reason: which check failed is nobody's business."""
    return OAuthError("invalid_grant", "the code is unknown, expired, already used or not for this client and proof")
