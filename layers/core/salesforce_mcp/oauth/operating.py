"""What an operator does to everybody at once: after a restored backup, and before the stack is deleted."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from salesforce_mcp.oauth.grant import State, write_grant
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.tokens import Permission
from salesforce_mcp.ports import Item
from salesforce_mcp.services import Services

# Whoever holds one of these could go on; a consent or a state that was under way would meet a changed world.
_OURS = ("family#", "code#", "state#", "consent#", "account#")

_AT_ONCE = 10  # as many as AWS's client has connections


class Everything(Protocol):
    """The store as an operator sees it: no request ever looks beyond its own keys."""

    async def scan(self, prefix: str) -> Sequence[Item]: ...


async def restore(services: Services, everything: Everything) -> str:
    """A restored table holds refresh tokens that Salesforce has replaced since; sending one would end them all.

    So every grant asks for a new sign-in, and no token of ours lives on: one revoked since would live again.
    """
    dropped = await _drop_ours(services, everything)
    marked = 0
    for item in await everything.scan("grant#"):
        while item.value["state"] != State.REAUTH_REQUIRED:
            grant = Grants.ended(item)
            if await write_grant(services.store, services.clock, item, grant):
                marked += 1
                break
            again = await services.store.get(item.key)
            if again is None:
                break
            item = again
    return f"{dropped} tokens and sign-ins dropped, {marked} connections wait for a new sign-in"


async def teardown(services: Services, everything: Everything) -> str:
    """End every connection here and at Salesforce, so that nothing is left there when the table is gone."""
    dropped = await _drop_ours(services, everything)
    grants, ended = Grants(services), 0
    for item in await everything.scan("grant#"):
        if item.value["state"] == State.REAUTH_REQUIRED:
            continue
        subject = f"{item.value['organization_id']}/{item.value['user_id']}"
        await grants.end(Permission(subject, item.value["org"], "", frozenset(), ""))
        ended += 1
    return f"{dropped} tokens and sign-ins dropped, {ended} connections to Salesforce ended"


async def _drop_ours(services: Services, everything: Everything) -> int:
    found = [item for prefix in _OURS for item in await everything.scan(prefix)]
    for first in range(0, len(found), _AT_ONCE):
        await asyncio.gather(*(services.store.delete(item.key) for item in found[first : first + _AT_ONCE]))
    return len(found)
