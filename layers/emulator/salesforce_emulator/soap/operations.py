"""What the SOAP API does here: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_list.htm"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from salesforce_emulator.errors import Refused
from salesforce_emulator.signin.sessions import Session
from salesforce_emulator.site import Site
from salesforce_emulator.soap.envelope import elements, text_of

LAST_WITH_LOGIN = 64


@dataclass(frozen=True, slots=True)
class Message:
    """One SOAP call."""

    site: Site
    wsdl: str  # u: partner, c: enterprise
    version: int
    base_url: str
    headers: Mapping[str, Element]
    operation: Element


class LoginRefused(Refused):
    """The only refusal that is a LoginFault."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(500, code, message)


def login(message: Message) -> str:
    """username + password (+ security token, which trusted networks need not send)."""
    if message.version > LAST_WITH_LOGIN:
        raise Refused(500, "UNSUPPORTED_API_VERSION", f"login() is not available in API version {message.version}.0")
    site = message.site
    user_id = site.org.check_password(text_of(message.operation, "username"), text_of(message.operation, "password"))
    if user_id is None:
        raise LoginRefused("INVALID_LOGIN", "Invalid username, password, security token; or user locked out.")
    session = site.sessions.start(user_id)
    soap = f"{message.base_url}/services/Soap"
    place = f"{message.version}.0/{site.org.organization_id[:15]}"
    return elements(
        {
            "result": {
                "metadataServerUrl": f"{soap}/m/{place}",
                "passwordExpired": False,
                "sandbox": False,
                "serverUrl": f"{soap}/{message.wsdl}/{place}",
                "sessionId": session.token,
                "userId": user_id,
                "userInfo": _user_info(site, user_id),
            }
        }
    )


def logout(message: Message) -> str:
    message.site.sessions.end(session_of(message).token)
    return ""


def get_user_info(message: Message) -> str:
    return elements({"result": _user_info(message.site, session_of(message).user_id)})


def get_server_timestamp(message: Message) -> str:
    session_of(message)
    now = message.site.org.now()
    return elements({"result": {"timestamp": f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z"}})


OPERATIONS: dict[str, Callable[[Message], str]] = {
    "login": login,
    "logout": logout,
    "getUserInfo": get_user_info,
    "getServerTimestamp": get_server_timestamp,
}


def session_of(message: Message) -> Session:
    """The session of the SessionHeader; any OAuth access token with the scope api is one."""
    session = message.site.sessions.find(text_of(message.headers.get("SessionHeader"), "sessionId").strip())
    if session is None or not session.allows("api"):
        raise Refused(500, "INVALID_SESSION_ID", "Invalid Session ID found in SessionHeader: Illegal Session")
    return session


def _user_info(site: Site, user_id: str) -> dict[str, Any]:
    user, organization = site.user(user_id), site.organization()
    return {
        "accessibilityMode": False,
        "chatterExternal": False,
        "currencySymbol": "$",
        "orgAttachmentFileSizeLimit": 5242880,
        "orgDefaultCurrencyIsoCode": "USD",
        "orgDefaultCurrencyLocale": "en_US",
        "orgDisallowHtmlAttachments": False,
        "orgHasPersonAccounts": False,
        "organizationId": site.org.organization_id,
        "organizationMultiCurrency": False,
        "organizationName": organization["Name"],
        "profileId": user["ProfileId"],
        "roleId": user.get("UserRoleId"),
        "sessionSecondsValid": int(site.sessions.life.total_seconds()),
        "userDefaultCurrencyIsoCode": None,
        "userEmail": user["Email"],
        "userFullName": user["Name"],
        "userId": user_id,
        "userLanguage": user["LanguageLocaleKey"],
        "userLocale": user["LocaleSidKey"],
        "userName": user["Username"],
        "userTimeZone": user["TimeZoneSidKey"],
        "userType": "Standard",
        "userUiSkin": "Theme3",
    }
