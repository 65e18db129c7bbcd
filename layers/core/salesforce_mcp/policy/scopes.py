"""What a token lets its bearer do, and what follows from it."""

from collections.abc import Iterable
from enum import StrEnum


class Scope(StrEnum):
    READ = "sf.read"
    WRITE = "sf.write"
    DELETE = "sf.delete"
    BULK = "sf.bulk"
    ADMIN = "sf.admin"


# Each scope and the ones beneath it: who may delete may write, who may write may read.
_INCLUDES: dict[Scope, frozenset[Scope]] = {
    Scope.READ: frozenset({Scope.READ}),
    Scope.WRITE: frozenset({Scope.READ, Scope.WRITE}),
    Scope.DELETE: frozenset({Scope.READ, Scope.WRITE, Scope.DELETE}),
    Scope.BULK: frozenset({Scope.BULK}),
    Scope.ADMIN: frozenset({Scope.READ, Scope.WRITE, Scope.DELETE, Scope.ADMIN}),
}

_NAMES = frozenset(scope.value for scope in Scope)


def implied(scopes: Iterable[str]) -> frozenset[Scope]:
    """Every right that these scopes give; a scope that is not ours gives none."""
    return frozenset().union(*(_INCLUDES[Scope(scope)] for scope in scopes if scope in _NAMES))


def missing(needed: Iterable[Scope], held: frozenset[Scope]) -> tuple[Scope, ...]:
    """The scopes still to be asked for, in a steady order."""
    wanted = set(needed) - held
    return tuple(scope for scope in Scope if scope in wanted)
