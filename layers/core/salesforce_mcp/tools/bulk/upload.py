"""A file too large for a chat."""

from typing import Any

from salesforce_mcp.bulk.awaited import await_file
from salesforce_mcp.errors import NotPermitted
from salesforce_mcp.tools.bulk.workplace import Operation
from salesforce_mcp.tools.parameters import ObjectName
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool


@tool(Effect.READS)
async def createUpload(
    objectName: ObjectName, operation: Operation, org: Org, calling: Calling, externalIdField: str | None = None
) -> dict[str, Any]:
    """Get a link where the user uploads a CSV file, up to 5 GB, in the browser. Then use the uploadId with
    previewImport and createBulkJob."""
    place = calling.workplace
    if place is None:
        raise NotPermitted("Files are uploaded to the server behind a URL only", code="BULK_NOT_AVAILABLE")
    described = await org.describe(objectName)
    awaited = await await_file(
        place.store,
        now=int(calling.clock.now()),
        owner=calling.subject,
        object_name=str(described["name"]),
        operation=operation,
        external_id=externalIdField or "",
    )
    return {"uploadId": awaited.id, "url": f"{place.public_url}/account/uploads/{awaited.id}"}
