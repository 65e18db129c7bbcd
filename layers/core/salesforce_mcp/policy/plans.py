"""What was previewed, and may now be done once: the plan of one person, for one tool, with exactly these arguments."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.ports import Clock, Key, Store

SECONDS = 300
_HINT = "Preview again, show the person what will change, and use the new planId with the same arguments within 5 min."


class Plans:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def propose(self, *, subject: str, tool: str, arguments: Mapping[str, Any]) -> str:
        """A plan id for a call that was shown to the person first."""
        plan_id = secrets.token_urlsafe(16)
        value = {"digest": _digest(subject, tool, arguments)}
        await self._store.put(_key(plan_id), value, expires_at=int(self._clock.now()) + SECONDS)
        return plan_id

    async def redeem(self, plan_id: str, *, subject: str, tool: str, arguments: Mapping[str, Any]) -> None:
        """Use the plan up; refuse one that is old, used, somebody else's or for something else."""
        key, digest = _key(plan_id), _digest(subject, tool, arguments)
        kept = await self._store.get(key)
        if kept is None:
            raise _refused("The planId is unknown, older than 5 minutes, or was used already")
        if not secrets.compare_digest(str(kept.value["digest"]), digest):
            raise _refused("The planId was made for another call")  # and stays good for that one
        if await self._store.take(key) is None:
            raise _refused("The planId was used already")


def _key(plan_id: str) -> Key:
    return Key(f"plan#{hashlib.sha256(plan_id.encode('utf-8', 'replace')).hexdigest()}")


def _digest(subject: str, tool: str, arguments: Mapping[str, Any]) -> str:
    said = json.dumps([subject, tool, arguments], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def _refused(message: str) -> InvalidInput:
    return InvalidInput(message, code="PLAN_NOT_VALID", fields=["planId"], hint=_HINT)
