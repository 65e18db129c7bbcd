"""The apps that may ask for sign-in: what a Connected App or External Client App is in Setup."""

import hmac
import json
import sqlite3
from dataclasses import dataclass, fields

from salesforce_emulator.signin.errors import OAuthRefused

DEMO_CONSUMER_KEY = "3MVG9emulated.Demo.App.0123456789.abcdefghijklmnopqrstuvwxyz.ABCDEFGHIJKLMNOPQRSTUV"
DEMO_CONSUMER_SECRET = "DEMO0CONSUMER0SECRET0OF0THE0EMULATED0ORG0DEMO0CONSUMER0SECRET0AA"  # noqa: S105 - a public demo value

SCOPES = (
    "api",
    "refresh_token",
    "offline_access",
    "id",
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "web",
    "full",
    "visualforce",
    "chatter_api",
    "custom_permissions",
    "content",
    "lightning",
)

TABLE = """
CREATE TABLE IF NOT EXISTS _app (
    consumer_key TEXT PRIMARY KEY, name TEXT, consumer_secret TEXT, callback_urls TEXT, scopes TEXT,
    require_pkce INTEGER, require_secret INTEGER, certificate TEXT, run_as TEXT, admin_approved TEXT
);
CREATE TABLE IF NOT EXISTS _approval (
    consumer_key TEXT, user_id TEXT, scope TEXT, PRIMARY KEY (consumer_key, user_id)
);
"""


@dataclass(frozen=True, slots=True)
class App:
    """One app. `admin_approved` lists usernames when only admin-approved users may sign in; None lets users decide."""

    consumer_key: str
    consumer_secret: str
    name: str = "Emulated app"
    callback_urls: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ("api", "refresh_token", "offline_access", "id", "openid", "profile", "email", "web")
    require_pkce: bool = False
    require_secret: bool = True
    certificate: str = ""
    run_as: str = ""
    admin_approved: tuple[str, ...] | None = None


def demo_app(callback_urls: tuple[str, ...] = (), certificate: str = "") -> App:
    """The app that is there without any setup."""
    return App(
        consumer_key=DEMO_CONSUMER_KEY,
        consumer_secret=DEMO_CONSUMER_SECRET,
        name="Salesforce MCP demo",
        callback_urls=callback_urls,
        certificate=certificate,
        run_as="admin@demo.example",
    )


class Apps:
    """The registered apps and who has approved them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.executescript(TABLE)

    def register(self, app: App) -> None:
        """Add an app, or change the one with that consumer key."""
        values = {one.name: getattr(app, one.name) for one in fields(app)}
        for name in ("callback_urls", "scopes", "admin_approved"):
            values[name] = json.dumps(values[name])
        columns = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        self._connection.execute(f"INSERT OR REPLACE INTO _app ({columns}) VALUES ({marks})", values)  # noqa: S608

    def find(self, consumer_key: str) -> App:
        columns = ", ".join(one.name for one in fields(App))
        row = self._connection.execute(f"SELECT {columns} FROM _app WHERE consumer_key = ?", (consumer_key,)).fetchone()  # noqa: S608
        if row is None:
            raise OAuthRefused("invalid_client_id", "client identifier invalid")
        values = dict(zip((one.name for one in fields(App)), tuple(row), strict=True))
        for name in ("callback_urls", "scopes"):
            values[name] = tuple(json.loads(values[name]))
        approved = json.loads(values["admin_approved"])
        values["admin_approved"] = None if approved is None else tuple(approved)
        values["require_pkce"] = bool(values["require_pkce"])
        values["require_secret"] = bool(values["require_secret"])
        return App(**values)

    def authenticate(self, consumer_key: str, consumer_secret: str | None) -> App:
        """Find the app and compare its secret; a missing secret passes only where the app does not require one."""
        app = self.find(consumer_key)
        if consumer_secret is None and not app.require_secret:
            return app
        if not hmac.compare_digest((consumer_secret or "").encode(), app.consumer_secret.encode()):
            raise OAuthRefused("invalid_client", "invalid client credentials")
        return app

    def approve(self, app: App, user_id: str, scope: str) -> None:
        """Remember that the user allowed the app, so that the next sign-in does not ask again."""
        self._connection.execute(
            "INSERT OR REPLACE INTO _approval VALUES (?, ?, ?)", (app.consumer_key, user_id, scope)
        )

    def approved_scope(self, app: App, user_id: str) -> str | None:
        row = self._connection.execute(
            "SELECT scope FROM _approval WHERE consumer_key = ? AND user_id = ?", (app.consumer_key, user_id)
        ).fetchone()
        return None if row is None else str(row[0])


def allowed_scope(app: App, asked: str) -> str:
    """What the token may do: what was asked, within what the app has; all that the app has when nothing was asked."""
    if not asked.strip():
        return " ".join(app.scopes)
    scopes = list(dict.fromkeys(asked.split()))
    if any(one not in SCOPES or one not in app.scopes for one in scopes):
        raise OAuthRefused("invalid_scope", "the requested scope is not allowed")
    return " ".join(scopes)
