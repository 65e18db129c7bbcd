"""A Salesforce grant as it is kept: who, where, which generation, sealed tokens, and who is renewing it."""

import json
from base64 import b64decode, b64encode, urlsafe_b64decode
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from math import inf

from salesforce_mcp.errors import SignInRequired
from salesforce_mcp.ports import Cipher, Clock, Item, Key, Store
from salesforce_mcp.salesforce.session import Secret, Session

# Longer than any token of ours can be renewed without a new sign-in.
_KEPT_SECONDS = 91 * 86400


class State(StrEnum):
    OK = "ok"
    REFRESHING = "refreshing"
    REAUTH_REQUIRED = "reauth_required"


@dataclass(frozen=True)
class Grant:
    """`generation` grows with every new access token, given at `issued_at`; `sent`: a refresh may have been sent."""

    organization_id: str
    user_id: str
    org: str
    login_url: str
    instance_url: str
    generation: int
    state: State
    issued_at: float = 0
    sealed: str = ""
    lease_owner: str = ""
    lease_until: float = 0
    sent: bool = False

    @property
    def key(self) -> Key:
        return grant_key(self.organization_id, self.user_id)

    @property
    def context(self) -> dict[str, str]:
        return {"org": self.organization_id, "user": self.user_id}

    def resting(self, state: State) -> "Grant":
        """The grant with nobody renewing it."""
        return replace(self, state=state, lease_owner="", lease_until=0, sent=False)


@dataclass(frozen=True)
class GrantTokens:
    """What is sealed of a grant. Salesforce gives no refresh token when the app's policy withholds it."""

    access_token: Secret
    refresh_token: Secret
    username: str = ""
    org_name: str = ""


def grant_key(organization_id: str, user_id: str) -> Key:
    return Key(f"grant#{organization_id}#{user_id}")


def grant_of(item: Item | None) -> Grant:
    """The grant in this row, if it can still be used."""
    if item is None or item.value["state"] == State.REAUTH_REQUIRED:
        raise sign_in_required()
    return Grant(**{**item.value, "state": State(item.value["state"])})


def sign_in_required() -> SignInRequired:
    return SignInRequired(
        "the connection to Salesforce has ended",
        hint="Connect again: the application opens a sign-in page by itself, or remove and add this server there.",
    )


async def write_grant(store: Store, clock: Clock, item: Item | None, grant: Grant) -> Item | None:
    """Over exactly this version of the row, or where there is none: None if somebody was faster."""
    expires = int(clock.now()) + _KEPT_SECONDS
    if item is None:
        return await store.create(grant.key, asdict(grant), expires_at=expires)
    return await store.replace(item, asdict(grant), expires_at=expires)


async def seal(cipher: Cipher, grant: Grant, tokens: GrantTokens) -> Grant:
    plain = json.dumps(
        {
            "access_token": tokens.access_token.reveal(),
            "refresh_token": tokens.refresh_token.reveal(),
            "username": tokens.username,
            "org_name": tokens.org_name,
        }
    ).encode()
    return replace(grant, sealed=b64encode(await cipher.encrypt(plain, grant.context)).decode())


async def unseal(cipher: Cipher, grant: Grant) -> GrantTokens:
    plain = json.loads(await cipher.decrypt(b64decode(grant.sealed), grant.context))
    return GrantTokens(
        access_token=Secret(plain["access_token"]),
        refresh_token=Secret(plain["refresh_token"]),
        username=plain["username"],
        org_name=plain["org_name"],
    )


def renewal_due(grant: Grant, tokens: GrantTokens, *, session_seconds: float) -> float:
    """When to renew a session that still lives: at four fifths of its life, so that a lost answer can be survived.

    A JWT tells its end; that of an opaque token is the org's session timeout.
    """
    if not tokens.refresh_token:
        return inf
    ends = _end_of_jwt(tokens.access_token.reveal()) or grant.issued_at + session_seconds
    return grant.issued_at + 0.8 * (ends - grant.issued_at)


def _end_of_jwt(token: str) -> float | None:
    """Read, not verified: it is ours to send, and Salesforce's to judge."""
    try:
        _, claims, _ = token.split(".")
        end = json.loads(urlsafe_b64decode(claims + "=="))["exp"]
    except (ValueError, LookupError, TypeError):
        return None
    return float(end) if isinstance(end, (int, float)) else None


def session_of(grant: Grant, tokens: GrantTokens) -> Session:
    return Session(
        instance_url=grant.instance_url,
        access_token=tokens.access_token,
        user_id=grant.user_id,
        organization_id=grant.organization_id,
        generation=grant.generation,
    )
