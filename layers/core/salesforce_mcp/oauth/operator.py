"""Signing in without a person, as the operator has set up: for orgs that named programs use (docs/decisions/0006)."""

from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.oauth.orgs import OrgApp, Way
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.credentials import FixedCredential, Signer, exchange_signed
from salesforce_mcp.salesforce.hosts import salesforce_origin
from salesforce_mcp.salesforce.session import Secret, Session
from salesforce_mcp.salesforce.sign_in import TokenAnswer, client_credentials, exchange, password
from salesforce_mcp.services import Services


async def sign_in_as_operator(services: Services, app: OrgApp, username: str = "") -> TokenAnswer:
    """A new session of the user that the org's way names, or of `username` where a program has one of its own.

    Nothing is used up by it: unlike a refresh it may be done again when its answer was lost.
    """
    extra, http = services.settings.extra_org_hosts, services.login
    if app.way is Way.JWT:
        signer = Signer(app.client_id, _whom(app, username), app.login_url, await _credentials(services, app))
        return await exchange_signed(http, app.login_url, signer, clock=services.clock, extra_hosts=extra)
    if app.way is Way.CLIENT_CREDENTIALS:
        form = client_credentials(client_id=app.client_id, client_secret=await _consumer_secret(services, app))
        return await exchange(http, app.login_url, form, extra_hosts=extra)
    if app.way is Way.PASSWORD:
        form = password(
            client_id=app.client_id,
            client_secret=await _consumer_secret(services, app),
            username=app.username,
            password=(await _credentials(services, app))[0],
        )
        return await exchange(http, app.login_url, form, extra_hosts=extra)
    return await _handed_over(services, app)


async def _handed_over(services: Services, app: OrgApp) -> TokenAnswer:
    """A session id that the operator has copied from somewhere; whose it is, the org says."""
    origin = salesforce_origin(app.login_url, services.settings.extra_org_hosts)
    if origin is None:
        raise Misconfigured(
            f"{app.login_url!r} is not the org's own address", hint="With a session id it must be My Domain."
        )
    token = (await _credentials(services, app))[0]
    org = Salesforce(services.http, FixedCredential(Session(origin, token)), api_version=services.settings.api_version)
    told = await org.user_info()
    return TokenAnswer(token, None, origin, str(told["organization_id"]), str(told["user_id"]))


async def _credentials(services: Services, app: OrgApp) -> list[Secret]:
    """The current one and, while it is being rotated, the one before."""
    versions = await services.secrets.get(app.credential_name)
    if not versions:
        raise Misconfigured(
            f"The secret {app.credential_name} is missing",
            hint=f"The org {app.alias} is signed in to by {app.way}; docs/deploy.md says what goes into this secret.",
        )
    return [Secret(version) for version in versions]


async def _consumer_secret(services: Services, app: OrgApp) -> Secret:
    secret = await app.secret(services.secrets)
    if secret is None:
        raise Misconfigured(f"The secret {app.secret_name} is missing", hint="It holds the app's consumer secret.")
    return secret


def _whom(app: OrgApp, username: str) -> str:
    if not (username or app.username):
        raise Misconfigured(
            f"The org {app.alias} is signed in to by jwt, and nobody is named",
            hint="Name a user in SALESFORCE_SIGN_IN as jwt:USERNAME, or salesforce_username in the client's entry.",
        )
    return username or app.username
