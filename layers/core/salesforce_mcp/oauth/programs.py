"""The checks of grant_type=client_credentials: a program of the operator's works in an org of the operator's.

https://modelcontextprotocol.io/extensions/auth/oauth-client-credentials
"""

from dataclasses import replace

from salesforce_mcp.errors import Failure, Unavailable
from salesforce_mcp.oauth.client import Program
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.levels import known_scopes
from salesforce_mcp.oauth.limits import SIGN_INS_BY_CLIENT, keep_within
from salesforce_mcp.oauth.operator import sign_in_as_operator
from salesforce_mcp.oauth.orgs import OrgApp, org_of
from salesforce_mcp.oauth.people import names_of
from salesforce_mcp.oauth.resources import audience_of
from salesforce_mcp.oauth.token_request import TokenRequest
from salesforce_mcp.oauth.tokens import Permission


async def require_a_program(flow: TokenRequest) -> None:
    """Whoever registered or described itself is nobody the operator knows, and a public client proves nothing."""
    if flow.client.program is None or not flow.client.is_confidential:
        raise OAuthError("unauthorized_client", "only a program that the operator has named may ask by itself")


async def require_the_operators_org(flow: TokenRequest) -> None:
    """Where people sign in, a program would have nobody's rights to act with."""
    program, app = _program(flow), _app(flow)
    if not app.is_operated:
        raise OAuthError("unauthorized_client", f"people sign in to the org {app.alias} themselves")
    flow.permission = Permission(
        subject="",
        org=app.alias,
        client_id=flow.client.client_id,
        scopes=program.scopes,
        resource=audience_of(flow.services.settings, app.alias),
    )


async def choose_own_scopes(flow: TokenRequest) -> None:
    """What is asked for and its own; all of its own if it asks for none. The answer tells (RFC 6749 §3.3)."""
    asked, own = known_scopes(flow.form.get("scope", "")), _program(flow).scopes
    granted = asked & own if asked else own  # clients ask for all that a challenge names
    if not granted:
        raise OAuthError("invalid_scope", f"this program may have {' '.join(sorted(own))}")
    flow.permission = replace(flow.permission, scopes=granted)


async def keep_sign_ins_within_limit(flow: TokenRequest) -> None:
    """Salesforce counts them too, and would keep the user out for an hour."""
    await keep_within(flow.services, SIGN_INS_BY_CLIENT, flow.client.client_id)


async def sign_the_program_in(flow: TokenRequest) -> None:
    services, app = flow.services, _app(flow)
    try:
        answer = await sign_in_as_operator(services, app, _program(flow).username)
    except Failure as failure:
        raise _explained(failure) from failure
    who, org_name = await names_of(services, answer)
    await flow.grants.keep(answer, org=app.alias, login_url=app.login_url, username=who, org_name=org_name)
    flow.permission = replace(flow.permission, subject=f"{answer.organization_id}/{answer.user_id}")


async def issue_without_renewal(flow: TokenRequest) -> None:
    """No refresh token: the program can ask again at any time (RFC 6749 §4.4.3)."""
    flow.issued = await flow.tokens.issue(flow.permission, renewable=False)


def _explained(failure: Failure) -> OAuthError:
    """To the operator's own program, with what mends it: no person and no page will say it."""
    if isinstance(failure, Unavailable):
        return OAuthError("temporarily_unavailable", failure.in_words, status=503)
    return OAuthError("invalid_grant", failure.in_words)


def _app(flow: TokenRequest) -> OrgApp:
    return org_of(flow.services.settings, _program(flow).org)


def _program(flow: TokenRequest) -> Program:
    if flow.client.program is None:
        raise RuntimeError("require_a_program comes first")
    return flow.client.program
