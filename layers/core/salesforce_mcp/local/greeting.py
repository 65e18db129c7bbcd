"""What `make run` prints: where everything is and how to connect."""

import json
import sys
from pathlib import Path

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET
from salesforce_mcp.local.demo_operator import PROGRAM, PROGRAM_SECRET
from salesforce_mcp.oauth.orgs import Way
from salesforce_mcp.settings import Settings


def greeting(settings: Settings, token: str) -> str:
    url = f"{settings.public_url}/mcp"
    return f"""
  MCP server     {url}
  Salesforce     {settings.login_url}  (an emulated org, new at each start)
  Sign in as     admin@demo.example, sales@demo.example, support@demo.example or readonly@demo.example, password demo
  Bearer token   {token}  (the administrator, for an hour)

Claude Desktop   cannot reach localhost by URL. Put one of these into its claude_desktop_config.json:

{_indented(_stdio_entry(settings))}

{_indented(_remote_entry(url))}

Claude Code      claude mcp add --transport http salesforce {url}
MCP Inspector    npx @modelcontextprotocol/inspector --cli {url} --transport http --method tools/list \\
                   --header "Authorization: Bearer {token}"
curl             {_curl(url, token)}
{_program(settings)}
Ctrl-C ends it.
Ready.
"""


def _stdio_entry(settings: Settings) -> dict[str, object]:
    """The same tools in a process that the client starts, signed in to the emulated org by password."""
    return {
        "command": str(Path(sys.executable).with_name("salesforce-mcp")),
        "args": ["stdio"],
        "env": {
            "SALESFORCE_LOGIN_URL": settings.login_url,
            "SALESFORCE_EXTRA_HOSTS": ",".join(settings.extra_org_hosts),
            "SALESFORCE_CLIENT_ID": DEMO_CONSUMER_KEY,
            "SALESFORCE_CLIENT_SECRET": DEMO_CONSUMER_SECRET,
            "SALESFORCE_USERNAME": "sales@demo.example",
            "SALESFORCE_PASSWORD": "demo",
        },
    }


def _remote_entry(url: str) -> dict[str, object]:
    return {"command": "npx", "args": ["-y", "mcp-remote@0.15.1", url, "--allow-http", "--transport", "http-only"]}


def _program(settings: Settings) -> str:
    """How a program gets its token, where the server signs in by itself."""
    if settings.sign_in == Way.PEOPLE:
        return ""
    return f"""Programs         The server itself signs in ({settings.sign_in}): nobody by a browser. A program's token:
                 curl -s -u {PROGRAM}:{PROGRAM_SECRET} -d grant_type=client_credentials {settings.public_url}/token
"""


def _indented(entry: dict[str, object]) -> str:
    text = json.dumps({"mcpServers": {"salesforce": entry}}, indent=2)
    return "\n".join(f"    {line}" for line in text.splitlines())


def _curl(url: str, token: str) -> str:
    call = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "executeQuery", "arguments": {"soql": "SELECT Name, Industry FROM Account LIMIT 5"}},
    }
    return " \\\n                   ".join(
        [
            f"curl -s {url}",
            f"-H 'Authorization: Bearer {token}'",
            "-H 'Content-Type: application/json' -H 'Accept: application/json'",
            f"-d '{json.dumps(call)}'",
        ]
    )
