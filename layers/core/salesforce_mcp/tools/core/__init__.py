"""The toolset `core`: every object, every record, by name."""

from salesforce_mcp.tools.core.organization import (
    getOrganizationLimits,
    getUserInfo,
    listApiVersions,
    listResources,
)
from salesforce_mcp.tools.core.query import executeQuery, executeQueryAll, executeSearch
from salesforce_mcp.tools.core.records import createRecord, deleteRecord, getRecord, updateRecord
from salesforce_mcp.tools.core.relations import getRelatedRecords
from salesforce_mcp.tools.core.schema import (
    describeAccount,
    describeCase,
    describeLead,
    describeObject,
    describeOpportunity,
    describeSolution,
    listAllObjects,
)
from salesforce_mcp.tools.core.several import executeBatch, executeComposite
from salesforce_mcp.tools.tool import Function

# In the order in which a client lists them: look, read, write, several at once, the org itself.
TOOLS: tuple[Function, ...] = (
    getUserInfo,
    listAllObjects,
    describeObject,
    describeAccount,
    describeLead,
    describeOpportunity,
    describeCase,
    describeSolution,
    executeQuery,
    executeQueryAll,
    executeSearch,
    getRecord,
    getRelatedRecords,
    createRecord,
    updateRecord,
    deleteRecord,
    executeComposite,
    executeBatch,
    getOrganizationLimits,
    listApiVersions,
    listResources,
)
