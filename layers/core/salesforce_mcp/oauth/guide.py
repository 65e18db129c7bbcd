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


def guide(url: str, *, only_here: bool) -> Html:
    """Each client folded up but the first; folding needs no script. `only_here`: no other computer reaches the URL."""
    clients = _on_this_computer(url) if only_here else _anywhere()
    first, *others = (clients | _programs(url)).items()
    note = "Only programs on this computer reach this address: Claude and ChatGPT on the web do not."
    return joined(
        element("p", note, class_="warning", role="note") if only_here else "",
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


def _anywhere() -> dict[str, list[Step]]:
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
    }


def _on_this_computer(url: str) -> dict[str, list[Step]]:
    bridge = {"command": "npx", "args": ["-y", "mcp-remote", url, "--allow-http", "--transport", "http-only"]}
    return {
        "Claude Desktop": [
            "Settings, Developer, Edit Config. Into claude_desktop_config.json:",
            Copied(json.dumps({"mcpServers": {"salesforce": bridge}})),
            "Close Claude Desktop and open it again; then sign in in the browser.",
        ]
    }


def _programs(url: str) -> dict[str, list[Step]]:
    cursor = json.dumps({"mcpServers": {"salesforce": {"url": url}}})
    return {
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
