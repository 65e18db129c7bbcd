"""A client of an org: knows nothing of MCP, our OAuth server or AWS."""

from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.composite import SubAnswer, Subrequest
from salesforce_mcp.salesforce.describe_cache import DescribeCache
from salesforce_mcp.salesforce.page import Page
from salesforce_mcp.salesforce.session import Credential, Identity, Secret, Session
from salesforce_mcp.salesforce.versions import ApiVersions

__all__ = [
    "ApiVersions",
    "Credential",
    "DescribeCache",
    "Identity",
    "Page",
    "Salesforce",
    "Secret",
    "Session",
    "SubAnswer",
    "Subrequest",
]
