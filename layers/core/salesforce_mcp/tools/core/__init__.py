"""The toolset `core`: every object, every record, by name."""

from salesforce_mcp.tools.core.access import checkUserAccess, getFieldPermissions
from salesforce_mcp.tools.core.organization import (
    getOrganizationLimits,
    getUserInfo,
    listApiVersions,
    listRecentRecords,
    listResources,
)
from salesforce_mcp.tools.core.query import executeQuery, executeQueryAll, executeSearch, explainQuery
from salesforce_mcp.tools.core.records import createRecord, deleteRecord, getRecord, updateRecord, upsertRecord
from salesforce_mcp.tools.core.relations import getRelatedRecords
from salesforce_mcp.tools.core.schema import (
    describeAccount,
    describeCase,
    describeLead,
    describeObject,
    describeOpportunity,
    describeSolution,
    getRecordTypes,
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
    getRecordTypes,
    getFieldPermissions,
    executeQuery,
    executeQueryAll,
    explainQuery,
    executeSearch,
    getRecord,
    getRelatedRecords,
    listRecentRecords,
    createRecord,
    updateRecord,
    upsertRecord,
    deleteRecord,
    executeComposite,
    executeBatch,
    checkUserAccess,
    getOrganizationLimits,
    listApiVersions,
    listResources,
)
