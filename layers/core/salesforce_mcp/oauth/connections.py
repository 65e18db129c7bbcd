"""Which clients a person has connected: one row a token family, under the person."""

import asyncio
from dataclasses import dataclass

from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.tokens import REFRESH_ABSOLUTE_SECONDS, Permission, Tokens
from salesforce_mcp.ports import Item, Key
from salesforce_mcp.services import Services


@dataclass(frozen=True)
class Connection:
    family: str
    client_name: str
    resource: str
    scopes: tuple[str, ...]
    connected_at: int


async def note_connection(services: Services, family: str, permission: Permission, client_name: str) -> None:
    now = int(services.clock.now())
    row = {
        "client_name": client_name,
        "resource": permission.resource,
        "scopes": sorted(permission.scopes),
        "connected_at": now,
    }
    await services.store.put(_key(permission.subject, family), row, expires_at=now + REFRESH_ABSOLUTE_SECONDS)


async def connections_of(services: Services, subject: str) -> list[Connection]:
    """The living ones, oldest first. Those whose tokens ran out are forgotten on the way."""
    tokens = Tokens(services.store, services.clock)
    items = await services.store.list(_key(subject, "").partition)
    alive = await asyncio.gather(*(tokens.is_alive(item.key.sort) for item in items))
    found = [_connection(item) for item, lives in zip(items, alive, strict=True) if lives]
    for item in (item for item, lives in zip(items, alive, strict=True) if not lives):
        await services.store.delete(item.key)
    return sorted(found, key=lambda connection: connection.connected_at)


async def disconnect(services: Services, grants: Grants, permission: Permission, family: str) -> None:
    """End one client's tokens."""
    await Tokens(services.store, services.clock).end(family)
    await end_with_the_last(services, grants, permission)


async def end_with_the_last(services: Services, grants: Grants, permission: Permission) -> None:
    """The Salesforce grant ends with the tokens of the last client: the others go on using it."""
    if not await connections_of(services, permission.subject):
        await grants.end(permission)


def _connection(item: Item) -> Connection:
    return Connection(family=item.key.sort, **{**item.value, "scopes": tuple(item.value["scopes"])})


def _key(subject: str, family: str) -> Key:
    return Key(f"person#{subject}", family)
