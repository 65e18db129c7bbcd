"""Passwords of users: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_user_password.htm"""

import secrets

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import NO_CONTENT, NOT_FOUND, Answer, Call

SHORTEST = 8


def read(call: Call) -> Answer:
    """GET /sobjects/User/{id}/password"""
    _user(call)
    return Answer(200, {"isExpired": False})


def change(call: Call) -> Answer:
    """POST /sobjects/User/{id}/password {"NewPassword": "…"}"""
    user_id, given = _user(call), call.json_object.get("NewPassword")
    if not isinstance(given, str) or len(given) < SHORTEST:
        message = f"Your password must be at least {SHORTEST} characters long."
        raise Refused(400, "INVALID_NEW_PASSWORD", message)
    call.org.set_password(user_id, given)
    return NO_CONTENT


def reset(call: Call) -> Answer:
    """DELETE /sobjects/User/{id}/password: a new one, which is told once"""
    user_id, made = _user(call), secrets.token_urlsafe(12)
    call.org.set_password(user_id, made)
    return Answer(200, {"NewPassword": made})


def _user(call: Call) -> str:
    """The user meant: oneself, or anybody for who manages users."""
    if call.object.name != "User":
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    user_id = str(call.org.require(call.caller, call.object, call.names["id"])["Id"])
    if user_id != call.caller.user_id and not call.caller.may("manage_setup"):
        raise Refused(403, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
    return user_id
