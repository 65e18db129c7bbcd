"""The orgs that can be worked with, by alias, and who signs in to each: people, or this server itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.ports import Secrets
from salesforce_mcp.salesforce.session import Secret
from salesforce_mcp.settings import Settings

_ALIAS = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_OURS = "-"  # in place of a consumer key: the default org's app


class Way(StrEnum):
    """How a session begins. All but the first are the operator's: no browser, no consent, for named programs only."""

    PEOPLE = "people"
    JWT = "jwt"
    CLIENT_CREDENTIALS = "client-credentials"
    PASSWORD = "password"  # noqa: S105 - the name of a flow
    SESSION = "session"


# Salesforce retires both; who holds such a secret is that user, everywhere and without a second look.
LEGACY = frozenset({Way.PASSWORD, Way.SESSION})
_NAMES_A_USER = frozenset({Way.JWT, Way.PASSWORD})


@dataclass(frozen=True)
class OrgApp:
    """Where sessions of this org begin, the External Client App we are there, and whose sessions they are."""

    alias: str
    login_url: str
    client_id: str
    secret_name: str
    way: Way = Way.PEOPLE
    username: str = ""  # whom the server signs in, where its way names somebody

    @property
    def is_operated(self) -> bool:
        """The server signs in by itself: whoever may use the org acts as the operator's choice of user."""
        return self.way is not Way.PEOPLE

    @property
    def credential_name(self) -> str:
        """The secret that the operator's way needs beside the consumer secret: a key, a password, a session id."""
        kind = "jwt-key" if self.way is Way.JWT else str(self.way)
        return f"salesforce-{kind}" + ("" if self.alias == "default" else f"-{self.alias}")

    @property
    def has_shared_login(self) -> bool:
        """The operator has named no My Domain: people know best where their org is."""
        return urlsplit(self.login_url).netloc in {"login.salesforce.com", "test.salesforce.com"}

    @property
    def needs_credential(self) -> bool:
        return self.way not in {Way.PEOPLE, Way.CLIENT_CREDENTIALS}

    @property
    def needs_consumer_secret(self) -> bool:
        return self.way not in {Way.JWT, Way.SESSION}

    async def secret(self, secrets: Secrets) -> Secret | None:
        """The consumer secret in force; None for an app that needs none."""
        versions = await secrets.get(self.secret_name)
        return Secret(versions[0]) if versions else None


def all_orgs(settings: Settings) -> Iterator[OrgApp]:
    """The default org and the further ones. Misconfigured names the entry that cannot be meant."""
    way, username = _way(settings, settings.sign_in, "SALESFORCE_SIGN_IN")
    yield OrgApp("default", settings.login_url, settings.client_id, settings.client_secret_name, way, username)
    for entry in settings.orgs:
        yield _parse(settings, entry)


def org_named(settings: Settings, alias: str) -> OrgApp | None:
    return next((org for org in all_orgs(settings) if org.alias == alias), None)


def org_of(settings: Settings, alias: str) -> OrgApp:
    org = org_named(settings, alias)
    if org is None:
        raise Misconfigured(f"the org {alias!r} is no longer served here", hint="Connect again, under another address.")
    return org


def has_operated_org(settings: Settings) -> bool:
    return any(org.is_operated for org in all_orgs(settings))


def require_sound_orgs(settings: Settings) -> list[str]:
    """Refuse to start with an entry that cannot be meant; return what the operator should be warned of."""
    orgs = list(all_orgs(settings))
    if twice := {org.alias for org in orgs if [one.alias for one in orgs].count(org.alias) > 1}:
        raise Misconfigured(f"SALESFORCE_ORGS names {min(twice)!r} twice", hint="Each org has an alias of its own.")
    return [
        f"The org {org.alias} is signed in to by the legacy way {org.way!r}, which Salesforce retires. "
        "Use jwt or client-credentials: docs/deploy.md."
        for org in orgs
        if org.way in LEGACY
    ]


def _parse(settings: Settings, entry: str) -> OrgApp:
    words = entry.split()
    alias, login_url, client_id, asked = [*words, "", "", "", ""][:4]
    if not _ALIAS.fullmatch(alias) or alias == "default" or not login_url or len(words) > 4:
        raise Misconfigured(
            f"SALESFORCE_ORGS: {entry!r} is not 'alias login-URL [consumer-key [way]]'",
            hint="An alias has small letters, digits and hyphens and is not 'default'. "
            "A hyphen in place of the consumer key stands for the default org's app.",
        )
    way, username = _way(settings, asked or Way.PEOPLE, f"SALESFORCE_ORGS: {alias}")
    if client_id in ("", _OURS):
        return OrgApp(alias, login_url, settings.client_id, settings.client_secret_name, way, username)
    return OrgApp(alias, login_url, client_id, f"{settings.client_secret_name}-{alias}", way, username)


def _way(settings: Settings, asked: str, where: str) -> tuple[Way, str]:
    name, _, username = asked.partition(":")
    way = next((way for way in Way if way == name), None)
    if way is None or (username and way not in _NAMES_A_USER) or (way is Way.PASSWORD and not username):
        raise Misconfigured(
            f"{where}: {name!r} is not a way to sign in",
            hint="It is people, jwt:USERNAME, client-credentials, password:USERNAME or session.",
        )
    if way in LEGACY and not settings.is_loopback:
        raise Misconfigured(
            f"{where}: {name!r} is refused by a server that others can reach",
            hint="Use jwt or client-credentials; password and session serve on this machine only.",
        )
    return way, username
