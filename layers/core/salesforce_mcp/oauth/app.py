"""The authorization server: every URL it answers."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from salesforce_mcp.oauth.account import account, disconnect_client, sign_in_to_account
from salesforce_mcp.oauth.authorize import authorize
from salesforce_mcp.oauth.callback import callback
from salesforce_mcp.oauth.consent import consent
from salesforce_mcp.oauth.files import result_file
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.metadata import authorization_server, protected_resource
from salesforce_mcp.oauth.orgs import require_sound_orgs
from salesforce_mcp.oauth.pages import nothing_page
from salesforce_mcp.oauth.registration import register
from salesforce_mcp.oauth.revocation import revoke
from salesforce_mcp.oauth.status import endpoint_in_a_browser, status
from salesforce_mcp.oauth.token import token
from salesforce_mcp.oauth.uploading import confirm_upload, take_upload, upload_page
from salesforce_mcp.oauth.uploading_parts import begin_parts, join_parts, take_part
from salesforce_mcp.services import Connect
from salesforce_mcp.settings import Settings

_LOG = logging.getLogger("salesforce_mcp")
_READ = ["GET", "OPTIONS"]
_POST = ["POST", "OPTIONS"]

routes = [
    Route("/.well-known/oauth-protected-resource{path:path}", protected_resource, methods=_READ),
    Route("/.well-known/oauth-authorization-server", authorization_server, methods=_READ),
    Route("/.well-known/openid-configuration", authorization_server, methods=_READ),
    Route("/register", register, methods=_POST),
    Route("/authorize", authorize, methods=["GET"]),
    Route("/consent", consent, methods=["POST"]),
    Route("/callback", callback, methods=["GET"]),
    Route("/token", token, methods=_POST),
    Route("/revoke", revoke, methods=_POST),
    Route("/account", account, methods=["GET"]),
    Route("/account/sign-in", sign_in_to_account, methods=["POST"]),
    Route("/account/disconnect", disconnect_client, methods=["POST"]),
    Route("/account/uploads/{upload}", upload_page, methods=["GET"]),
    Route("/account/uploads/{upload}", take_upload, methods=["POST"]),
    Route("/account/uploads/{upload}/confirm", confirm_upload, methods=["POST"]),
    Route("/account/uploads/{upload}/parts", begin_parts, methods=["POST"]),
    Route("/account/uploads/{upload}/parts/whole", join_parts, methods=["POST"]),
    Route("/account/uploads/{upload}/parts/{parts}/{number:int}", take_part, methods=["PUT"]),
    Route("/account/jobs/{job}/{kind}.csv", result_file, methods=["GET"]),
    Route("/", status, methods=["GET"]),
    Route("/mcp{path:path}", endpoint_in_a_browser, methods=["GET"]),
]


def build_oauth_app(settings: Settings, connect: Connect) -> Starlette:
    """`connect` is entered once, when the application starts: nothing is opened or read before."""
    for warning in require_sound_orgs(settings):
        _LOG.warning(warning)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with connect() as services:
            app.state.services = services
            app.state.grants = Grants(services)
            yield

    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _nothing_there})


async def _nothing_there(request: Request, error: Exception) -> Response:
    """Clients probe many well-known paths, and read what they get as JSON; a person reads a page."""
    status_code = error.status_code if isinstance(error, HTTPException) else 500
    if "text/html" in request.headers.get("accept", ""):
        return nothing_page(status_code)
    headers = getattr(error, "headers", None)
    name = "not_found" if status_code == 404 else "invalid_request"
    return JSONResponse({"error": name}, status_code=status_code, headers=headers)
