"""Discovery: RFC 8414 (also at the OpenID path) and RFC 9728, for every path of the MCP endpoint."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from salesforce_mcp.oauth.answers import answers_clients, services_of
from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.orgs import has_operated_org
from salesforce_mcp.oauth.resources import resource_at
from salesforce_mcp.policy.scopes import Scope
from salesforce_mcp.settings import Settings

_CACHE = {"Cache-Control": "public, max-age=300"}
_GRANTS = ("authorization_code", "refresh_token")
_METHODS = ["none", "client_secret_post", "client_secret_basic", "private_key_jwt"]


@answers_clients
async def authorization_server(request: Request) -> Response:
    settings = services_of(request).settings
    told = authorization_server_metadata(settings.issuer, grants=grant_types(settings))
    return JSONResponse(told, headers=_CACHE)


@answers_clients
async def protected_resource(request: Request) -> Response:
    """At the root for the default org, and with the resource's path inserted (RFC 9728 §3.1)."""
    settings = services_of(request).settings
    resource = resource_at(settings, request.path_params.get("path", "").rstrip("/") or "/mcp")
    if resource is None:
        raise OAuthError("not_found", "there is no MCP endpoint at this path", status=404)
    return JSONResponse(
        {
            "resource": resource.url,
            "authorization_servers": [settings.issuer],
            # What is needed to begin: clients ask for all that stands here. More is the person's choice or a step-up.
            "scopes_supported": [Scope.READ],
            "bearer_methods_supported": ["header"],
            "resource_name": "Salesforce MCP",
        },
        headers=_CACHE,
    )


def grant_types(settings: Settings) -> list[str]:
    """What /token takes: programs have their own only where the operator signs in for them."""
    return [*_GRANTS, "client_credentials"] if has_operated_org(settings) else list(_GRANTS)


def authorization_server_metadata(issuer: str, *, grants: Sequence[str] = _GRANTS) -> dict[str, object]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "registration_endpoint": f"{issuer}/register",
        "revocation_endpoint": f"{issuer}/revoke",
        "scopes_supported": list(Scope),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(grants),
        "token_endpoint_auth_methods_supported": _METHODS,
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256"],
        "revocation_endpoint_auth_methods_supported": _METHODS,
        "revocation_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256"],
        "code_challenge_methods_supported": ["S256"],
        "client_id_metadata_document_supported": True,
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
