"""A client that does what its habits say, over whatever transport leads to the server."""

import json
import re
import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from edges.habits import CHATGPT_KEYS, Habits
from edges.whole import JSON
from jwt.algorithms import RSAAlgorithm
from oauth.application import ISSUER, challenge_of
from oauth.browser import Browser, Page, query_of
from oauth.deployment import ORG, SALES

from salesforce_mcp.ports import Clock

SIGNING_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEYS = {"keys": [{**json.loads(RSAAlgorithm.to_jwk(SIGNING_KEY.public_key())), "kid": "1", "use": "sig"}]}
ENDPOINT = f"{ISSUER}/mcp"


def documents(habits: Habits) -> dict[str, dict[str, Any]]:
    """What the client's own host serves about it."""
    if not habits.document:
        return {}
    about = {
        "client_id": habits.document,
        "client_name": habits.name,
        "redirect_uris": list(habits.redirects),
        "token_endpoint_auth_method": habits.method,
        **({"jwks_uri": CHATGPT_KEYS} if habits.method == "private_key_jwt" else {}),
    }
    return {habits.document: about, CHATGPT_KEYS: KEYS}


@dataclass
class Scripted:
    habits: Habits
    transport: httpx.AsyncBaseTransport
    org: httpx.AsyncBaseTransport
    clock: Clock
    client_id: str = ""
    secret: str = ""
    access: str = ""
    refresh_token: str = ""
    replaced: str = ""
    asked: list[str] = field(default_factory=list)  # "METHOD /path", in order
    metadata: dict[str, Any] = field(default_factory=dict)
    challenged: str = ""

    def __post_init__(self) -> None:
        headers = {"User-Agent": self.habits.user_agent}
        if self.habits.from_a_browser:
            headers["Origin"] = "http://localhost:6274"
        self._http = httpx.AsyncClient(transport=_Kept(self.transport), headers=headers)

    async def connect(self, *, reconnecting: bool = False) -> None:
        """From the first call without a token to the first one that works."""
        await self._discover()
        if not self.client_id:
            await self._register()
        code, verifier = await self._authorize(reconnecting=reconnecting)
        await self._redeem(code, verifier)

    async def refresh(self) -> httpx.Response:
        form = {"grant_type": "refresh_token", "refresh_token": self.refresh_token}
        if self.habits.resource_on_refresh:
            form["resource"] = ENDPOINT
        answer = await self._token(form)
        if answer.status_code == 200:
            self._keep(answer.json())
        return answer

    async def refresh_again_with_the_replaced_token(self) -> httpx.Response:
        return await self._token({"grant_type": "refresh_token", "refresh_token": self.replaced})

    async def disconnect(self) -> None:
        answer = await self._post(self.metadata["revocation_endpoint"], {"token": self.refresh_token})
        assert answer.status_code == 200, answer.text

    async def works(self) -> str:
        """The user name that a tool call tells; empty when the token is refused, properly."""
        if self.habits.revision != "2026-07-28":
            hello = {"protocolVersion": self.habits.revision, "capabilities": {}, "clientInfo": _info(self.habits)}
            opened = await self._rpc("initialize", hello)
            if opened.status_code == 401:
                self._note_challenge(opened)
                return ""
            assert opened.json()["result"]["protocolVersion"] == self.habits.revision
            await self._rpc("notifications/initialized", None)
        called = await self._rpc("tools/call", {"name": "getUserInfo", "arguments": {}})
        if called.status_code == 401:
            self._note_challenge(called)
            return ""
        assert called.status_code == 200, called.text
        return str(called.json()["result"]["structuredContent"]["username"])

    async def _discover(self) -> None:
        assert await self.works() == ""
        resource = re.search(r'resource_metadata="([^"]+)"', self.challenged)
        places = [resource[1]] if resource else []
        places += [f"{ISSUER}/.well-known/oauth-protected-resource{path}" for path in ("/mcp", "")]
        protected = (await self._first(places)).json()
        assert protected["resource"] == ENDPOINT
        for probe in self.habits.probes:
            probed = await self._get(f"{ISSUER}{probe}")
            assert probed.status_code in {200, 404}, probe
            assert probed.headers["content-type"] == "application/json"
        [issuer] = protected["authorization_servers"]
        self.metadata = (await self._first([f"{issuer}/.well-known/oauth-authorization-server"])).json()
        assert self.metadata["issuer"] == issuer
        assert self.metadata["code_challenge_methods_supported"] == ["S256"]
        self._scope = " ".join(protected["scopes_supported"])
        if found := re.search(r'scope="([^"]+)"', self.challenged):
            self._scope = found[1]

    async def _register(self) -> None:
        if self.habits.document:
            assert self.metadata["client_id_metadata_document_supported"] is True
            self.client_id = self.habits.document
            return
        for _ in range(self.habits.registrations):
            asked = {
                "client_name": self.habits.name,
                "redirect_uris": list(self.habits.redirects),
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "token_endpoint_auth_method": self.habits.asks_for_method or "none",
            }
            await self._preflight(self.metadata["registration_endpoint"], "POST")
            answer = await self._http.post(self.metadata["registration_endpoint"], json=asked)
            assert answer.status_code == 201, answer.text
            told = answer.json()
            assert self.habits.callback in told["redirect_uris"]
            self.client_id, self.secret = told["client_id"], told.get("client_secret", "")

    async def _authorize(self, *, reconnecting: bool) -> tuple[str, str]:
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        scope = self.habits.scope_on_reconnect if reconnecting else self.habits.scope
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.habits.callback,
            "state": state,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
            "resource": ENDPOINT,
            "scope": self._scope if scope is None else scope,
        }
        browser = Browser({urlsplit(ISSUER).netloc: _Kept(self.transport), urlsplit(ORG).netloc: self.org})
        address = f"{self.metadata['authorization_endpoint']}?{urlencode({k: v for k, v in query.items() if v})}"
        page = await browser.open(address)
        assert isinstance(page, Page)
        assert self.habits.name in page.text
        page = await browser.submit(page, decision="allow")
        for _ in range(3):
            if isinstance(page, Page) and page.forms and page.url.startswith(ORG):
                entries = {"un": SALES, "pw": "demo"} if "un" in page.forms[0].fields else {"decision": "allow"}
                page = await browser.submit(page, **entries)
        landed = page.links[0] if isinstance(page, Page) else page
        told = query_of(landed)
        assert landed.startswith(self.habits.callback)
        assert (told["state"], told["iss"]) == (state, self.metadata["issuer"])
        return told["code"], verifier

    async def _redeem(self, code: str, verifier: str) -> None:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.habits.callback,
            "code_verifier": verifier,
        }
        if self.habits.resource_on_token:
            form["resource"] = ENDPOINT
        answer = await self._token(form)
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        self._keep(answer.json())

    def _keep(self, told: dict[str, Any]) -> None:
        self.replaced, self.refresh_token = self.refresh_token, told["refresh_token"]
        self.access = told["access_token"]

    async def _token(self, form: dict[str, str]) -> httpx.Response:
        return await self._post(self.metadata["token_endpoint"], form)

    async def _post(self, address: str, form: dict[str, str]) -> httpx.Response:
        await self._preflight(address, "POST")
        headers, proof = {}, {"client_id": self.client_id}
        if self.habits.method == "client_secret_post":
            proof["client_secret"] = self.secret
        elif self.habits.method == "client_secret_basic":
            pair = f"{quote(self.client_id)}:{quote(self.secret)}"
            headers, proof = {"Authorization": "Basic " + b64encode(pair.encode()).decode()}, {}
        elif self.habits.method == "private_key_jwt":
            proof |= self._assertion()
        self.asked.append(f"POST {urlsplit(address).path}")
        return await self._http.post(address, data={**form, **proof}, headers=headers)

    def _assertion(self) -> dict[str, str]:
        now = int(self.clock.now())
        claims = {"iss": self.client_id, "sub": self.client_id, "aud": f"{ISSUER}/token", "iat": now, "exp": now + 60}
        signed = jwt.encode(
            {**claims, "jti": secrets.token_hex(8)}, SIGNING_KEY, algorithm="RS256", headers={"kid": "1"}
        )
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        return {"client_assertion_type": kind, "client_assertion": signed}

    async def _rpc(self, method: str, params: dict[str, Any] | None) -> httpx.Response:
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
        headers = {**JSON}
        if params is not None:
            message |= {"id": 1, "params": params}
        if method != "initialize":
            headers["MCP-Protocol-Version"] = self.habits.revision
        if self.habits.revision == "2026-07-28" and params is not None:
            headers |= {"Mcp-Method": method, "Mcp-Name": params["name"]}
            meta = {
                "io.modelcontextprotocol/protocolVersion": self.habits.revision,
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": _info(self.habits),
            }
            message["params"] = {**params, "_meta": meta}
        if self.access:
            headers["Authorization"] = f"Bearer {self.access}"
        if self.habits.from_a_browser:
            headers["Origin"] = ISSUER  # the operator has not allowed others, and its proxy sends none
        self.asked.append("POST /mcp")
        return await self._http.post(ENDPOINT, json=message, headers=headers)

    async def _first(self, places: list[str]) -> httpx.Response:
        for place in places:
            answer = await self._get(place)
            if answer.status_code == 200:
                return answer
        raise AssertionError(f"none of {places}")

    async def _get(self, address: str) -> httpx.Response:
        await self._preflight(address, "GET")
        self.asked.append(f"GET {urlsplit(address).path}")
        return await self._http.get(address, headers={"MCP-Protocol-Version": self.habits.revision})

    async def _preflight(self, address: str, method: str) -> None:
        """A page asks first, and reads only what it is allowed to."""
        if not self.habits.from_a_browser:
            return
        headers = {
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type,mcp-protocol-version",
        }
        answer = await self._http.options(address, headers=headers)
        assert answer.status_code in {200, 204}, address
        allowed = answer.headers["access-control-allow-headers"].lower()
        assert answer.headers["access-control-allow-origin"] == "*"
        assert {"authorization", "content-type", "mcp-protocol-version"} <= {one.strip() for one in allowed.split(",")}

    def _note_challenge(self, answer: httpx.Response) -> None:
        self.challenged = answer.headers.get("www-authenticate", "")


class _Kept(httpx.AsyncBaseTransport):
    """Several HTTP clients go through one transport, which outlives them."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._inner.handle_async_request(request)


def _info(habits: Habits) -> dict[str, str]:
    return {"name": habits.name, "version": "1"}
