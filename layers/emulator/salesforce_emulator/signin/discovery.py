"""GET /.well-known/openid-configuration"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from salesforce_emulator.signin.apps import SCOPES
from salesforce_emulator.site import site_of

CLAIMS = """
    active address email email_verified family_name given_name is_app_installed language locale name nickname
    organization_id phone_number phone_number_verified photos picture preferred_username profile sub updated_at urls
    user_id user_type zoneinfo
""".split()  # noqa: SIM905 - a list to read


async def openid_configuration(request: Request) -> Response:
    base_url = site_of(request).base_url(request)
    oauth = f"{base_url}/services/oauth2"
    return JSONResponse(
        {
            "issuer": base_url,
            "authorization_endpoint": f"{oauth}/authorize",
            "token_endpoint": f"{oauth}/token",
            "revocation_endpoint": f"{oauth}/revoke",
            "userinfo_endpoint": f"{oauth}/userinfo",
            "jwks_uri": f"{base_url}/id/keys",
            "introspection_endpoint": f"{oauth}/introspect",
            "scopes_supported": list(SCOPES),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "display_values_supported": ["page", "popup", "touch"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "claims_supported": CLAIMS,
        }
    )
