"""Our own access and refresh tokens: opaque, kept as hashes, rotated, revocable at once.

All tokens that follow from one consent are a family, and a family is one row: checking a token is one read,
rotating and revoking are one conditional write. A token names its family, so nothing else has to be looked up.
"""

import json
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.opaque import fingerprint, new_secret
from salesforce_mcp.ports import Clock, Item, Key, Store

ACCESS_SECONDS = 3600
REFRESH_SLIDING_SECONDS = 30 * 86400
REFRESH_ABSOLUTE_SECONDS = 90 * 86400
# A client that lost our answer, or several processes sharing a token, may present the one just replaced.
GRACE_SECONDS = 45
_LIVE_ACCESS_TOKENS = 50
_TOKEN = re.compile(r"sf(?P<kind>[ar])_(?P<family>[0-9a-f]{32})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Permission:
    """What a person allowed a client."""

    subject: str  # "<organization id>/<user id>"
    org: str  # alias in the URL, "default" for /mcp
    client_id: str
    scopes: frozenset[str]
    resource: str

    @property
    def organization_id(self) -> str:
        return self.subject.partition("/")[0]

    @property
    def user_id(self) -> str:
        return self.subject.partition("/")[2]


@dataclass(frozen=True)
class Access(Permission):
    """A permission that a presented token proves. Whoever accepts it compares `resource` with its own."""

    expires_at: int


@dataclass(frozen=True)
class Issued:
    access_token: str
    refresh_token: str
    expires_at: int
    scopes: frozenset[str]
    family: str


class Tokens:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def verify(self, bearer: str) -> Access | None:
        """What this access token permits now; None when it is not one of ours, expired or revoked."""
        family = await self._family_of(bearer, kind="a")
        if family is None:
            return None
        until = family.value["access"].get(fingerprint(bearer), 0)
        if until <= self._clock.now():
            return None
        permission = _permission(family.value)
        return Access(**vars(permission), expires_at=until)

    async def issue(self, permission: Permission, *, renewable: bool = True) -> Issued:
        """The first tokens of a new family; a program asks again with its own proof instead of renewing."""
        now = int(self._clock.now())
        family = secrets.token_hex(16)
        issued = self._mint(family, permission.scopes, now)
        if not renewable:
            issued = replace(issued, refresh_token="")
        value = {
            "subject": permission.subject,
            "org": permission.org,
            "client_id": permission.client_id,
            "scopes": sorted(permission.scopes),
            "resource": permission.resource,
            "created_at": now,
            "ends_at": now + REFRESH_ABSOLUTE_SECONDS,
            "refresh": fingerprint(issued.refresh_token) if renewable else None,
            "access": {fingerprint(issued.access_token): issued.expires_at},
        }
        lives = REFRESH_SLIDING_SECONDS if renewable else ACCESS_SECONDS
        await self._store.put(_family_key(family), value, expires_at=now + lives)
        return issued

    async def permission_behind(self, refresh_token: str, client_id: str) -> Permission:
        """What this refresh token renews; another client's token is as good as none (RFC 6749 §6)."""
        family = await self._family_of(refresh_token, kind="r")
        if family is None or family.value["client_id"] != client_id:
            raise _no_such_token()
        return _permission(family.value)

    async def rotate(self, refresh_token: str, client_id: str) -> Issued:
        """New tokens for this refresh token, which is spent by it (OAuth 2.1 §4.3.1)."""
        while True:
            family = await self._family_of(refresh_token, kind="r")
            if family is None or family.value["client_id"] != client_id:
                raise _no_such_token()
            presented = fingerprint(refresh_token)
            if presented == family.value["refresh"]:
                issued = await self._replace(family, refresh_token)
                if issued:
                    return issued
                continue  # somebody else rotated it just now: we are within the grace of that
            if presented == family.value.get("previous") and self._within_grace(family.value["rotated_at"]):
                return _successor(family.value, refresh_token)
            await self._refuse_reuse(family, presented)

    async def revoke(self, token: str, client_id: str) -> Permission | None:
        """RFC 7009: a refresh token ends its family, an access token only itself; others' tokens are left alone.

        Returns the permission that ended, if one did.
        """
        found = _TOKEN.fullmatch(token)
        family = await self._store.get(_family_key(found["family"])) if found else None
        if found is None or family is None or family.value["client_id"] != client_id:
            return None
        presented = fingerprint(token)
        if found["kind"] == "a":
            await self._forget_access(family, presented)
            return None
        if presented not in {family.value["refresh"], family.value.get("previous")}:
            return None
        await self.end(found["family"])
        return _permission(family.value)

    async def end(self, family: str) -> None:
        """Every token of the family is dead from now on."""
        await self._store.delete(_family_key(family))

    async def is_alive(self, family: str) -> bool:
        return await self._store.get(_family_key(family)) is not None

    async def _family_of(self, token: str, *, kind: str) -> Item | None:
        found = _TOKEN.fullmatch(token)
        if not found or found["kind"] != kind:
            return None
        return await self._store.get(_family_key(found["family"]))

    def _mint(self, family: str, scopes: frozenset[str], now: int) -> Issued:
        return Issued(
            access_token=f"sfa_{family}_{new_secret()}",
            refresh_token=f"sfr_{family}_{new_secret()}",
            expires_at=now + ACCESS_SECONDS,
            scopes=scopes,
            family=family,
        )

    async def _replace(self, family: Item, refresh_token: str) -> Issued | None:
        now = int(self._clock.now())
        old = family.value
        name = family.key.partition.removeprefix("family#")
        issued = self._mint(name, frozenset(old["scopes"]), now)
        live = [(token, until) for token, until in old["access"].items() if until > now][1 - _LIVE_ACCESS_TOKENS :]
        value = {
            **old,
            "refresh": fingerprint(issued.refresh_token),
            "access": {**dict(live), fingerprint(issued.access_token): issued.expires_at},
            "previous": fingerprint(refresh_token),
            "rotated_at": now,
            "successor": _seal(issued, refresh_token),
        }
        # Noted before it is spent: were we to die in between, the token is still the current one and asked first.
        spent = Key(family.key.partition, f"spent#{fingerprint(refresh_token)}")
        await self._store.put(spent, {"at": now}, expires_at=old["ends_at"])
        ends = min(now + REFRESH_SLIDING_SECONDS, old["ends_at"])
        return issued if await self._store.replace(family, value, expires_at=ends) else None

    async def _refuse_reuse(self, family: Item, presented: str) -> None:
        """A token that was replaced long ago is in two hands: nobody may go on with this family (RFC 9700 §4.14.2)."""
        spent = await self._store.get(Key(family.key.partition, f"spent#{presented}"))
        if spent and not self._within_grace(spent.value["at"]):
            await self._store.delete(family.key)
        raise _no_such_token()

    async def _forget_access(self, family: Item | None, presented: str) -> None:
        while family and presented in family.value["access"]:
            left = {token: until for token, until in family.value["access"].items() if token != presented}
            # The successor's access token would come back through the grace, so that ends too.
            value = {**family.value, "access": left, "previous": None}
            if await self._store.replace(family, value, expires_at=family.expires_at):
                return
            family = await self._store.get(family.key)

    def _within_grace(self, since: int) -> bool:
        return self._clock.now() - since <= GRACE_SECONDS


def _family_key(family: str) -> Key:
    return Key(f"family#{family}")


def _permission(value: Mapping[str, Any]) -> Permission:
    return Permission(
        subject=value["subject"],
        org=value["org"],
        client_id=value["client_id"],
        scopes=frozenset(value["scopes"]),
        resource=value["resource"],
    )


def _no_such_token() -> OAuthError:
    return OAuthError("invalid_grant", "the refresh token is unknown, expired, already used or not this client's")


def _seal(issued: Issued, refresh_token: str) -> str:
    """Only who holds the spent token can read what came after it; we ourselves keep hashes alone."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # half the import time of checking a token

    plain = json.dumps([issued.access_token, issued.refresh_token, issued.expires_at]).encode()
    nonce = secrets.token_bytes(12)
    return b64encode(nonce + AESGCM(_key_from(refresh_token)).encrypt(nonce, plain, None)).decode()


def _successor(value: Mapping[str, Any], refresh_token: str) -> Issued:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealed = b64decode(value["successor"])
    access, refresh, until = json.loads(AESGCM(_key_from(refresh_token)).decrypt(sealed[:12], sealed[12:], None))
    return Issued(access, refresh, until, frozenset(value["scopes"]), family=refresh.split("_")[1])


def _key_from(refresh_token: str) -> bytes:
    return bytes.fromhex(fingerprint(f"successor of {refresh_token}"))
