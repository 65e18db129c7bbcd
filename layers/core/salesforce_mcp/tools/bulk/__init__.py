"""The toolset `bulk`: many rows in, many rows out, and work that takes longer than a call."""

from salesforce_mcp.tools.bulk.jobs import changeBulkJob, createBulkJob, getBulkJob
from salesforce_mcp.tools.bulk.preview import previewImport
from salesforce_mcp.tools.bulk.selection import exportQuery, massChange
from salesforce_mcp.tools.tool import Function

TOOLS: tuple[Function, ...] = (
    previewImport,
    createBulkJob,
    getBulkJob,
    changeBulkJob,
    exportQuery,
    massChange,
)
