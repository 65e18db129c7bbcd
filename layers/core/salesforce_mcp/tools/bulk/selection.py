"""Work on whatever a query selects: exported, changed, deleted."""

from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from salesforce_mcp.bulk.columns import require_allowed
from salesforce_mcp.bulk.orders import Order
from salesforce_mcp.bulk.preview import deleted_with
from salesforce_mcp.bulk.report import report_of
from salesforce_mcp.bulk.selecting import begin_export, changed_object, count_and_sample, values_to_set
from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.tools.asking import Confirmation, confirmed
from salesforce_mcp.tools.bulk.jobs import placed
from salesforce_mcp.tools.bulk.workplace import PlanId, files_of, require_right, workshop_of
from salesforce_mcp.tools.core.records import require_writable
from salesforce_mcp.tools.parameters import Soql
from salesforce_mcp.tools.results import compact_json
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_SHOWN = 500  # of what is asked about
AllRows = Annotated[bool, Field(description="Deleted and archived rows too")]


@tool(Effect.READS)
async def exportQuery(soql: Soql, org: Org, calling: Calling, allRows: AllRows = False) -> dict[str, Any]:
    """Export every row of a query as a CSV file, however many. getBulkJob tells when it is ready and where."""
    workshop = workshop_of(calling, org)
    load = await begin_export(workshop, org, owner=calling.subject, soql=soql, all_rows=allRows)
    parts = await workshop.ledger.parts(load.id)
    return report_of(load, parts, now=workshop.now(), file_of=files_of(calling))


async def _asked(
    soql: str, operation: str, record: dict[str, Any] | None, planId: str | None, ctx: Context
) -> Confirmation | Elicit[Confirmation]:
    values = f": {compact_json(record)[:_SHOWN]}" if record else ""
    return confirmed(ctx, f"{operation.capitalize()} every record of {soql[:_SHOWN]}{values}?" if planId else "")


@tool(Effect.DESTROYS, least=Effect.WRITES)
async def massChange(
    soql: Soql,
    operation: Literal["update", "delete"],
    org: Org,
    calling: Calling,
    record: Annotated[dict[str, Any] | None, Field(description="For update")] = None,
    planId: PlanId = None,
    *,
    confirmation: Annotated[Confirmation, Resolve(_asked)],
) -> dict[str, Any]:
    """Set the same fields on every record that a query selects, or delete them all. Without planId nothing changes:
    you get the count, a sample and a planId to show the person."""
    confirmation.require()
    require_right(calling, operation)
    values = record or {}
    if bool(values) is (operation == "delete"):
        raise InvalidInput("update needs field values in record, delete takes none", fields=["record"])
    name, selection = changed_object(soql)
    require_writable(name)
    described = await org.describe(name)
    require_allowed(described, operation)
    values = values_to_set(values, described)
    count, sample = await count_and_sample(org, soql)
    # The plan holds for what was shown: when more or fewer records match by then, it is shown again.
    arguments = {"soql": soql, "operation": operation, "record": values, "records": count}
    if planId is None and not count:
        raise InvalidInput("The query selects no record", fields=["soql"], hint="There is nothing to change.")
    if planId is None:
        plan = await calling.plans.propose(subject=calling.subject, tool="massChange", arguments=arguments)
        going = {"changes": values} if values else {"deletedWithThem": deleted_with(described)}
        return {"objectName": name, "records": count, **going, "planId": plan, "sample": sample}
    await calling.plans.redeem(planId, subject=calling.subject, tool="massChange", arguments=arguments)
    order = Order(owner=calling.subject, object=name, operation=operation, soql=selection, values=values)
    return await placed(calling, org, order)
