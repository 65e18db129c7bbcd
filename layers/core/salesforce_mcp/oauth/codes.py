"""Authorization codes: good once, for a minute, for one client, redirect and proof (OAuth 2.1 §4.1.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from salesforce_mcp.oauth.opaque import fingerprint
from salesforce_mcp.oauth.tokens import Permission
from salesforce_mcp.ports import Item, Key
from salesforce_mcp.services import Services

CODE_SECONDS = 60
# The row outlives the code, so that a second use is recognised and ends what the first one got.
_REMEMBERED_SECONDS = 3600


@dataclass(frozen=True)
class Code:
    permission: Permission
    redirect_uri: str
    challenge: str
    client_name: str = ""
    good_until: int = 0
    family: str = ""  # of the tokens it was redeemed for


async def keep_code(services: Services, text: str, code: Code) -> None:
    now = int(services.clock.now())
    row = {**_as_row(code), "good_until": now + CODE_SECONDS}
    await services.store.put(_key(text), row, expires_at=now + _REMEMBERED_SECONDS)


async def find_code(services: Services, text: str) -> tuple[Item, Code] | None:
    item = await services.store.get(_key(text))
    return (item, _from_row(item.value)) if item else None


async def redeem(services: Services, item: Item, family: str) -> bool:
    """Bind the code to the tokens it was redeemed for; False when it has been redeemed by somebody else just now."""
    return await services.store.replace(item, {**item.value, "family": family}, expires_at=item.expires_at) is not None


def _as_row(code: Code) -> dict[str, Any]:
    permission = {**vars(code.permission), "scopes": sorted(code.permission.scopes)}
    return {**vars(code), "permission": permission}


def _from_row(row: Mapping[str, Any]) -> Code:
    permission = {**row["permission"], "scopes": frozenset(row["permission"]["scopes"])}
    return Code(**{**row, "permission": Permission(**permission)})


def _key(text: str) -> Key:
    return Key(f"code#{fingerprint(text)}")
