"""What a person does first, done to the stack that is up: sign in, ask, import, read what came of it."""

from collections.abc import Callable
from typing import Any

import anyio
import httpx
from aws_local.world import World
from bulk.test_import import contacts
from clients.browser import walk
from clients.python_sdk import signed_in
from mcp.client import Client

COUNT = 3_000
POISONED = frozenset({7, 1_500, 2_999})
ASK_AGAIN_SECONDS, ASK_AT_MOST = 1, 60
ENDED = {"complete", "failed", "aborted"}


async def smoke(world: World, say: Callable[[str], None]) -> dict[str, Any]:
    """The job as getBulkJob tells it in the end, with the file of its failed rows."""
    async with httpx.AsyncClient(timeout=30) as browser:

        async def person(address: str, callback: str) -> str:
            say("Signing in through the pages")
            return await walk(browser, address, callback=callback)

        async with signed_in(f"{world.url}/mcp/x/all", mode="auto", person=person) as client:
            found = await called(client, "executeQuery", soql="SELECT Name FROM Account ORDER BY Name LIMIT 3")
            say(f"Asked for three accounts: {', '.join(row[0] for row in found['rows'])}")
            job = await imported(client, say)
        file = await browser.get(job["files"]["failed"])
        say(f"Downloaded the failed rows in the browser: HTTP {file.status_code}, {len(file.content)} bytes")
        return {**job, "failedRows": file.text}


async def imported(client: Client, say: Callable[[str], None]) -> dict[str, Any]:
    csv = contacts(COUNT, poisoned=POISONED)
    begun = await called(client, "createBulkJob", objectName="Contact", operation="insert", csv=csv)
    say(f"Importing {COUNT:,} contacts, {len(POISONED)} of them wrong: {begun['jobId']}")
    job = await ended(client, begun["jobId"])
    say(f"The job is {job['state']}: {job['succeeded']:,} rows succeeded, {job['failed']} failed")
    return job


async def ended(client: Client, identifier: str) -> dict[str, Any]:
    """As a person would, ask again every second."""
    for _ in range(ASK_AT_MOST):
        job = await called(client, "getBulkJob", jobId=identifier)
        if job["state"] in ENDED:
            return job
        await anyio.sleep(ASK_AGAIN_SECONDS)
    raise RuntimeError(f"The job did not end: {job}")


async def called(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    if result.is_error or result.structured_content is None:
        raise RuntimeError(f"{tool} was refused: {result.content}")
    return dict(result.structured_content)
