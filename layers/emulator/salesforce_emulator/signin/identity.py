"""Who a token belongs to: userinfo, the identity URL, introspection, revocation and the keys of id tokens."""

from datetime import datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from salesforce_emulator.api_versions import LATEST
from salesforce_emulator.signin.errors import OAuthRefused
from salesforce_emulator.signin.form import read_form
from salesforce_emulator.signin.sessions import Session
from salesforce_emulator.site import Site, site_of

KEY_ID = "emulated"
URLS = {
    "enterprise": "/services/Soap/c/{version}/",
    "metadata": "/services/Soap/m/{version}/",
    "partner": "/services/Soap/u/{version}/",
    "rest": "/services/data/v{version}/",
    "sobjects": "/services/data/v{version}/sobjects/",
    "search": "/services/data/v{version}/search/",
    "query": "/services/data/v{version}/query/",
    "recent": "/services/data/v{version}/recent/",
    "tooling_soap": "/services/Soap/T/{version}/",
    "tooling_rest": "/services/data/v{version}/tooling/",
    "feeds": "/services/data/v{version}/chatter/feeds",
    "groups": "/services/data/v{version}/chatter/groups",
    "users": "/services/data/v{version}/chatter/users",
    "feed_items": "/services/data/v{version}/chatter/feed-items",
    "feed_elements": "/services/data/v{version}/chatter/feed-elements",
}


async def userinfo(request: Request) -> Response:
    """GET|POST /services/oauth2/userinfo"""
    site = site_of(request)
    session = await _session(request)
    if isinstance(session, Response):
        return session
    return JSONResponse(_claims(site, session, site.base_url(request)))


async def identity(request: Request) -> Response:
    """GET /id/{organization}/{user}"""
    site = site_of(request)
    session = await _session(request)
    if isinstance(session, Response):
        return session
    names = request.path_params
    asked = (names["organization"][:15], names["user"][:15])
    if asked != (site.org.organization_id[:15], session.user_id[:15]):
        return PlainTextResponse("Bad_Id", status_code=403)
    answer = _identity(site, session, site.base_url(request), request.query_params.get("version", ""))
    if request.query_params.get("format") == "xml":
        parts = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in answer.items())
        return Response(f'<?xml version="1.0" encoding="UTF-8"?><user>{parts}</user>', media_type="application/xml")
    return JSONResponse(answer)


async def introspect(request: Request) -> Response:
    """POST /services/oauth2/introspect (RFC 7662)"""
    site = site_of(request)
    form = await read_form(request)
    app = site.apps.authenticate(form.require("client_id"), form.secret)
    token = form.require("token")
    session = site.sessions.find(token)
    if session is not None and session.consumer_key == app.consumer_key:
        return JSONResponse(
            _introspected(
                site, site.base_url(request), "access_token", session.user_id, app.consumer_key, session.scope
            )
            | {"exp": _seconds(session.expires), "iat": _seconds(session.issued), "nbf": _seconds(session.issued)}
        )
    refresh = site.sessions.peek_refresh_token(token, app.consumer_key)
    if refresh is None:
        return JSONResponse({"active": False})
    return JSONResponse(
        _introspected(site, site.base_url(request), "refresh_token", refresh.user_id, app.consumer_key, refresh.scope)
        | {"iat": _seconds(refresh.issued), "nbf": _seconds(refresh.issued)}
    )


async def revoke(request: Request) -> Response:
    """GET|POST /services/oauth2/revoke (RFC 7009, but unknown tokens are an error here)"""
    site = site_of(request)
    form = await read_form(request)
    if form.get("token_type_hint") not in {"", "access_token", "refresh_token"}:
        raise OAuthRefused("unsupported_token_type", "this token type is not supported")
    if not site.sessions.revoke(form.require("token")):
        raise OAuthRefused("invalid_token", "invalid token: the token is unknown, expired or revoked")
    return Response(status_code=200)


async def keys(_request: Request) -> Response:
    """GET /id/keys"""
    jwk = RSAAlgorithm.to_jwk(_signing_key().public_key(), as_dict=True)
    return JSONResponse({"keys": [{**jwk, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]})


def id_token(site: Site, session: Session, base_url: str, *, nonce: str) -> str:
    claims = _claims(site, session, base_url)
    issued = _seconds(session.issued)
    kept = {name: claims[name] for name in ("sub", "name", "email", "preferred_username", "zoneinfo")}
    kept |= {"iss": base_url, "aud": session.consumer_key, "iat": issued, "exp": issued + 120}
    if nonce:
        kept["nonce"] = nonce
    return jwt.encode(kept, _signing_key(), algorithm="RS256", headers={"kid": KEY_ID})


@cache
def _signing_key() -> rsa.RSAPrivateKey:
    """Made when first needed: most orgs never sign an id token."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


async def _session(request: Request) -> Session | Response:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() not in {"bearer", "oauth"}:
        form = await read_form(request)
        token = form.get("oauth_token") or form.get("access_token")
    if not token:
        return PlainTextResponse("Missing_OAuth_Token", status_code=403)
    return site_of(request).sessions.find(token.strip()) or PlainTextResponse("Bad_OAuth_Token", status_code=403)


def _claims(site: Site, session: Session, base_url: str) -> dict[str, Any]:
    """https://help.salesforce.com/s/articleView?id=sf.remoteaccess_using_userinfo_endpoint.htm"""
    user = site.user(session.user_id)
    return {
        "sub": f"{base_url}/id/{site.org.organization_id}/{session.user_id}",
        "user_id": session.user_id,
        "organization_id": site.org.organization_id,
        "preferred_username": user["Username"],
        "nickname": user.get("CommunityNickname") or user["Username"].partition("@")[0],
        "name": user["Name"],
        "email": user["Email"],
        "email_verified": True,
        "given_name": user["FirstName"],
        "family_name": user["LastName"],
        "zoneinfo": user["TimeZoneSidKey"],
        "photos": _photos(base_url),
        "profile": f"{base_url}/{session.user_id}",
        "picture": _photos(base_url)["picture"],
        "address": {},
        "is_salesforce_integration_user": False,
        "urls": _urls(base_url, session.user_id),
        "active": bool(user["IsActive"]),
        "user_type": "STANDARD",
        "language": user["LanguageLocaleKey"],
        "locale": user["LocaleSidKey"],
        "utcOffset": _utc_offset(user["TimeZoneSidKey"], site.org.now()),
        "updated_at": user["SystemModstamp"],
        "is_app_installed": True,
    } | _custom_permissions(site, session)


def _custom_permissions(site: Site, session: Session) -> dict[str, Any]:
    """With their scope: name -> id of each custom permission that the user has."""
    if not session.allows("custom_permissions"):
        return {}
    found = site.org.connection.execute(
        'SELECT p.DeveloperName, p.Id FROM "CustomPermission" p JOIN "SetupEntityAccess" e ON e.SetupEntityId = p.Id'
        ' JOIN "PermissionSetAssignment" a ON a.PermissionSetId = e.ParentId WHERE a.AssigneeId = ? ORDER BY 1',
        (session.user_id,),
    )
    return {"custom_permissions": dict(found.fetchall())}


def _identity(site: Site, session: Session, base_url: str, version: str) -> dict[str, Any]:
    user = site.user(session.user_id)
    claims = _claims(site, session, base_url)
    urls = claims["urls"]
    if version:
        number = LATEST if version == "latest" else version
        urls = {name: url.replace("{version}", number) for name, url in urls.items()}
    return {
        "id": claims["sub"],
        "asserted_user": True,
        "user_id": session.user_id,
        "organization_id": site.org.organization_id,
        "username": user["Username"],
        "nick_name": claims["nickname"],
        "display_name": user["Name"],
        "email": user["Email"],
        "email_verified": True,
        "first_name": user["FirstName"],
        "last_name": user["LastName"],
        "timezone": user["TimeZoneSidKey"],
        "photos": {"picture": claims["photos"]["picture"], "thumbnail": claims["photos"]["thumbnail"]},
        "addr_street": user.get("Street"),
        "addr_city": user.get("City"),
        "addr_state": user.get("State"),
        "addr_country": user.get("Country"),
        "addr_zip": user.get("PostalCode"),
        "mobile_phone": user.get("MobilePhone"),
        "mobile_phone_verified": False,
        "is_lightning_login_user": False,
        "status": {"created_date": None, "body": None},
        "urls": urls,
        "active": claims["active"],
        "user_type": "STANDARD",
        "language": user["LanguageLocaleKey"],
        "locale": user["LocaleSidKey"],
        "utcOffset": claims["utcOffset"],
        "last_modified_date": user["SystemModstamp"],
        "is_app_installed": True,
    } | _custom_permissions(site, session)


def _urls(base_url: str, user_id: str) -> dict[str, str]:
    return {name: base_url + path for name, path in URLS.items()} | {
        "profile": f"{base_url}/{user_id}",
        "custom_domain": base_url,
    }


def _photos(base_url: str) -> dict[str, str]:
    return {"picture": f"{base_url}/profilephoto/005/F", "thumbnail": f"{base_url}/profilephoto/005/T"}


def _introspected(site: Site, base_url: str, kind: str, user_id: str, consumer_key: str, scope: str) -> dict[str, Any]:
    return {
        "active": True,
        "scope": scope,
        "client_id": consumer_key,
        "username": site.user(user_id)["Username"],
        "sub": f"{base_url}/id/{site.org.organization_id}/{user_id}",
        "token_type": kind,
    }


def _utc_offset(time_zone: str, now: datetime) -> int:
    """Milliseconds."""
    offset = ZoneInfo(time_zone).utcoffset(now)
    return int(offset.total_seconds() * 1000) if offset is not None else 0


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
