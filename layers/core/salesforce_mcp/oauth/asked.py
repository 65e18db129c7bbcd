"""What a client asked for, as kept between the steps of a sign-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


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

    def address(self, issuer: str, **answer: str) -> str:
        """The client's redirect URI with our answer; `iss` says whose answer it is (RFC 9207)."""
        said = {**answer, **({"state": self.state} if self.state else {}), "iss": issuer}
        return self.redirect_uri + ("&" if "?" in self.redirect_uri else "?") + urlencode(said)
