"""The toolset `quality`: records that are there once, complete and rightly written."""

from salesforce_mcp.tools.quality.addresses import standardizeAddresses
from salesforce_mcp.tools.quality.contacts import validateContactData
from salesforce_mcp.tools.quality.duplicates import findDuplicates
from salesforce_mcp.tools.quality.enriching import enrichRecords, undeleteRecords
from salesforce_mcp.tools.quality.merging import mergeRecords
from salesforce_mcp.tools.tool import Function

TOOLS: tuple[Function, ...] = (
    findDuplicates,
    mergeRecords,
    validateContactData,
    standardizeAddresses,
    enrichRecords,
    undeleteRecords,
)
