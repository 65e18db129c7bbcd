"""The form of an OAuth request, wherever the client put its parts."""

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from starlette.requests import Request

from salesforce_emulator.signin.errors import OAuthRefused


@dataclass(frozen=True, slots=True)
class Form:
    """Parameters by name; the consumer key and secret also from HTTP Basic (RFC 6749 §2.3.1)."""

    values: dict[str, str]

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    def require(self, name: str) -> str:
        if not self.get(name):
            raise OAuthRefused("invalid_request", f"missing required parameter: {name}")
        return self.values[name]

    @property
    def secret(self) -> str | None:
        return self.values.get("client_secret")


async def read_form(request: Request) -> Form:
    body = (await request.body()).decode("utf-8", "replace")
    values = {**dict(request.query_params), **dict(parse_qsl(body, keep_blank_values=True))}
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        values["client_id"], values["client_secret"] = _basic(encoded)
    return Form(values)


def _basic(encoded: str) -> tuple[str, str]:
    try:
        key, _, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise OAuthRefused("invalid_client", "invalid client credentials") from error
    return unquote(key), unquote(secret)
