"""The toolset `platform`: the org's own automation, what it is made of, and changing that."""

from salesforce_mcp.tools.platform.actions import listActions, runAction
from salesforce_mcp.tools.platform.apex import getDebugLogs, runApex
from salesforce_mcp.tools.platform.changes import getChanges
from salesforce_mcp.tools.platform.deploying import deployMetadata
from salesforce_mcp.tools.platform.fields import createCustomField
from salesforce_mcp.tools.platform.metadata import queryTooling, readMetadata
from salesforce_mcp.tools.tool import Function

TOOLS: tuple[Function, ...] = (
    listActions,
    runAction,
    getChanges,
    queryTooling,
    readMetadata,
    createCustomField,
    deployMetadata,
    runApex,
    getDebugLogs,
)
