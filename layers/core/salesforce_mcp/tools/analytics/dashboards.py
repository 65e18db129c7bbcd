"""Dashboards: what each of their components shows."""

from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.tools.analytics import facts
from salesforce_mcp.tools.analytics.finding import identified
from salesforce_mcp.tools.tool import Effect, Org, tool


@tool(Effect.READS)
async def getDashboard(
    dashboard: Annotated[str, Field(description="Dashboard title or id", min_length=1)], org: Org
) -> dict[str, Any]:
    """A dashboard's components: the totals and groups behind each chart, and when they were refreshed."""
    identifier = await identified(org, dashboard, name="Dashboard", prefix="01Z", named_by="Title")
    told = await org.resource("analytics", "dashboards", identifier)
    components = [_component(one) for one in told["componentData"]]
    return {"dashboardId": identifier, "dashboard": told["attributes"]["dashboardName"], "components": components}


def _component(one: dict[str, Any]) -> dict[str, Any]:
    run, status = one.get("reportResult"), one.get("status") or {}
    if not run:
        return {
            "componentId": one["componentId"],
            "status": status.get("dataStatus"),
            "error": status.get("errorMessage"),
        }
    grouped = facts.groups(run)
    return {
        "componentId": one["componentId"],
        "reportId": run["attributes"]["reportId"],
        "report": run["attributes"]["reportName"],
        "refreshed": status.get("refreshDate"),
        "totals": facts.totals(run),
        **({"groups": grouped.as_data()} if grouped else {}),
    }
