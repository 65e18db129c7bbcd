"""A file too large for a chat."""

from typing import Any

from salesforce_mcp.bulk.awaited import await_file
from salesforce_mcp.errors import NotPermitted
from salesforce_mcp.policy.caller import Caller
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.tools.bulk.workplace import Operation


async def upload_link(
    calling: Caller, org: Salesforce, object_name: str, operation: Operation, external_id: str
) -> dict[str, Any]:
    """Where the user uploads it in the browser, and the id with which it is previewed and loaded."""
    place = calling.workplace
    if place is None or place.folder is not None:
        raise NotPermitted(
            "Files are uploaded to the server behind a URL only",
            code="BULK_NOT_AVAILABLE",
            hint="Give the rows in csv.",
        )
    described = await org.describe(object_name)
    awaited = await await_file(
        place.store,
        now=int(calling.clock.now()),
        owner=calling.subject,
        object_name=str(described["name"]),
        operation=operation,
        external_id=external_id,
    )
    return {"uploadId": awaited.id, "url": f"{place.public_url}/account/uploads/{awaited.id}"}
