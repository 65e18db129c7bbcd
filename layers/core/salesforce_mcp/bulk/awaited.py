"""A file that a person is asked for: who may bring it, and what it is for."""

import secrets
from dataclasses import asdict, dataclass

from salesforce_mcp.errors import NotFound
from salesforce_mcp.ports import Key, Store

SECONDS = 86_400


@dataclass(frozen=True)
class Awaited:
    id: str
    owner: str
    object: str
    operation: str
    external_id: str = ""

    @property
    def name(self) -> str:
        return f"uploads/{self.owner}/{self.id}.csv"


async def await_file(
    store: Store, *, now: int, owner: str, object_name: str, operation: str, external_id: str = ""
) -> Awaited:
    awaited = Awaited(f"up-{secrets.token_hex(12)}", owner, object_name, operation, external_id)
    await store.create(Key("upload", awaited.id), asdict(awaited), expires_at=now + SECONDS)
    return awaited


async def awaited_file(store: Store, upload: str, *, owner: str) -> Awaited:
    """What is awaited of this person; anybody else's is not found."""
    item = await store.get(Key("upload", upload))
    if item is None or item.value["owner"] != owner:
        raise NotFound(
            "There is no such upload",
            code="UPLOAD_NOT_FOUND",
            hint="It ends after a day: ask for a new link in the chat.",
        )
    return Awaited(**item.value)
