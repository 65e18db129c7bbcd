"""Short ways to ask the org."""

from typing import Any

import httpx


async def rows(client: httpx.AsyncClient, soql: str) -> list[dict[str, Any]]:
    answer = await client.get("/query", params={"q": soql})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["records"]
    return found


async def first_id(client: httpx.AsyncClient, soql: str) -> str:
    return str((await rows(client, soql))[0]["Id"])


async def create(client: httpx.AsyncClient, object_name: str, **values: Any) -> str:
    answer = await client.post(f"/sobjects/{object_name}", json=values)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def grant(
    client: httpx.AsyncClient, *fields: str, profile: str = "System Administrator", edit: bool = True
) -> None:
    """Open custom fields to a profile: nobody sees a new one before."""
    parent = await first_id(client, f"SELECT Id FROM PermissionSet WHERE Profile.Name = '{profile}'")  # noqa: S608
    for field in fields:
        named = {"ParentId": parent, "SobjectType": field.partition(".")[0], "Field": field}
        await create(client, "FieldPermissions", **named, PermissionsRead=True, PermissionsEdit=edit)


def error(answer: httpx.Response) -> tuple[int, str]:
    """The status and the error code of a refusal."""
    return answer.status_code, answer.json()[0]["errorCode"]
