"""The orgs people can sign in to, by alias."""

import re
from dataclasses import dataclass

from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.ports import Secrets
from salesforce_mcp.settings import Settings

_ALIAS = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class OrgApp:
    """Where people of this org sign in, and the External Client App we are there."""

    alias: str
    login_url: str
    client_id: str
    secret_name: str

    async def secret(self, secrets: Secrets) -> str:
        """The consumer secret in force; empty for an app that needs none."""
        versions = await secrets.get(self.secret_name)
        return versions[0] if versions else ""


def org_named(settings: Settings, alias: str) -> OrgApp | None:
    if alias == "default":
        return OrgApp("default", settings.login_url, settings.client_id, settings.client_secret_name)
    orgs = (_parse(settings, entry) for entry in settings.orgs)
    return next((org for org in orgs if org.alias == alias), None)


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
