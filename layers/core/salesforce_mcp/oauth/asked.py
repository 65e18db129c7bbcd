"""What a client asked for, as kept between the steps of a sign-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from salesforce_mcp.oauth.client import OPERATOR
from salesforce_mcp.oauth.redirects import application_of, is_loopback, shown_host


@dataclass(frozen=True)
class Asked:
    client_id: str = ""
    client_name: str = ""
    vouched_for_by: str = ""
    redirect_uri: str = ""
    state: str = ""
    challenge: str = ""
    resource: str = ""
    org: str = "default"
    scopes: tuple[str, ...] = ()

    def as_row(self) -> dict[str, Any]:
        return {**vars(self), "scopes": list(self.scopes)}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Asked":
        return cls(**{**row, "scopes": tuple(row["scopes"])})

    @property
    def leads_somewhere_known(self) -> bool:
        """To a program on this computer, or where the operator says. Anybody can register any other address, and would
        have us lead people there by a request that is wrong on purpose (RFC 9700 §4.11.2).
        """
        uri = self.redirect_uri
        return self.vouched_for_by == OPERATOR or is_loopback(uri) or bool(application_of(uri))

    @property
    def back(self) -> str:
        """What a link back to the client is called: its name, and where that really is."""
        return f"{self.client_name} ({shown_host(self.redirect_uri)})"

    def address(self, issuer: str, **answer: str) -> str:
        """The client's redirect URI with our answer; `iss` says whose answer it is (RFC 9207)."""
        said = {**answer, **({"state": self.state} if self.state else {}), "iss": issuer}
        return self.redirect_uri + ("&" if "?" in self.redirect_uri else "?") + urlencode(said)
