"""Where a code may be sent: https, this computer, and a closed list of applications (RFC 9700 §2.1, RFC 8252 §7.3)."""

import re
from urllib.parse import urlsplit

# Only characters a URI consists of; commas too are refused, since API Gateway joins repeated parameters with them.
_ALPHABET = re.compile(r"[A-Za-z0-9:/?#\[\]@!$&'()*+;=._~%-]{1,2000}")
_HTTPS = re.compile(
    r"https://(?P<host>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)"
    r"(?::\d{1,5})?(?P<path>/[^?#]*)?(?:\?[^#]*)?"
)
_LOOPBACK = re.compile(
    r"(?P<host>http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::\d{1,5})?(?P<rest>(?P<path>/[^?#]*)?(?:\?[^#]*)?)"
)
# Private schemes by application. Anything else with a scheme of its own could be claimed by anybody.
_APPLICATIONS = {
    "Cursor": re.compile(
        r"cursor://anysphere\.cursor-(?:mcp/oauth/callback|retrieval/oauth/user-[A-Za-z0-9_-]{1,100}/callback)"
    )
}
# What a server in front of the client might decode into another path.
_CLIMBING = re.compile(r"(?:^|/)\.{1,2}(?:[/;]|$)|%(?:2e|2f|5c|25|00|0a|0d)", re.IGNORECASE)


def is_acceptable(uri: str) -> bool:
    """Whether a client may register it and a code may be sent there."""
    if not _ALPHABET.fullmatch(uri):
        return False
    if application_of(uri):
        return True
    found = _HTTPS.fullmatch(uri) or _LOOPBACK.fullmatch(uri)
    return found is not None and not _CLIMBING.search(found["path"] or "")


def is_registered(uri: str, registered: tuple[str, ...]) -> bool:
    """Exact comparison; on this computer the port may differ, since it is taken when the client starts."""
    return is_acceptable(uri) and any(uri == known or _same_but_port(uri, known) for known in registered)


def is_loopback(uri: str) -> bool:
    return _LOOPBACK.fullmatch(uri) is not None


def application_of(uri: str) -> str:
    """The application behind a private scheme of the closed list; empty otherwise."""
    return next((name for name, pattern in _APPLICATIONS.items() if pattern.fullmatch(uri)), "")


def shown_host(uri: str) -> str:
    """Where the browser will go, in the words of the consent page."""
    if application := application_of(uri):
        return f"the {application} application on this computer"
    return urlsplit(uri).netloc


def _same_but_port(uri: str, known: str) -> bool:
    ours, theirs = _LOOPBACK.fullmatch(uri), _LOOPBACK.fullmatch(known)
    return bool(ours and theirs and ours["host"] == theirs["host"] and ours["rest"] == theirs["rest"])
