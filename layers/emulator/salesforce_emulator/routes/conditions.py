"""Conditional requests: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_conditional.htm"""

import hashlib
import json
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import Call


def etag(body: Any) -> str:
    """A tag that changes with the content."""
    return f'"{hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()[:16]}"'


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def stored_moment(text: str) -> datetime:
    """A datetime as the tables keep it."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def not_modified(call: Call, *, tag: str, modified: datetime) -> bool:
    """If-None-Match wins over If-Modified-Since (RFC 9110 §13.2.2)."""
    tags = call.headers.get("if-none-match")
    if tags is not None:
        return bool(tag) and _matches(tags, tag)
    since = _date(call, "if-modified-since")
    return since is not None and modified.replace(microsecond=0) <= since


def check_preconditions(call: Call, *, tag: str, modified: datetime) -> None:
    """412 when the row is no longer the one that the client knows."""
    tags = call.headers.get("if-match")
    since = _date(call, "if-unmodified-since")
    stale = tags is not None and tag and not _matches(tags, tag)
    if stale or (since is not None and modified.replace(microsecond=0) > since):
        raise Refused(412, "PRECONDITION_FAILED", "The record was modified after the given precondition")


def _matches(tags: str, tag: str) -> bool:
    known = {one.strip().removeprefix("W/").replace("--gzip", "") for one in tags.split(",")}
    return "*" in known or tag in known


def _date(call: Call, header: str) -> datetime | None:
    """A malformed date is an error on writes and ignored on reads."""
    value = call.headers.get(header)
    if value is None:
        return None
    try:
        parsed = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError) as error:
        if call.method in {"PATCH", "POST"}:
            raise Refused(
                400, "INVALID_HEADER_VALUE", f"The value of the header {header} is not an HTTP date"
            ) from error
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
