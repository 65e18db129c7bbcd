"""Which addresses are Salesforce's: a token goes nowhere else.

https://help.salesforce.com/s/articleView?id=sf.domain_name_url_formats.htm
"""

import re
from collections.abc import Collection

from salesforce_mcp.salesforce.session import Identity

_LABEL = r"(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# Where partitioned My Domains put what kind of org it is.
_KINDS = "sandbox|develop|scratch|demo|patch|trailblaze|free"
_MY_DOMAIN = re.compile(rf"{_LABEL}(?:\.(?:{_KINDS}))?\.my\.(?:salesforce\.com|salesforce\.mil|site\.com)")
_LOGIN = {"login.salesforce.com", "test.salesforce.com"}
# Where an org shows its pages; people copy these from the address bar.
_PAGES = (".lightning.force.com", ".my.salesforce-setup.com")
# Read strictly, not by a URL parser: nothing here may be seen differently by what connects later.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<netloc>[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?)(?P<path>(?:/[A-Za-z0-9._~-]+)*)/?"
)
_IDENTITY_PATH = re.compile(r"/id/(00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?)/(005[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?)")


def is_salesforce_host(host: str, extra: Collection[str] = ()) -> bool:
    """Whether a host (with its port, if it has one) is Salesforce's, or one that the operator named."""
    return host in extra or host in _LOGIN or _MY_DOMAIN.fullmatch(host) is not None


def salesforce_origin(url: str, extra: Collection[str] = ()) -> str | None:
    """The origin of an org's address, or None: where API requests may go. Never the shared login hosts."""
    split = _split(url, extra)
    if split is None or split[1] in _LOGIN:
        return None
    return f"{split[0]}://{split[1]}"


def login_address(url: str, extra: Collection[str] = ()) -> str | None:
    """Where people of an org sign in, without a trailing slash; a site's path is part of it. None if it is no such."""
    split = _split(url, extra)
    return f"{split[0]}://{split[1]}{split[2]}" if split else None


def typed_login_address(text: str) -> str | None:
    """What a person types or pastes to say where their org is: a host, or any address of the org's own pages."""
    host, _, rest = text.strip().lower().removeprefix("https://").partition("/")
    for pages in _PAGES:
        host = host.removesuffix(pages) + ".my.salesforce.com" if host.endswith(pages) else host
    # Of a site the path says which one it is; elsewhere it is only the page that was open.
    path = "/" + rest.partition("?")[0].rstrip("/") if rest and host.endswith(".my.site.com") else ""
    return login_address(f"https://{host}{path}")


def identity_in(url: str, extra: Collection[str] = ()) -> Identity | None:
    """The organization and the user that an identity URL of Salesforce names; None for any other URL."""
    split = _split(url, extra)
    found = _IDENTITY_PATH.fullmatch(split[2]) if split else None
    return Identity(found[1], found[2]) if found else None


def _split(url: str, extra: Collection[str]) -> tuple[str, str, str] | None:
    found = _ADDRESS.fullmatch(url)
    if found is None or ".." in found["path"].split("/"):
        return None
    host = found["netloc"].lower()
    if not is_salesforce_host(host, extra):
        return None
    if found["scheme"] == "http" and host not in extra:
        return None
    return found["scheme"], host, found["path"]
