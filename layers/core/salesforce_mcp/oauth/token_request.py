"""A request at /token on its way through the checks."""

from dataclasses import dataclass, field

from starlette.requests import Request

from salesforce_mcp.oauth.client import Client
from salesforce_mcp.oauth.codes import Code
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.tokens import Issued, Permission, Tokens
from salesforce_mcp.ports import Item, Key
from salesforce_mcp.services import Services


@dataclass
class TokenRequest:
    services: Services
    grants: Grants
    request: Request
    form: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client("", "", ()))
    item: Item = field(default_factory=lambda: Item(Key(""), {}, 0))
    code: Code | None = None
    permission: Permission = field(default_factory=lambda: Permission("", "", "", frozenset(), ""))
    issued: Issued | None = None

    @property
    def tokens(self) -> Tokens:
        return Tokens(self.services.store, self.services.clock)
