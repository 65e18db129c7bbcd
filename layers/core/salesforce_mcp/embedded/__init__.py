"""The ports on one machine."""

from salesforce_mcp.embedded.cipher import LocalCipher
from salesforce_mcp.embedded.jobs import LocalJobs
from salesforce_mcp.embedded.secrets import LocalSecrets
from salesforce_mcp.embedded.store import SqliteStore
from salesforce_mcp.embedded.uploads import FolderUploads

__all__ = ["FolderUploads", "LocalCipher", "LocalJobs", "LocalSecrets", "SqliteStore"]
