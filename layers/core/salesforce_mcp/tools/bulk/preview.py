"""What an import would do, before it does anything."""

from typing import Any

from salesforce_mcp.bulk.orders import Order, content_of
from salesforce_mcp.bulk.preview import preview
from salesforce_mcp.tools.bulk.upload import upload_link
from salesforce_mcp.tools.bulk.workplace import Columns, Csv, Delimiter, Operation, UploadId, workshop_of
from salesforce_mcp.tools.parameters import ObjectName
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool


@tool(Effect.READS)
async def previewImport(
    objectName: ObjectName,
    operation: Operation,
    org: Org,
    calling: Calling,
    csv: Csv = None,
    uploadId: UploadId = None,
    externalIdField: str | None = None,
    columns: Columns = None,
    delimiter: Delimiter = None,
) -> dict[str, Any]:
    """Check a CSV without writing: which field each column is for and why, how many rows, the first that would be
    refused. Without csv and uploadId: a link where the user uploads a file up to 5 GB, and its uploadId."""
    if csv is None and uploadId is None:
        return await upload_link(calling, org, objectName, operation, externalIdField or "")
    order = Order(
        owner=calling.subject,
        object=objectName,
        operation=operation,
        external_id=externalIdField or "",
        csv=csv,
        upload=uploadId,
        delimiter=delimiter or "",
        columns=columns or {},
    )
    content = await content_of(workshop_of(calling, org), org, order)
    return preview(order, content, await org.describe(objectName))
