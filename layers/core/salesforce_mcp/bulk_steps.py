"""The steps of long work, with the services of this process: what the workflow calls."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from salesforce_mcp.bulk.ledger import Ledger
from salesforce_mcp.bulk.worker import run_step
from salesforce_mcp.bulk.workshop import Workshop
from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.describe_cache import DescribeCache
from salesforce_mcp.salesforce.pressure import Pressures
from salesforce_mcp.salesforce.retry import Patience
from salesforce_mcp.salesforce.versions import ApiVersions
from salesforce_mcp.services import Services

RunStep = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]


def steps_of(services: Services, **limits: int) -> RunStep:
    """Does one step; each runs with the Salesforce grant of whoever started the job."""
    workshop = workshop_of(services, **limits)

    async def run(task: Mapping[str, Any]) -> dict[str, Any]:
        return await run_step(workshop, task)

    return run


def workshop_of(services: Services, **limits: int) -> Workshop:
    if services.uploads is None or services.jobs is None:
        raise Misconfigured("Bulk work needs a place for files and a workflow", hint="Compare with the template.")
    grants, describes, versions = Grants(services), DescribeCache(services.clock), ApiVersions()
    pressures = Pressures(services.clock.now)

    async def org_of(owner: str) -> Salesforce:
        credential = await grants.credential_of(owner)
        return Salesforce(
            services.http,
            credential,
            api_version=services.settings.api_version,
            describes=describes,
            versions=versions,
            patience=Patience(pressure=pressures.of(owner.partition("/")[0])),
        )

    return Workshop(
        ledger=Ledger(services.store),
        uploads=services.uploads,
        jobs=services.jobs,
        clock=services.clock,
        org_of=org_of,
        **limits,
    )
