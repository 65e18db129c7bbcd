"""What Salesforce's token endpoint says no with, and what the person or the administrator does about it.

https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_flow_errors.htm
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from salesforce_mcp.errors import Failure, Misconfigured, SignInRequired, Unavailable
from salesforce_mcp.salesforce.org_text import excerpt

_APP = "Setup → External Client App Manager → the app (an older one: Setup → App Manager → the app → Manage)"
_AGAIN = "Sign in again."
_ACTIVATE = "An administrator activates or unfreezes the user: Setup → Users → the user → Active."


@dataclass(frozen=True)
class Explanation:
    """`error` and words of its description → the failure; {callback} stands for the redirect URI that was sent."""

    error: str
    words: str
    kind: type[Failure]
    message: str
    hint: str


# The first row that fits explains the answer: rows with words stand before the row for the rest of their error.
EXPLANATIONS = (
    Explanation(
        "invalid_client_id",
        "",
        Misconfigured,
        "Salesforce does not know this client id",
        f"The consumer key is wanted, not the consumer secret: {_APP} → Settings → OAuth Settings → Consumer Key and "
        "Secret. A new app takes up to ten minutes to be known.",
    ),
    Explanation(
        "invalid_client",
        "",
        Misconfigured,
        "Salesforce refused the app's consumer secret",
        f"Copy the consumer secret anew: {_APP} → Settings → OAuth Settings → Consumer Key and Secret.",
    ),
    Explanation(
        "redirect_uri_mismatch",
        "",
        Misconfigured,
        "The callback URL is not one of the app's",
        f"Enter this callback URL, character for character, in {_APP} → Settings → OAuth Settings: {{callback}}",
    ),
    Explanation(
        "redirect_uri_missing",
        "",
        Misconfigured,
        "The app has no callback URL",
        f"Enter this callback URL in {_APP} → Settings → OAuth Settings: {{callback}}",
    ),
    Explanation(
        "invalid_grant",
        "hasn't approved this consumer",
        Misconfigured,
        "The user has not been allowed to use the app",
        f"{_APP} → Policies → Permitted Users: 'Admin approved users are pre-authorized', then add the user's profile "
        "or permission set to the app.",
    ),
    Explanation(
        "invalid_app_access",
        "",
        Misconfigured,
        "The user has not been allowed to use the app",
        f"{_APP} → Policies → Permitted Users: add the user's profile or permission set to the app.",
    ),
    Explanation(
        "app_not_found",
        "",
        Misconfigured,
        "The app is not installed in this org",
        "Install or create the External Client App in this org, or allow it in Setup → Connected Apps OAuth Usage.",
    ),
    Explanation(
        "oauth_app_blocked",
        "",
        Misconfigured,
        "The org blocks the app",
        "An administrator unblocks or installs it in Setup → Connected Apps OAuth Usage.",
    ),
    Explanation(
        "oauth_approval_error_generic",
        "",
        Misconfigured,
        "Salesforce could not approve the app for this user",
        "The user needs the permission 'API Enabled' and access to the app; Setup → Login History shows why.",
    ),
    Explanation(
        "oauth_ec_app_not_found",
        "",
        Misconfigured,
        "The app is not installed in this org",
        "Install or create the External Client App in this org: Setup → External Client App Manager.",
    ),
    Explanation(
        "invalid_grant",
        "being processed",
        Unavailable,
        "Another sign-in with the same grant is under way",
        "Try again in a few seconds.",
    ),
    Explanation(
        "invalid_grant",
        "ip restricted",
        Misconfigured,
        "The org's login IP ranges do not include this server",
        "Add the server's outgoing addresses to the profile's Login IP Ranges, or to Setup → Network Access.",
    ),
    Explanation(
        "invalid_grant",
        "no client credentials user",
        Misconfigured,
        "The app has no user to run as",
        f"{_APP} → Policies → OAuth Flows: enable client credentials and choose Run As, a user of least right.",
    ),
    Explanation(
        "invalid_grant",
        "not supported on this domain",
        Misconfigured,
        "Client credentials are accepted on the org's own domain only",
        "Set SALESFORCE_LOGIN_URL to My Domain: Setup → My Domain, such as https://acme.my.salesforce.com.",
    ),
    Explanation(
        "invalid_grant",
        "audience",
        Misconfigured,
        "The JWT is meant for another login host",
        "The audience is https://login.salesforce.com, for a sandbox https://test.salesforce.com, or the site's URL.",
    ),
    Explanation(
        "invalid_grant",
        "assertion",
        Misconfigured,
        "Salesforce could not verify the JWT",
        f"Upload the certificate of the signing key in {_APP} → Settings → Digital Signatures, and check this "
        "server's clock: a JWT lives three minutes.",
    ),
    Explanation(
        "invalid_grant",
        "code verifier",
        SignInRequired,
        "The sign-in was begun by somebody else, or twice",
        _AGAIN,
    ),
    Explanation(
        "invalid_grant",
        "authorization code",
        SignInRequired,
        "The authorization code was used or has expired",
        "A code lives for minutes and is good once: sign in again. If it happens with every JWT, check the clock.",
    ),
    Explanation(
        "invalid_grant",
        "authentication failure",
        SignInRequired,
        "Salesforce refused the user name or password",
        "Check both, append the security token to the password, and see Setup → Login History. External Client Apps "
        "do not offer this flow: prefer the JWT bearer or client credentials flow.",
    ),
    Explanation("invalid_grant", "inactive", SignInRequired, "The user is deactivated", _ACTIVATE),
    Explanation(
        "invalid_grant", "", SignInRequired, "Salesforce no longer accepts the grant: it expired or was revoked", _AGAIN
    ),
    Explanation("inactive_user", "", SignInRequired, "The user is deactivated", _ACTIVATE),
    Explanation("inactive_org", "", Misconfigured, "The org is deactivated", "Ask Salesforce support about the org."),
    Explanation("access_denied", "", SignInRequired, "The person declined to give access", _AGAIN),
    Explanation(
        "invalid_scope",
        "",
        Misconfigured,
        "The app does not allow the scopes asked for",
        f"{_APP} → Settings → OAuth Settings → Selected OAuth Scopes: api, refresh_token and id.",
    ),
    Explanation(
        "unsupported_grant_type",
        "",
        Misconfigured,
        "The app does not offer this way of signing in",
        f"{_APP} → Settings → Flow Enablement: tick the flow in use.",
    ),
    Explanation(
        "rate_limit_exceeded",
        "",
        Unavailable,
        "The user has signed in too often in the last hour",
        "Wait an hour; one session serves many requests.",
    ),
    Explanation("server_error", "", Unavailable, "Salesforce failed inside", "Try again in a few minutes."),
    Explanation("unknown_error", "", Unavailable, "Salesforce failed inside", "Try again in a few minutes."),
)


def sign_in_failure(error: str, description: str, *, callback: str = "") -> Failure:
    """The failure that an error of the authorize or token endpoint stands for."""
    words = description.lower()
    said = {"salesforceSaid": excerpt(description, longest=300)} if description else {}
    code = excerpt(error, longest=60)
    for row in EXPLANATIONS:
        if row.error == error.lower() and row.words in words:
            return row.kind(row.message, code=code, hint=row.hint.replace("{callback}", callback), details=said)
    return Misconfigured("Salesforce refused the sign-in", code=code or "SIGN_IN_REFUSED", hint=_AGAIN, details=said)


def failure_in(body: Any, form: Mapping[str, str]) -> Failure | None:
    """The failure in a token endpoint's answer to `form`; None where the body tells none."""
    if not isinstance(body, dict) or not isinstance(body.get("error"), str):
        return None
    description = body.get("error_description")
    return sign_in_failure(
        body["error"],
        description if isinstance(description, str) else "",
        callback=form.get("redirect_uri", ""),
    )
