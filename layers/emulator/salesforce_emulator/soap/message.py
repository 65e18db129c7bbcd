"""One SOAP call, and who makes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.org import Org
from salesforce_emulator.signin.sessions import Session
from salesforce_emulator.site import Site
from salesforce_emulator.soap.envelope import text_of


@dataclass(frozen=True, slots=True)
class Message:
    """One SOAP call."""

    site: Site
    wsdl: str  # u: partner, c: enterprise
    version: int
    base_url: str
    headers: Mapping[str, Element]
    operation: Element

    @property
    def org(self) -> Org:
        return self.site.org

    @property
    def caller(self) -> Caller:
        """The user of the session; who has none may call nothing."""
        return self.org.caller(session_of(self).user_id)

    def header(self, name: str, part: str) -> str:
        return text_of(self.headers.get(name), part).strip()


class LoginRefused(Refused):
    """The only refusal that is a LoginFault."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(500, code, message)


def session_of(message: Message) -> Session:
    """The session of the SessionHeader; any OAuth access token with the scope api is one."""
    session = message.site.sessions.find(text_of(message.headers.get("SessionHeader"), "sessionId").strip())
    if session is None or not session.allows("api"):
        raise Refused(500, "INVALID_SESSION_ID", "Invalid Session ID found in SessionHeader: Illegal Session")
    return session
