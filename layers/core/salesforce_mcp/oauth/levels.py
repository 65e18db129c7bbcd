"""What a person may allow a client, as three choices instead of five scopes."""

from collections.abc import Iterable
from enum import StrEnum

from salesforce_mcp.policy.scopes import Scope, implied
from salesforce_mcp.settings import Settings


class Level(StrEnum):
    READ = "read"
    WRITE = "write"
    FULL = "full"


SCOPES: dict[Level, frozenset[str]] = {
    Level.READ: frozenset({Scope.READ}),
    Level.WRITE: frozenset({Scope.READ, Scope.WRITE}),
    Level.FULL: frozenset(Scope),
}
TITLES: dict[Level, tuple[str, str]] = {
    Level.READ: ("Read only", "Look at records, reports and settings. Nothing can be changed."),
    Level.WRITE: ("Read and write", "Also create and change records. Nothing can be deleted."),
    Level.FULL: ("Full", "Also delete, load in bulk and change the org's setup, as far as your profile allows."),
}


def offered(settings: Settings) -> list[Level]:
    return [Level.READ] if settings.read_only else list(Level)


def known_scopes(text: str) -> frozenset[str]:
    """The scopes of ours in a request; clients add openid, email and others of their habit, which mean nothing here."""
    return frozenset(text.split()) & frozenset(Scope)


def level_of(scopes: Iterable[str]) -> Level:
    """What was chosen, in the words it was offered in."""
    held = frozenset(scopes)
    return next(level for level in Level if held <= SCOPES[level])


def smallest_for(scopes: Iterable[str], settings: Settings) -> Level:
    """The least level that holds what the client asked for; reading when it asked for nothing."""
    wanted = implied(scopes)
    return next((level for level in offered(settings) if wanted <= SCOPES[level]), offered(settings)[-1])
