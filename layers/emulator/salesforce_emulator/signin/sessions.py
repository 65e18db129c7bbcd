"""Sessions, refresh tokens and authorization codes: what the org has handed out and what of it still lives."""

import secrets
import sqlite3
import string
from dataclasses import dataclass
from datetime import datetime, timedelta

from salesforce_emulator.org import Org
from salesforce_emulator.signin.errors import invalid_grant

SESSION_LIFE = timedelta(hours=2)
CODE_LIFE = timedelta(minutes=15)
LIVE_REFRESH_TOKENS = 5  # per user and app; the oldest is dropped silently

TABLES = """
CREATE TABLE IF NOT EXISTS _session (
    token TEXT PRIMARY KEY, user_id TEXT, consumer_key TEXT, scope TEXT, family TEXT, issued TEXT, expires TEXT
);
CREATE INDEX IF NOT EXISTS _session_family ON _session (family);
CREATE TABLE IF NOT EXISTS _refresh_token (
    token TEXT PRIMARY KEY, user_id TEXT, consumer_key TEXT, scope TEXT, family TEXT, issued TEXT,
    state TEXT CHECK (state IN ('live', 'rotated', 'dead')), number INTEGER
);
CREATE INDEX IF NOT EXISTS _refresh_token_family ON _refresh_token (family);
CREATE TABLE IF NOT EXISTS _authorization_code (
    code TEXT PRIMARY KEY, user_id TEXT, consumer_key TEXT, scope TEXT, redirect_uri TEXT, challenge TEXT,
    nonce TEXT, expires TEXT, used INTEGER DEFAULT 0, family TEXT
);
CREATE TABLE IF NOT EXISTS _assertion (consumer_key TEXT, jti TEXT, expires TEXT, PRIMARY KEY (consumer_key, jti));
"""

_ALPHABET = string.ascii_letters + string.digits


def opaque(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


@dataclass(frozen=True, slots=True)
class Session:
    """A live access token (or the browser's own session, which has no app)."""

    token: str
    user_id: str
    consumer_key: str
    scope: str
    family: str
    issued: datetime
    expires: datetime

    def allows(self, scope: str) -> bool:
        return scope in self.scope.split() or "full" in self.scope.split()


@dataclass(frozen=True, slots=True)
class RefreshToken:
    token: str
    user_id: str
    consumer_key: str
    scope: str
    family: str
    issued: datetime


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code, bound to everything that the token request must repeat."""

    user_id: str
    consumer_key: str
    scope: str
    redirect_uri: str
    challenge: str
    nonce: str


class Sessions:
    """Issue, find and end them. Time is the org's clock."""

    def __init__(self, org: Org, life: timedelta = SESSION_LIFE) -> None:
        self._org = org
        self.life = life
        self._rows.executescript(TABLES)

    @property
    def _rows(self) -> sqlite3.Connection:
        return self._org.connection

    def start(self, user_id: str, *, consumer_key: str = "", scope: str = "full", family: str = "") -> Session:
        now = self._org.now()
        token = f"{self._org.organization_id[:15]}!AQ{opaque(10)}.{opaque(83)}"
        session = Session(token, user_id, consumer_key, scope, family, now, now + self.life)
        self._rows.execute(
            "INSERT INTO _session VALUES (?, ?, ?, ?, ?, ?, ?)",
            (token, user_id, consumer_key, scope, family, now.isoformat(), session.expires.isoformat()),
        )
        return session

    def find(self, token: str) -> Session | None:
        """The session of a token. Use prolongs it, as the platform's inactivity timeout does."""
        row = self._rows.execute(
            "SELECT user_id, consumer_key, scope, family, issued, expires FROM _session WHERE token = ? "
            'AND EXISTS (SELECT 1 FROM "User" WHERE Id = user_id AND IsActive = 1)',
            (token,),
        ).fetchone()
        if row is None:
            return None
        user_id, consumer_key, scope, family, issued, expires = row
        session = Session(
            token, user_id, consumer_key, scope, family, datetime.fromisoformat(issued), datetime.fromisoformat(expires)
        )
        now = self._org.now()
        if session.expires <= now:
            return None
        if session.expires - now < self.life / 2:
            self._rows.execute(
                "UPDATE _session SET expires = ? WHERE token = ?", ((now + self.life).isoformat(), token)
            )
        return session

    def end(self, token: str) -> None:
        self._rows.execute("DELETE FROM _session WHERE token = ?", (token,))

    def expire_all(self) -> None:
        self._rows.execute("DELETE FROM _session")

    def issue_refresh_token(self, user_id: str, *, consumer_key: str, scope: str, family: str) -> str:
        token = f"5Aep861{opaque(80)}"
        number = self._rows.execute("SELECT coalesce(max(number), 0) + 1 FROM _refresh_token").fetchone()[0]
        self._rows.execute(
            "INSERT INTO _refresh_token VALUES (?, ?, ?, ?, ?, ?, 'live', ?)",
            (token, user_id, consumer_key, scope, family, self._org.now().isoformat(), number),
        )
        self._rows.execute(
            "UPDATE _refresh_token SET state = 'dead' WHERE token IN (SELECT token FROM _refresh_token "
            "WHERE state = 'live' AND user_id = ? AND consumer_key = ? ORDER BY number DESC LIMIT -1 OFFSET ?)",
            (user_id, consumer_key, LIVE_REFRESH_TOKENS),
        )
        return token

    def live_refresh_token(self, token: str, consumer_key: str) -> RefreshToken:
        """The refresh token, if it lives. One that was rotated away takes its family with it (RFC 9700 §4.14.2)."""
        row = self._rows.execute(
            "SELECT user_id, scope, family, issued, state FROM _refresh_token WHERE token = ? AND consumer_key = ?",
            (token, consumer_key),
        ).fetchone()
        if row is None:
            raise invalid_grant("expired access/refresh token")
        user_id, scope, family, issued, state = row
        if state == "rotated":
            self.end_family(family)
        if state != "live":
            raise invalid_grant("expired access/refresh token")
        return RefreshToken(token, user_id, consumer_key, scope, family, datetime.fromisoformat(issued))

    def peek_refresh_token(self, token: str, consumer_key: str) -> RefreshToken | None:
        """Look at a refresh token without using it."""
        row = self._rows.execute(
            "SELECT user_id, scope, family, issued FROM _refresh_token "
            "WHERE token = ? AND consumer_key = ? AND state = 'live'",
            (token, consumer_key),
        ).fetchone()
        if row is None:
            return None
        user_id, scope, family, issued = row
        return RefreshToken(token, user_id, consumer_key, scope, family, datetime.fromisoformat(issued))

    def rotate(self, old: RefreshToken) -> str:
        self._rows.execute("UPDATE _refresh_token SET state = 'rotated' WHERE token = ?", (old.token,))
        return self.issue_refresh_token(old.user_id, consumer_key=old.consumer_key, scope=old.scope, family=old.family)

    def end_family(self, family: str) -> None:
        """Kill a refresh token's relatives and their access tokens."""
        self._rows.execute("UPDATE _refresh_token SET state = 'dead' WHERE family = ?", (family,))
        self._rows.execute("DELETE FROM _session WHERE family = ?", (family,))

    def expire_refresh_tokens(self) -> None:
        self._rows.execute("UPDATE _refresh_token SET state = 'dead'")

    def revoke(self, token: str) -> bool:
        """End an access token, or a refresh token with all that came from it; False when nobody knows it."""
        refresh = self._rows.execute(
            "SELECT family FROM _refresh_token WHERE token = ? AND state = 'live'", (token,)
        ).fetchone()
        if refresh is not None:
            self.end_family(refresh[0])
            return True
        known = self.find(token) is not None
        self.end(token)
        return known

    def issue_code(self, code: Code) -> str:
        value = f"aPrx{opaque(60)}"
        self._rows.execute(
            "INSERT INTO _authorization_code "
            "(code, user_id, consumer_key, scope, redirect_uri, challenge, nonce, expires) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                value,
                code.user_id,
                code.consumer_key,
                code.scope,
                code.redirect_uri,
                code.challenge,
                code.nonce,
                (self._org.now() + CODE_LIFE).isoformat(),
            ),
        )
        return value

    def take_code(self, value: str, *, consumer_key: str, family: str) -> Code:
        """Use a code up. A second use ends what the first one gave (RFC 6749 §4.1.2)."""
        row = self._rows.execute(
            "SELECT user_id, consumer_key, scope, redirect_uri, challenge, nonce, expires, used, family "
            "FROM _authorization_code WHERE code = ?",
            (value,),
        ).fetchone()
        if row is None or row[1] != consumer_key:
            raise invalid_grant("invalid authorization code")
        if row[7]:
            self.end_family(row[8])
            raise invalid_grant("expired authorization code")
        if datetime.fromisoformat(row[6]) <= self._org.now():
            raise invalid_grant("expired authorization code")
        self._rows.execute("UPDATE _authorization_code SET used = 1, family = ? WHERE code = ?", (family, value))
        return Code(*row[:6])

    def first_use(self, jti: str, *, consumer_key: str, expires: datetime) -> bool:
        """Note an assertion's id; False when it was seen before."""
        noted = self._rows.execute(
            "INSERT OR IGNORE INTO _assertion VALUES (?, ?, ?)", (consumer_key, jti, expires.isoformat())
        )
        return noted.rowcount == 1
