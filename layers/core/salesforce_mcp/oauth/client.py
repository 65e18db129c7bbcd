"""An application that asks for tokens."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_LONGEST_NAME = 60
OPERATOR = "the operator of this server"  # as the consent page says who vouches for a client


@dataclass(frozen=True)
class Program:
    """A client that acts by itself, in one org that the server signs in to, within these scopes."""

    org: str
    scopes: frozenset[str]
    username: str = ""  # of a user of its own, where the org's way can sign in anybody


@dataclass(frozen=True)
class Client:
    client_id: str
    name: str
    redirect_uris: tuple[str, ...]
    auth_method: str = "none"
    secrets: tuple[str, ...] = ()  # fingerprints; two during a rotation
    jwks: Mapping[str, Any] | None = None
    jwks_uri: str = ""
    program: Program | None = None  # what it may do without a person; only the operator can say that
    vouched_for_by: str = ""  # the host that serves its description, or the operator; empty for who registered itself

    @property
    def is_confidential(self) -> bool:
        return self.auth_method != "none"


def as_name(text: object) -> str:
    """A name fit to be shown: one line, no invisible or direction-changing characters, not long."""
    if not isinstance(text, str):
        return "An application without a name"
    visible = "".join(letter if unicodedata.category(letter)[0] not in "CZ" else " " for letter in text[:1000])
    name = re.sub(r" +", " ", visible).strip()
    if len(name) > _LONGEST_NAME:
        name = name[: _LONGEST_NAME - 1] + "…"
    return name or "An application without a name"
