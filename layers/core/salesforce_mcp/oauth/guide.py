"""How to add this server to each client, step by step, with what is to be copied.

https://modelcontextprotocol.io/docs/develop/connect-remote-servers
"""

import json
from dataclasses import dataclass

from salesforce_mcp.oauth.html import Html, element, joined
from salesforce_mcp.settings import Settings


@dataclass(frozen=True)
class Copied:
    """A command or a piece of configuration, to be copied as it stands."""

    text: str


Step = str | Copied


def guide(url: str, note: str) -> Html:
    """Each client folded up but the first; folding needs no script."""
    first, *others = _clients(url).items()
    return joined(
        element("p", note, class_="warning", role="note") if note else "",
        _client(*first, opened=True),
        *(_client(name, steps, opened=False) for name, steps in others),
    )


def program_guide(settings: Settings, audience: str) -> Html:
    """Nobody signs in to an operated org with a browser: only programs that the operator has entered."""
    asking = f"curl -u CLIENT_ID:CLIENT_SECRET -d grant_type=client_credentials {settings.public_url}/token"
    steps: list[Step] = [
        "Ask the operator of this server for a client id and a secret.",
        Copied(asking),
        f"Send the token of the answer with every request to {audience}. It lasts an hour; then ask again.",
    ]
    return _client("A program", steps, opened=True)


def _clients(url: str) -> dict[str, list[Step]]:
    cursor = json.dumps({"mcpServers": {"salesforce": {"url": url}}})
    return {
        "Claude (web, desktop, phone)": [
            "In a Team or Enterprise workspace an owner adds it first: Settings, Connectors, Add custom connector. "
            "Without a workspace you do this yourself.",
            "Paste the address above. Leave the advanced settings empty.",
            "Then everybody: Settings, Connectors, Salesforce, Connect; and sign in.",
        ],
        "ChatGPT": [
            "Settings, Apps & Connectors, Advanced settings: turn on Developer mode.",
            "Back in Apps & Connectors: Create. Paste the address above, choose OAuth, and sign in.",
            "In a workspace an administrator publishes it to everybody.",
        ],
        "VS Code": [
            "Command palette (Ctrl or Cmd, Shift, P): MCP: Add Server, HTTP; paste the address above.",
            "Or in a terminal:",
            Copied(f"code --add-mcp '{json.dumps({'name': 'salesforce', 'type': 'http', 'url': url})}'"),
        ],
        "Cursor": [
            "Settings, MCP, New MCP server. Into mcp.json:",
            Copied(cursor),
            "Press Connect beside the new server, and sign in.",
        ],
        "Claude Code": [
            "In a terminal:",
            Copied(f"claude mcp add --transport http salesforce {url}"),
            "In Claude Code: /mcp, salesforce, Authenticate.",
        ],
        "Another client": [
            "Any client of streamable HTTP with OAuth takes the address above.",
            "One that only starts programs takes this command as its server:",
            Copied(f"npx -y mcp-remote {url}"),
        ],
    }


def _client(name: str, steps: list[Step], *, opened: bool) -> Html:
    listed = element("ol", *(element("li", _step(step)) for step in steps))
    return element("details", element("summary", name), listed, open=opened)


def _step(step: Step) -> str:
    return element("code", step.text, class_="copy") if isinstance(step, Copied) else step
