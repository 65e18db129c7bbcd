"""The toolset `analytics`: reports, dashboards and list views."""

from salesforce_mcp.tools.analytics.list_views import runListView
from salesforce_mcp.tools.analytics.reports import getReport, listReports
from salesforce_mcp.tools.tool import Function

TOOLS: tuple[Function, ...] = (listReports, getReport, runListView)
