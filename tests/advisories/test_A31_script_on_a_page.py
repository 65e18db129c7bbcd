"""ha-mcp CVE-2026-32112, FastMCP CVE-2025-62800: what a stranger writes becomes part of a page."""
