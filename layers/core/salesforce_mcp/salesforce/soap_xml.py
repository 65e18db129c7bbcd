"""SOAP envelopes, written and read. Nothing but elements and text is understood: no DOCTYPE, so no entities.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/soap_headers.htm
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import escape

from salesforce_mcp.errors import InvalidInput

_DEEPEST = 60
# XML 1.0 §2.2: these characters cannot be written, not even escaped.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAMESPACES = (
    ' xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    ' xmlns:so="urn:sobject.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


class UnreadableError(ValueError):
    """The document is not a SOAP answer."""


def element(name: str, value: Any) -> str:
    """One element; a mapping is its children in order, a list repeats it, None is left out."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return f"<{name}>{elements(value)}</{name}>"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(element(name, item) for item in value)
    return f"<{name}>{_text(value)}</{name}>"


def elements(values: Mapping[str, Any]) -> str:
    return "".join(element(name, value) for name, value in values.items())


def _text(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if _IMPOSSIBLE.search(text):
        raise InvalidInput("A text holds a character that XML cannot carry", hint="Remove control characters.")
    return escape(text)


def envelope(session_id: str, operation: str, body: str, *, namespace: str, headers: str = "") -> bytes:
    session = f"<urn:SessionHeader><urn:sessionId>{escape(session_id)}</urn:sessionId></urn:SessionHeader>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope{_NAMESPACES} xmlns:urn="{namespace}">'
        f"<soapenv:Header>{session}{headers}</soapenv:Header>"
        f"<soapenv:Body><urn:{operation}>{body}</urn:{operation}></soapenv:Body></soapenv:Envelope>"
    ).encode()


def body_in(content: bytes) -> tuple[str, dict[str, Any]]:
    """What stands in the Body: its name without prefix, and its content as data.

    An element with children is a dictionary of lists, any other is its text, and one that is nil is None.
    """
    root = _read(content)
    bodies = root.get("Body") or []
    if len(bodies) != 1 or not isinstance(bodies[0], dict) or len(bodies[0]) != 1:
        raise UnreadableError("no Body with one element")
    name, found = next(iter(bodies[0].items()))
    return name, found[0] if isinstance(found[0], dict) else {}


class _Reader:
    def __init__(self) -> None:
        self._open: list[tuple[str, bool, dict[str, list[Any]], list[str]]] = [("", False, {}, [])]
        # Names come as "namespace local": clients and servers disagree about prefixes.
        self.parser = ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse

    def root(self) -> dict[str, Any]:
        found = self._open[0][2].get("Envelope") or [None]
        if not isinstance(found[0], dict):
            raise UnreadableError("no Envelope")
        return found[0]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) > _DEEPEST:
            raise UnreadableError("nested too deeply")
        nil = any(_local(key) == "nil" and value in ("true", "1") for key, value in attributes.items())
        self._open.append((_local(name), nil, {}, []))

    def _end(self, _name: str) -> None:
        name, nil, children, text = self._open.pop()
        value: Any = None if nil else children or "".join(text)
        self._open[-1][2].setdefault(name, []).append(value)

    def _characters(self, text: str) -> None:
        self._open[-1][3].append(text)

    def _refuse(self, *_: Any) -> None:
        raise UnreadableError("DOCTYPE")


def _read(content: bytes) -> dict[str, Any]:
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except (ExpatError, LookupError) as error:
        raise UnreadableError(str(error)) from error
    return reader.root()


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
