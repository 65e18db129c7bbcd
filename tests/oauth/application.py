"""An MCP client's half of the OAuth dance, by hand, so that every part of it can be left out or bent."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

import httpx

ISSUER = "https://mcp.example.com"
CALLBACK = "https://app.example/callback"


def challenge_of(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Application:
    def __init__(
        self, http: httpx.AsyncClient, *, client_id: str, redirect_uri: str = CALLBACK, secret: str = ""
    ) -> None:
        self.http = http
        self.client_id = client_id
        self.redirect_uri = redirect_uri
        self.secret = secret
        self.verifier = token_urlsafe(48)
        self.state = token_urlsafe(16)

    @classmethod
    async def register(cls, http: httpx.AsyncClient, *, redirect_uri: str = CALLBACK, **metadata: Any) -> "Application":
        asked = {"client_name": "Helpful App", "redirect_uris": [redirect_uri], "token_endpoint_auth_method": "none"}
        answer = await http.post("/register", json={**asked, **metadata})
        assert answer.status_code == 201, answer.text
        told = answer.json()
        return cls(http, client_id=told["client_id"], redirect_uri=redirect_uri, secret=told.get("client_secret", ""))

    def authorization(self, **changes: str | None) -> dict[str, str]:
        """The request's parameters; a change to None leaves one out."""
        usual = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "state": self.state,
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
            "resource": f"{ISSUER}/mcp",
            "scope": "sf.read",
        }
        return {name: value for name, value in {**usual, **changes}.items() if value is not None}

    def authorization_url(self, **changes: str | None) -> str:
        return f"{ISSUER}/authorize?{urlencode(self.authorization(**changes))}"

    async def redeem(self, code: str, **changes: str | None) -> httpx.Response:
        usual = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
            "resource": f"{ISSUER}/mcp",
        }
        return await self._post("/token", {**usual, **changes})

    async def refresh(self, refresh_token: str, **changes: str | None) -> httpx.Response:
        return await self._post("/token", {"grant_type": "refresh_token", "refresh_token": refresh_token, **changes})

    async def revoke(self, token: str) -> httpx.Response:
        return await self._post("/revoke", {"token": token})

    async def _post(self, path: str, form: dict[str, str | None]) -> httpx.Response:
        proof = {"client_id": self.client_id, **({"client_secret": self.secret} if self.secret else {})}
        sent = {name: value for name, value in {**proof, **form}.items() if value is not None}
        return await self.http.post(path, data=sent)
