"""The orgs people can sign in to, by alias."""

import re
from dataclasses import dataclass

from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.ports import Secrets
from salesforce_mcp.salesforce.session import Secret
from salesforce_mcp.settings import Settings

_ALIAS = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class OrgApp:
    """Where people of this org sign in, and the External Client App we are there."""

    alias: str
    login_url: str
    client_id: str
    secret_name: str

    async def secret(self, secrets: Secrets) -> Secret | None:
        """The consumer secret in force; None for an app that needs none."""
        versions = await secrets.get(self.secret_name)
        return Secret(versions[0]) if versions else None


def org_named(settings: Settings, alias: str) -> OrgApp | None:
    if alias == "default":
        return OrgApp("default", settings.login_url, settings.client_id, settings.client_secret_name)
    orgs = (_parse(settings, entry) for entry in settings.orgs)
    return next((org for org in orgs if org.alias == alias), None)


def org_of(settings: Settings, alias: str) -> OrgApp:
    org = org_named(settings, alias)
    if org is None:
        raise Misconfigured(f"the org {alias!r} is no longer served here", hint="Connect again, under another address.")
    return org


def _parse(settings: Settings, entry: str) -> OrgApp:
    alias, login_url, client_id = [*entry.split(), "", "", ""][:3]
    if not _ALIAS.fullmatch(alias) or alias == "default" or not login_url or len(entry.split()) > 3:
        raise Misconfigured(
            f"SALESFORCE_ORGS: {entry!r} is not 'alias login-URL [consumer-key]'",
            hint="An alias has small letters, digits and hyphens and is not 'default'.",
        )
    if client_id:
        return OrgApp(alias, login_url, client_id, f"{settings.client_secret_name}-{alias}")
    return OrgApp(alias, login_url, settings.client_id, settings.client_secret_name)
