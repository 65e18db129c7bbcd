"""What tests of bulk work do, in one line each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from mcp.client import Client
from server.world import World
from starlette.responses import Response

from salesforce_mcp.embedded import LocalJobs
from salesforce_mcp.oauth.account_session import begin_account_session


@dataclass(frozen=True)
class Desk:
    """A signed-in person's client."""

    client: Client
    world: World

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        result = await self.client.call_tool(tool, arguments)
        assert not result.is_error, result.content
        assert result.structured_content is not None
        return dict(result.structured_content)

    async def refused(self, tool: str, **arguments: Any) -> dict[str, Any]:
        result = await self.client.call_tool(tool, arguments)
        assert result.is_error
        return dict(result.structured_content or {})

    async def ended(self, job: str) -> dict[str, Any]:
        """The job once the workflow has nothing more to do."""
        await jobs_of(self.world).idle()
        return await self.call("getBulkJob", jobId=job)


@dataclass(frozen=True)
class Office:
    world: World

    @asynccontextmanager
    async def desk(self, *arguments: Any, **options: Any) -> AsyncIterator[Desk]:
        async with self.world.client(*arguments, path="/mcp/x/all", **options) as client:
            yield Desk(client, self.world)

    @property
    def files(self) -> Any:
        return self.world.services.uploads

    def count(self, condition: str, *parameters: Any, table: str = "Contact") -> int:
        statement = f'SELECT count(*) FROM "{table}" WHERE {condition}'  # noqa: S608 - a test's own condition
        return int(self.world.rows(statement, *parameters)[0][0])


def jobs_of(world: World) -> LocalJobs:
    jobs = world.services.jobs
    assert isinstance(jobs, LocalJobs)
    return jobs


async def signed_in(office: Office, username: str) -> dict[str, str]:
    """The cookie of a browser in which this person has signed in."""
    world, response = office.world, Response()
    user = world.site.user_id(username)
    await begin_account_session(world.services, response, world.org.organization_id, user)
    return {"Cookie": response.headers["set-cookie"].partition(";")[0]}
