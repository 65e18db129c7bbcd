"""What the org's refusals mean: its code, its words, and one sentence on what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from salesforce_mcp.errors import Failure, InvalidQuery, LimitExceeded, Refused, Unavailable
from salesforce_mcp.salesforce.org_text import excerpt
from salesforce_mcp.salesforce.refusals import BY_CODE, BY_STATUS, LATER, SELECTIVE, Class
from salesforce_mcp.salesforce.usage import Usage
from salesforce_mcp.salesforce.wire import body_of, errors_in


@dataclass(frozen=True)
class _Told:
    """One entry of an error envelope."""

    code: str
    message: str
    fields: tuple[str, ...]
    details: dict[str, Any]


def failure_of(response: httpx.Response) -> Failure:
    """The failure that an unsuccessful answer stands for."""
    if response.status_code in (301, 302, 303, 307, 308):
        return _redirected(response)
    failure = failure_from(response.status_code, body_of(response))
    if isinstance(failure, LimitExceeded):
        _tell_usage(failure, Usage.parse(response.headers.get("Sforce-Limit-Info")))
    return failure


def failure_from(status: int, body: Any) -> Failure:
    """The failure in one answer of a composite request, or in a whole answer."""
    told = _told(status, body)
    kind, hint = BY_CODE.get(told.code) or BY_STATUS.get(status) or _unlisted(status)
    kind, hint = _sharpened(told, kind, hint)
    return kind(told.message, code=told.code, hint=hint, fields=told.fields, details=told.details)


def _unlisted(status: int) -> tuple[Class, str]:
    return (Unavailable, LATER) if status >= 500 or status < 400 else (Refused, "")


def _sharpened(told: _Told, kind: Class, hint: str) -> tuple[Class, str]:
    """A few codes stand for several things, and only the words tell which."""
    words = told.message.lower()
    if told.code == "INVALID_FIELD" and "value of filter criterion" in words:
        return (
            InvalidQuery,
            "Write texts as 'text', numbers as 5, dates as 2026-11-22, dateTimes as 2026-11-22T00:00:00Z.",
        )
    if told.code == "INVALID_FIELD" and ("on entity" in words or "query call" in words or "relationship" in words):
        return InvalidQuery, hint
    if told.code == "INVALID_QUERY_FILTER_OPERATOR" and "invalid id field" in words:
        return InvalidQuery, "This is no id of a record of that kind: find it with executeQuery or executeSearch."
    if told.code == "REQUEST_LIMIT_EXCEEDED" and "concurrent" in words:
        return LimitExceeded, "Too many long requests run at once. " + SELECTIVE
    if told.code == "NOT_FOUND" and "external id field" in words:
        return kind, "No record has this id or external id here. Check it with executeQuery."
    return kind, hint


def _told(status: int, body: Any) -> _Told:
    if status == 300 and isinstance(body, list):
        return _several(body)
    entries = errors_in(body)
    if not entries:
        return _Told(code=f"HTTP_{status}", message=_bare(status), fields=(), details={})
    first = entries[0]
    code = first.get("errorCode") or first.get("statusCode") or ""
    messages = [excerpt(entry.get("message")) for entry in entries[:5]]
    details = _matches(first)
    return _Told(
        code=excerpt(code, longest=100),
        message="; ".join(filter(None, messages)) or _bare(status),
        fields=tuple(dict.fromkeys(name for entry in entries for name in _fields(entry))),
        details=details,
    )


def _bare(status: int) -> str:
    if status < 300:
        return "Salesforce's answer was cut, or was no JSON"
    if status in (502, 503, 504):
        return "Salesforce is not available; it may be in maintenance"
    return f"Salesforce answered with HTTP status {status}"


def _fields(entry: Mapping[str, Any]) -> list[str]:
    fields = entry.get("fields")
    return [excerpt(name, longest=100) for name in fields[:50]] if isinstance(fields, list) else []


def _several(urls: list[Any]) -> _Told:
    """300: the external id is not unique, and the body lists the records' addresses."""
    candidates = [excerpt(url, longest=200).rpartition("/")[2] for url in urls[:50] if isinstance(url, str)]
    message = f"{len(urls)} records have this external id"
    return _Told(code="DUPLICATE_EXTERNAL_ID", message=message, fields=(), details={"candidates": candidates})


def _matches(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The records that a duplicate rule found."""
    result = entry.get("duplicateResult") or entry.get("duplicateResut")  # some releases misspell the key
    if not isinstance(result, dict):
        return {}
    found = [
        {
            "objectName": excerpt(group.get("entityType"), longest=100),
            "recordId": excerpt(record.get("Id"), longest=18),
            "confidence": match.get("matchConfidence"),
        }
        for group in _objects(result.get("matchResults"))
        for match in _objects(group.get("matchRecords"))
        for record in _objects([match.get("record")])
    ]
    return {
        "duplicateRule": excerpt(result.get("duplicateRule"), longest=100),
        "allowSave": bool(result.get("allowSave")),
        "matches": found[:25],
    }


def _objects(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _redirected(response: httpx.Response) -> Failure:
    return Unavailable(
        f"Salesforce answered with a redirect (HTTP {response.status_code}), which is never followed",
        code="REDIRECTED",
        hint="The org may be in maintenance or may have moved. Try again later; then sign in again.",
    )


def _tell_usage(failure: Failure, usage: Usage | None) -> None:
    if usage is None:
        return
    failure.details["apiUsage"] = usage.as_data()
    failure.hint = f"{usage.used} of {usage.limit} API requests of the last 24 hours are used. {failure.hint}"
