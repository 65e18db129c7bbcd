"""What an operator sets up by hand, done for the emulated org: `SALESFORCE_SIGN_IN=client-credentials make run`."""

import json
from dataclasses import replace

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY
from salesforce_emulator.site import Site
from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.local.setup import key_pair
from salesforce_mcp.oauth.clients import CONFIGURED_CLIENTS
from salesforce_mcp.oauth.orgs import Way, org_of
from salesforce_mcp.settings import Settings

PROGRAM = "demo-program"
PROGRAM_SECRET = "demo-program-secret"  # noqa: S105 - a public demo value, on this machine only


def set_up_operator(settings: Settings, site: Site, *, username: str, password: str) -> dict[str, str]:
    """The secrets that the default org's way needs, and the org made to accept them; nothing where people sign in.

    `username` is who it is where the way names nobody.
    """
    app = org_of(settings, "default")
    if not app.is_operated:
        return {}
    who = site.user_id(app.username or username)
    if who is None:
        raise Misconfigured(
            f"SALESFORCE_SIGN_IN names {app.username!r}, who is nobody in the emulated org",
            hint=f"Its people are {', '.join(site.usernames()[:4])} …",
        )
    program = {"client_id": PROGRAM, "client_secret": PROGRAM_SECRET, "client_name": "Demo program"}
    asks = {"grant_types": ["client_credentials"], "scope": "sf.read sf.write"}
    secrets = {CONFIGURED_CLIENTS: json.dumps([program | asks])}
    if app.way is Way.JWT:
        pair, known = key_pair("localhost"), site.apps.find(DEMO_CONSUMER_KEY)
        site.apps.register(replace(known, certificate=pair.certificate.decode()))
        site.apps.approve(known, who, "api")
        secrets[app.credential_name] = pair.private.decode()
    elif app.way is Way.PASSWORD:
        secrets[app.credential_name] = password
    elif app.way is Way.SESSION:
        secrets[app.credential_name] = site.sessions.start(who).token
    return secrets
