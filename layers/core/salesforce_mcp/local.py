"""The whole product on localhost, and the `salesforce-mcp` command."""
