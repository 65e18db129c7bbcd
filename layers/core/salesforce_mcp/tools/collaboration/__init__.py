"""The toolset `collaboration`: posts and files at records."""

from salesforce_mcp.tools.collaboration.feeds import postToFeed, readFeed
from salesforce_mcp.tools.collaboration.files import readFiles, uploadFile
from salesforce_mcp.tools.tool import Function

TOOLS: tuple[Function, ...] = (readFeed, postToFeed, readFiles, uploadFile)
