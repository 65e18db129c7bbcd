"""The toolset `collaboration`: posts and files at records."""

from salesforce_mcp.tools.collaboration.feeds import commentOnFeed, postToFeed, readFeed
from salesforce_mcp.tools.collaboration.files import downloadFile, listFiles, uploadFile
from salesforce_mcp.tools.tool import Function

TOOLS: tuple[Function, ...] = (readFeed, postToFeed, commentOnFeed, listFiles, downloadFile, uploadFile)
