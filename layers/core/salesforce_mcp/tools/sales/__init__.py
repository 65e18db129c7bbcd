"""The toolset `sales`: from the lead to the signed quote."""

from salesforce_mcp.tools.sales.leads import assignLead, convertLead, scoreLeads
from salesforce_mcp.tools.sales.opportunities import getPipelineForecast, moveOpportunityStage, setContactRole
from salesforce_mcp.tools.sales.products import addProducts
from salesforce_mcp.tools.sales.quotes import createQuote, generateQuotePdf
from salesforce_mcp.tools.tool import Function

TOOLS: tuple[Function, ...] = (
    convertLead,
    assignLead,
    scoreLeads,
    moveOpportunityStage,
    setContactRole,
    getPipelineForecast,
    addProducts,
    createQuote,
    generateQuotePdf,
)
