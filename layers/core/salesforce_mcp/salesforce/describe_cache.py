"""Describes kept for minutes: they are large, asked for often, and differ by user.

Revalidated with the validators that came with them:
https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_conditional.htm
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from salesforce_mcp.ports import Clock
from salesforce_mcp.salesforce.session import Session


class DescribeKey(NamedTuple):
    """A describe is what one user may see of one object at one version: never shared between users."""

    organization: str
    user: str
    version: str
    path: str

    @classmethod
    def of(cls, session: Session, version: str, path: str) -> "DescribeKey":
        # A bare session id names no user; its digest keeps it apart from every other.
        user = session.user_id or sha256(session.access_token.reveal().encode()).hexdigest()
        return cls(session.organization_id or session.instance_url, user, version, path.lower())


@dataclass(frozen=True)
class _Kept:
    describe: dict[str, Any]
    validators: Mapping[str, str]
    since: float


class DescribeCache:
    """The most recently used describes, each believed for `seconds` and then asked about again."""

    def __init__(self, clock: Clock, *, seconds: float = 300, size: int = 64) -> None:
        self._clock = clock
        self._seconds = seconds
        self._size = size
        self._kept: OrderedDict[DescribeKey, _Kept] = OrderedDict()

    def fresh(self, key: DescribeKey) -> dict[str, Any] | None:
        kept = self._kept.get(key)
        if kept is None or self._clock.now() - kept.since >= self._seconds:
            return None
        self._kept.move_to_end(key)
        return kept.describe

    def validators(self, key: DescribeKey) -> Mapping[str, str]:
        """Headers that let the org answer 304 instead of everything."""
        kept = self._kept.get(key)
        return kept.validators if kept else {}

    def confirm(self, key: DescribeKey) -> dict[str, Any] | None:
        """Salesforce answered 304: what is kept is good for another while."""
        kept = self._kept.get(key)
        return self.keep(key, kept.describe, headers={}, validators=kept.validators) if kept else None

    def keep(
        self,
        key: DescribeKey,
        describe: dict[str, Any],
        *,
        headers: Mapping[str, str],
        validators: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        asked = validators if validators is not None else _validators(headers)
        self._kept[key] = _Kept(describe, asked, self._clock.now())
        self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return describe


def _validators(headers: Mapping[str, str]) -> dict[str, str]:
    if etag := headers.get("ETag"):
        return {"If-None-Match": etag}
    if changed := headers.get("Last-Modified"):
        return {"If-Modified-Since": changed}
    return {}
