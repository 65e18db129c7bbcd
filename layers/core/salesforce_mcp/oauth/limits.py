"""Brakes on the open endpoints. Generous by address: all users of one cloud client come from a handful of them."""

from dataclasses import dataclass

from starlette.requests import Request

from salesforce_mcp.oauth.errors import OAuthError
from salesforce_mcp.oauth.opaque import fingerprint
from salesforce_mcp.ports import Key
from salesforce_mcp.services import Services


@dataclass(frozen=True)
class Limit:
    """So many requests in a minute from one source."""

    name: str
    per_minute: int


# Five hundred people behind one address connect within ten minutes; some clients register twice for each.
REGISTER_BY_ADDRESS = Limit("register", 600)
AUTHORIZE_BY_ADDRESS = Limit("authorize", 600)
TOKEN_BY_ADDRESS = Limit("token", 1200)
CONSENT_BY_ADDRESS = Limit("consent", 600)
# A client-metadata document makes all users of a product one client, and anybody can name it: ten times an address's
# share, so that no single address can use up what everybody on that client needs.
AUTHORIZE_BY_CLIENT = Limit("authorize-client", 6000)
TOKEN_BY_CLIENT = Limit("token-client", 12_000)
# A program needs one an hour; each is a login at Salesforce, which takes 3,600 an hour of a user.
SIGN_INS_BY_CLIENT = Limit("sign-in-client", 30)


async def keep_within(services: Services, limit: Limit, source: str) -> None:
    """Count this request; refuse it when the source has had its share of the minute."""
    now = int(services.clock.now())
    minute = now // 60
    key = Key(f"rate#{limit.name}#{fingerprint(source)[:32]}", str(minute))
    if await services.store.add(key, expires_at=(minute + 2) * 60) > limit.per_minute:
        wait = (minute + 1) * 60 - now
        raise OAuthError(
            "temporarily_unavailable", f"too many requests, try again in {wait} s", status=429, retry_after=wait
        )


def address_of(request: Request) -> str:
    """The connecting address as the server saw it; headers about it can be written by anybody."""
    return request.client.host if request.client else "unknown"
