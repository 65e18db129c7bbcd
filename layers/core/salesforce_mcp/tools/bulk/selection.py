"""Work on whatever a query selects: exported, changed, deleted."""

from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.bulk.orders import Order
from salesforce_mcp.bulk.report import report_of
from salesforce_mcp.bulk.selecting import begin_export, changed_object, count_and_sample
from salesforce_mcp.policy.caller import Caller
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.tools.bulk.jobs import placed
from salesforce_mcp.tools.bulk.workplace import PlanId, public_url, require_right, workshop_of
from salesforce_mcp.tools.core.records import require_writable
from salesforce_mcp.tools.parameters import FieldValues, Soql
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

AllRows = Annotated[bool, Field(description="Deleted and archived rows too")]


@tool(Effect.READS)
async def exportQuery(soql: Soql, org: Org, calling: Calling, allRows: AllRows = False) -> dict[str, Any]:
    """Export every row of a query as a CSV file, however many. getBulkJob tells when it is ready and where."""
    workshop = workshop_of(calling, org)
    load = await begin_export(workshop, org, owner=calling.subject, soql=soql, all_rows=allRows)
    parts = await workshop.ledger.parts(load.id)
    return report_of(load, parts, now=workshop.now(), public_url=public_url(calling))


@tool(Effect.WRITES)
async def massUpdate(
    soql: Soql, record: FieldValues, org: Org, calling: Calling, planId: PlanId = None
) -> dict[str, Any]:
    """Set the same fields on every record that a query selects. Without planId nothing changes: you get the count, a
    sample and a planId to show the person."""
    require_right(calling, "update")
    return await _mass(calling, org, "massUpdate", soql=soql, values=record, plan_id=planId)


@tool(Effect.DESTROYS)
async def massDelete(soql: Soql, org: Org, calling: Calling, planId: PlanId = None) -> dict[str, Any]:
    """Delete every record that a query selects. Without planId nothing is deleted: you get the count, a sample and a
    planId to show the person."""
    require_right(calling, "delete")
    return await _mass(calling, org, "massDelete", soql=soql, values={}, plan_id=planId)


async def _mass(
    calling: Caller, org: Salesforce, tool_name: str, *, soql: str, values: dict[str, Any], plan_id: str | None
) -> dict[str, Any]:
    name, selection = changed_object(soql)
    require_writable(name)
    count, sample = await count_and_sample(org, soql)
    # The plan holds for what was shown: when more or fewer records match by then, it is shown again.
    arguments = {"soql": soql, "record": values, "records": count}
    if plan_id is None:
        plan = await calling.plans.propose(subject=calling.subject, tool=tool_name, arguments=arguments)
        return {"objectName": name, "records": count, "changes": values, "planId": plan, "sample": sample}
    await calling.plans.redeem(plan_id, subject=calling.subject, tool=tool_name, arguments=arguments)
    operation = "update" if tool_name == "massUpdate" else "delete"
    order = Order(owner=calling.subject, object=name, operation=operation, soql=selection, values=values)
    return await placed(calling, org, order)
