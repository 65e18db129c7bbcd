"""A signed-in user of an org, and how a client keeps one."""

import hmac
from dataclasses import dataclass
from typing import NamedTuple, NoReturn, Protocol


class Secret:
    """Text that is never shown: its repr, its str and its format are three stars, and it does not pickle."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True)
class Session:
    """One user's access to one org. `generation` grows with each renewal of the grant behind it."""

    instance_url: str
    access_token: Secret
    user_id: str = ""
    organization_id: str = ""
    generation: int = 0


class Identity(NamedTuple):
    """Whose org it is and who is signed in: ids, for names and e-mail addresses change hands."""

    organization_id: str
    user_id: str


class Credential(Protocol):
    """How a client gets its session, and a new one when that has died."""

    async def session(self) -> Session: ...

    async def renew(self, stale: Session) -> Session:
        """The session after `stale`: raise SignInRequired when there will be none."""
        ...
