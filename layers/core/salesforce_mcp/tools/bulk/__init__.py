"""The toolset `bulk`: many rows in, many rows out, and work that takes longer than a call."""

from salesforce_mcp.tools.bulk.jobs import abortBulkJob, createBulkJob, getBulkJob, listBulkJobs, retryFailedRows
from salesforce_mcp.tools.bulk.preview import previewImport
from salesforce_mcp.tools.bulk.selection import exportQuery, massDelete, massUpdate
from salesforce_mcp.tools.bulk.upload import createUpload
from salesforce_mcp.tools.tool import Function

TOOLS: tuple[Function, ...] = (
    createUpload,
    previewImport,
    createBulkJob,
    getBulkJob,
    listBulkJobs,
    retryFailedRows,
    abortBulkJob,
    exportQuery,
    massUpdate,
    massDelete,
)
