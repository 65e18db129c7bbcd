"""A file that a person is asked for: who may bring it, and what it is for."""

import re
from dataclasses import asdict, dataclass, replace

from salesforce_mcp.bulk.ids import UPLOAD, new_id
from salesforce_mcp.errors import Conflict, NotFound
from salesforce_mcp.ports import Key, Store

SECONDS = 86_400
_ID = re.compile(UPLOAD)


@dataclass(frozen=True)
class Awaited:
    id: str
    owner: str
    object: str
    operation: str
    external_id: str = ""
    confirmed: bool = False  # the person has seen what would become of the file

    @property
    def name(self) -> str:
        return f"uploads/{self.owner}/{self.id}.csv"


async def await_file(
    store: Store, *, now: int, owner: str, object_name: str, operation: str, external_id: str = ""
) -> Awaited:
    awaited = Awaited(new_id("up"), owner, object_name, operation, external_id)
    await store.create(Key("upload", awaited.id), asdict(awaited), expires_at=now + SECONDS)
    return awaited


async def awaited_file(store: Store, upload: str, *, owner: str) -> Awaited:
    """What is awaited of this person; anybody else's is not found."""
    item = await store.get(Key("upload", upload)) if _ID.fullmatch(upload) else None
    if item is None or item.value["owner"] != owner:
        raise NotFound(
            "There is no such upload",
            code="UPLOAD_NOT_FOUND",
            hint="It ends after a day: ask for a new link in the chat.",
        )
    return Awaited(**item.value)


async def confirm(store: Store, awaited: Awaited, *, confirmed: bool, now: int) -> Awaited:
    """Another file is another question: what was confirmed before it counts no more."""
    awaited = replace(awaited, confirmed=confirmed)
    await store.put(Key("upload", awaited.id), asdict(awaited), expires_at=now + SECONDS)
    return awaited


def require_confirmed(awaited: Awaited, *, object_name: str, operation: str) -> None:
    """A file is loaded as its person has seen that it would be, or not at all."""
    if not awaited.confirmed:
        raise Conflict(
            "The user has not confirmed this file on the upload page yet",
            code="UPLOAD_NOT_CONFIRMED",
            hint="Ask them to open the link again, look at the columns there and press Use this file.",
        )
    if (awaited.object.lower(), awaited.operation) != (object_name.lower(), operation):
        raise Conflict(
            f"The user has confirmed to {awaited.operation} {awaited.object} with this file, and nothing else",
            code="UPLOAD_NOT_CONFIRMED",
            hint="Use previewImport without csv to get a link for another purpose.",
        )
