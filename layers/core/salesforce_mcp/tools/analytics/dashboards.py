"""Dashboards: what each of their components shows."""

from typing import Any

from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.tools.analytics import facts
from salesforce_mcp.tools.analytics.finding import identified


async def dashboard(org: Salesforce, given: str) -> dict[str, Any]:
    """The totals and groups behind each chart, and when they were refreshed."""
    identifier = await identified(org, given, name="Dashboard", prefix="01Z", named_by="Title")
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
