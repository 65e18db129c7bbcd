"""What the SOAP API does here: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_list.htm"""

from collections.abc import Callable
from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.site import Site
from salesforce_emulator.soap import crud, deploying, duplicates, email, metadata, records, tabs
from salesforce_emulator.soap.envelope import elements, text_of
from salesforce_emulator.soap.message import LoginRefused, Message, session_of

LAST_WITH_LOGIN = 64


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
    "convertLead": records.convert_lead,
    "merge": records.merge,
    "undelete": records.undelete,
    "emptyRecycleBin": records.empty_recycle_bin,
    "findDuplicates": duplicates.find_duplicates,
    "findDuplicatesByIds": duplicates.find_duplicates_by_ids,
    "sendEmail": email.send_email,
    "describeTabs": tabs.describe_tabs,
}
OF_METADATA: dict[str, Callable[[Message], str]] = {
    "describeMetadata": metadata.describe_metadata,
    "listMetadata": metadata.list_metadata,
    "readMetadata": metadata.read_metadata,
    "createMetadata": crud.create_metadata,
    "updateMetadata": crud.update_metadata,
    "upsertMetadata": crud.upsert_metadata,
    "renameMetadata": crud.rename_metadata,
    "deleteMetadata": crud.delete_metadata,
    "deploy": deploying.deploy,
    "checkDeployStatus": deploying.check_deploy_status,
}


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
