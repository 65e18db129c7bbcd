"""An import as a task, on the product as `make run` starts it."""

import asyncio
from typing import Any

import httpx
from bulk.test_import import contacts
from bulk.test_tasks import MANY, TaskClient
from clients.product import Product
from server.world import JSON

SECONDS = 60


async def test_an_import_becomes_a_task_that_ends_with_its_result(product: Product) -> None:
    headers = {**JSON, "Authorization": f"Bearer {product.token}"}
    async with httpx.AsyncClient(base_url=product.url.removesuffix("/mcp"), headers=headers, timeout=30) as http:
        client = TaskClient(http)
        csv = contacts(MANY).replace("Import ", "Tasked ")
        task = (await client.tool("createBulkJob", objectName="Contact", operation="insert", csv=csv))["taskId"]
        standing = await asyncio.wait_for(ended(client, task), SECONDS)
    assert standing["status"] == "completed"
    assert standing["result"]["structuredContent"]["succeeded"] == MANY
    assert product.rows("SELECT COUNT(Id) n FROM Contact WHERE LastName LIKE 'Tasked %'") == [{"n": MANY}]


async def ended(client: TaskClient, task: str) -> dict[str, Any]:
    while True:
        standing = await client.task("get", task)
        if standing["status"] != "working":
            return standing
        await asyncio.sleep(standing["pollIntervalMs"] / 10_000)  # ten times as often as it asks for
