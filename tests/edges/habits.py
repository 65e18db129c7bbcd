"""Nine clients as data: in which order they ask, what they register, how they prove themselves, what they leave out.

Each habit was seen on the wire; the redirects are the clients' own.
"""

from dataclasses import dataclass

CLAUDE_CODE = "https://claude.ai/oauth/claude-code-client-metadata"
CHATGPT = "https://chatgpt.com/oauth/abc123/client.json"
CHATGPT_KEYS = "https://chatgpt.com/oauth/jwks.json"
VS_CODE = "https://vscode.dev/oauth/client-metadata.json"


@dataclass(frozen=True)
class Habits:
    name: str
    redirects: tuple[str, ...]
    callback: str  # where the code is taken: for this machine's, with the port of the day
    document: str = ""  # the client-metadata document that is its client_id
    registrations: int = 1
    method: str = "none"
    asks_for_method: str = ""
    scope: str | None = None  # None: what the challenge or the metadata name; "" : none at all
    scope_on_reconnect: str | None = None
    probes: tuple[str, ...] = ()
    resource_on_token: bool = True
    resource_on_refresh: bool = True
    from_a_browser: bool = False
    revision: str = "2025-11-25"
    user_agent: str = "client/1"
    refreshes_with_the_old_token: bool = False


CLIENTS = [
    Habits(
        name="claude.ai",
        redirects=("https://claude.ai/api/mcp/auth_callback",),
        callback="https://claude.ai/api/mcp/auth_callback",
        registrations=2,
        asks_for_method="client_secret_post",
        method="client_secret_post",
        user_agent="Claude-User",
        revision="2025-11-25",
    ),
    Habits(
        name="Claude Code",
        document=CLAUDE_CODE,
        redirects=("http://localhost/callback", "http://127.0.0.1/callback"),
        callback="http://localhost:54545/callback",
        refreshes_with_the_old_token=True,
        revision="2025-06-18",
    ),
    Habits(
        name="ChatGPT",
        document=CHATGPT,
        redirects=("https://chatgpt.com/connector/oauth/abc123",),
        callback="https://chatgpt.com/connector/oauth/abc123",
        method="private_key_jwt",
        probes=("/.well-known/openid-configuration", "/token/.well-known/openid-configuration"),
        scope_on_reconnect="",
        resource_on_refresh=False,
        revision="2025-06-18",
    ),
    Habits(
        name="VS Code",
        document=VS_CODE,
        redirects=(
            "https://insiders.vscode.dev/redirect",
            "https://vscode.dev/redirect",
            "http://127.0.0.1/",
            "http://127.0.0.1:33418/",
        ),
        callback="http://127.0.0.1:40123/",
        probes=("/.well-known/oauth-protected-resource",),
        revision="2025-11-25",
    ),
    Habits(
        name="Cursor",
        redirects=(
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "https://www.cursor.com/agents/mcp/oauth/callback",
            "http://localhost:8787/callback",
        ),
        callback="cursor://anysphere.cursor-mcp/oauth/callback",
        revision="2025-06-18",
    ),
    Habits(
        name="mcp-remote",
        redirects=("http://localhost:3334/oauth/callback",),
        callback="http://localhost:3334/oauth/callback",
        scope="openid email profile",
        probes=("/.well-known/oauth-authorization-server",),
        revision="2025-03-26",
    ),
    Habits(
        name="Inspector",
        redirects=("http://localhost:6274/oauth/callback", "http://localhost:6274/oauth/callback/debug"),
        callback="http://localhost:6274/oauth/callback",
        from_a_browser=True,
        revision="2025-11-25",
    ),
    Habits(
        name="Python SDK",
        redirects=("http://localhost:3030/callback",),
        callback="http://localhost:3030/callback",
        asks_for_method="client_secret_basic",
        method="client_secret_basic",
        probes=("/.well-known/oauth-authorization-server/mcp", "/.well-known/openid-configuration/mcp"),
        revision="2026-07-28",
    ),
    Habits(
        name="TypeScript SDK",
        redirects=("http://localhost:8090/callback",),
        callback="http://localhost:8090/callback",
        probes=("/.well-known/oauth-authorization-server/mcp",),
        revision="2024-11-05",
    ),
]
