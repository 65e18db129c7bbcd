"""The toolset `marketing`: campaigns, the people in them, and what came of them."""

from salesforce_mcp.tools.marketing.campaigns import createCampaign, getCampaignPerformance
from salesforce_mcp.tools.marketing.members import addCampaignMembers
from salesforce_mcp.tools.marketing.nurturing import nurtureLeads
from salesforce_mcp.tools.tool import Function

TOOLS: tuple[Function, ...] = (createCampaign, addCampaignMembers, getCampaignPerformance, nurtureLeads)
