"""The toolset `sales`: from the lead to the signed quote."""

from salesforce_mcp.tools.sales.accounts import createAccountHierarchy, getAccountHierarchy
from salesforce_mcp.tools.sales.activities import createFollowUp, logCall, scheduleMeeting, sendEmail
from salesforce_mcp.tools.sales.approvals import decideApproval, getApprovalStatus
from salesforce_mcp.tools.sales.forecast import getPipelineForecast
from salesforce_mcp.tools.sales.history import getInteractionHistory
from salesforce_mcp.tools.sales.leads import assignLead, convertLead, scoreLeads
from salesforce_mcp.tools.sales.opportunities import moveOpportunityStage, setContactRole
from salesforce_mcp.tools.sales.products import addProducts
from salesforce_mcp.tools.sales.quotes import createQuote, generateQuotePdf
from salesforce_mcp.tools.tool import Function

TOOLS: tuple[Function, ...] = (
    assignLead,
    scoreLeads,
    convertLead,
    createAccountHierarchy,
    getAccountHierarchy,
    getInteractionHistory,
    moveOpportunityStage,
    setContactRole,
    addProducts,
    getPipelineForecast,
    createQuote,
    generateQuotePdf,
    decideApproval,
    getApprovalStatus,
    logCall,
    createFollowUp,
    scheduleMeeting,
    sendEmail,
)
