"""Answers as bytes: compact JSON, pretty JSON, or XML."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from starlette.datastructures import Headers
from starlette.responses import Response, StreamingResponse

from salesforce_emulator.routes.call import Answer

JSON = "application/json;charset=UTF-8"
XML = "application/xml;charset=UTF-8"


def render(answer: Answer, headers: Headers) -> Response:
    """`headers` are the request's: they say which form is wanted."""
    if answer.content is not None:
        return Response(answer.content, answer.status, dict(answer.headers))
    if answer.pieces is not None:
        return StreamingResponse(_paced(answer.pieces), answer.status, dict(answer.headers))
    if answer.status in {204, 304}:
        return Response(None, answer.status, dict(answer.headers))
    if wants_xml(headers):
        return Response(_xml(answer), answer.status, dict(answer.headers), media_type=XML)
    body = _json(answer.body, pretty=headers.get("x-prettyprint", "0") not in {"", "0"})
    return Response(body, answer.status, {**answer.headers, "Content-Type": JSON})


async def _paced(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """In the event loop, where everything that reads the database runs."""
    for piece in pieces:
        yield piece


def wants_xml(headers: Headers) -> bool:
    accept = headers.get("accept", "").lower()
    return "application/xml" in accept and "json" not in accept


def _json(body: Any, *, pretty: bool) -> bytes:
    if pretty:
        return json.dumps(body, ensure_ascii=False, indent=2, separators=(",", " : ")).encode()
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _xml(answer: Answer) -> bytes:
    """Lists repeat their element; `attributes` become XML attributes, as the platform writes records."""
    body = answer.body
    if answer.status >= 400 and isinstance(body, list):
        inner = "".join(_element("Error", _error(one)) for one in body)
        return f'<?xml version="1.0" encoding="UTF-8"?><Errors>{inner}</Errors>'.encode()
    if isinstance(body, list):
        body = {answer.root: body}
        document = _element(f"{answer.root}s", body)
    else:
        document = _element(answer.root, body)
    return f'<?xml version="1.0" encoding="UTF-8"?>{document}'.encode()


def _error(error: Any) -> dict[str, Any]:
    first = {"errorCode": error.get("errorCode"), "message": error.get("message")}
    return first | {name: value for name, value in error.items() if name not in first}


def _element(name: str, value: Any) -> str:
    if value is None:
        return f'<{name} xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>'
    if isinstance(value, bool):
        return f"<{name}>{str(value).lower()}</{name}>"
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if not isinstance(value, dict):
        return f"<{name}>{escape(str(value))}</{name}>"
    attributes = "".join(f" {key}={quoteattr(str(one))}" for key, one in (value.get("attributes") or {}).items())
    inner = "".join(_element(_xml_name(key), one) for key, one in value.items() if key != "attributes")
    return f"<{name}{attributes}>{inner}</{name}>"


def _xml_name(key: str) -> str:
    """Map keys such as "Ant Migration Tool" are no XML names."""
    name = "".join(one if one.isalnum() or one in "_-." else "_" for one in key)
    return name if name[:1].isalpha() or name[:1] == "_" else f"_{name}"
