"""The ports on one machine."""

from salesforce_mcp.embedded.cipher import LocalCipher
from salesforce_mcp.embedded.secrets import LocalSecrets
from salesforce_mcp.embedded.store import SqliteStore

__all__ = ["LocalCipher", "LocalSecrets", "SqliteStore"]
