"""SOSL: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search.htm"""

from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import Answer, Call

TEXTS = ("q", "in", "netId", "where", "orderBy")
NUMBERS = ("overallLimit", "defaultLimit", "offset")


def search(call: Call) -> Answer:
    """GET /search?q=FIND {…}"""
    if "q" not in call.query:
        raise Refused(400, "MALFORMED_SEARCH", "The parameter q is required: a SOSL search")
    found = call.site.searches.search(call.caller, call.query["q"], version=call.version)
    return _answer(found)


def parameterized(call: Call) -> Answer:
    """GET /parameterizedSearch?q=Acme&sobject=Account&Account.fields=Id,Name"""
    return _parameterized(call, _request(call))


def parameterized_post(call: Call) -> Answer:
    """POST /parameterizedSearch"""
    return _parameterized(call, call.json_object)


def _parameterized(call: Call, request: dict[str, Any]) -> Answer:
    return _answer(call.site.searches.parameterized(call.caller, request, version=call.version))


def _answer(found: Any) -> Answer:
    """An object; up to v36 a bare array."""
    return Answer(200, found, root="SearchResult" if isinstance(found, dict) else "SearchRecord")


def _request(call: Call) -> dict[str, Any]:
    """The query string in the shape of the JSON body."""
    request: dict[str, Any] = {name: call.query[name] for name in TEXTS if name in call.query}
    for name in NUMBERS:
        if name in call.query:
            request[name] = _number(name, call.query[name])
    if "fields" in call.query:
        request["fields"] = _list(call.query["fields"])
    objects = [name for given in call.query.getlist("sobject") for name in _list(given)]
    if objects:
        request["sobjects"] = [_scope(call, name) for name in objects]
    return request


def _scope(call: Call, name: str) -> dict[str, Any]:
    scope: dict[str, Any] = {"name": name}
    for key, value in call.query.items():
        prefix, dot, option = key.partition(".")
        if not dot or prefix.lower() != name.lower():
            continue
        if option == "fields":
            scope["fields"] = _list(value)
        elif option == "limit":
            scope["limit"] = _number(key, value)
        else:
            scope[option] = value
    return scope


def _list(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _number(name: str, text: str) -> int:
    if not text.isdecimal():
        raise Refused(400, "INVALID_SEARCH", f"{name} must be a whole number, not {text!r}")
    return int(text)
