"""The toolset `service`: cases, what was promised for them, and the knowledge that answers them."""

from salesforce_mcp.tools.service.cases import addCaseComment, createCaseFromEmail, escalateCase, resolveCase
from salesforce_mcp.tools.service.knowledge import writeArticle
from salesforce_mcp.tools.service.milestones import completeMilestone, getCaseMilestones
from salesforce_mcp.tools.service.searching import searchKnowledge
from salesforce_mcp.tools.service.timeline import getCaseTimeline
from salesforce_mcp.tools.tool import Function

TOOLS: tuple[Function, ...] = (
    createCaseFromEmail,
    escalateCase,
    resolveCase,
    addCaseComment,
    getCaseTimeline,
    getCaseMilestones,
    completeMilestone,
    searchKnowledge,
    writeArticle,
)
