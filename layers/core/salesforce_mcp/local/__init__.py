"""The product on one machine, and the `salesforce-mcp` command. The only place that knows the emulated org."""

from salesforce_mcp.local.command import main

__all__ = ["main"]
