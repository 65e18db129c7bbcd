"""SOAP envelopes, read and written: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_quickstart_steps.htm"""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import escape

from salesforce_emulator.errors import Refused

METADATA = "http://soap.sforce.com/2006/04/metadata"
NAMESPACES = {"u": "urn:partner.soap.sforce.com", "c": "urn:enterprise.soap.sforce.com", "m": METADATA}
FAULTS = {"u": "urn:fault.partner.soap.sforce.com", "c": "urn:fault.enterprise.soap.sforce.com", "m": METADATA}
MAX_DEPTH = 100


class _Reader:
    """Builds the tree with local names only: clients disagree about prefixes and default namespaces."""

    def __init__(self) -> None:
        self._tree = TreeBuilder()
        self._depth = 0
        # Namespaces are joined to names with a blank, so the local name is the last word.
        self.parser = ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._tree.data
        self.parser.StartDoctypeDeclHandler = self._refuse

    def read(self, content: bytes) -> Element:
        self.parser.Parse(content, True)
        return self._tree.close()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _unreadable("The document is nested too deeply")
        self._tree.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._tree.end(_local(name))

    def _refuse(self, *_: Any) -> None:
        # No DOCTYPE, so no entities: neither files nor a billion laughs.
        raise _unreadable("DOCTYPE is not allowed in a SOAP message")


def read_envelope(content: bytes) -> tuple[dict[str, Element], Element]:
    """The headers by name, and the operation."""
    root = read_document(content)
    body = root.find("Body")
    if root.tag != "Envelope" or body is None or len(body) != 1:
        raise _unreadable("Envelope/Body with one operation expected")
    header = root.find("Header")
    return {one.tag: one for one in (header if header is not None else ())}, body[0]


def read_document(content: bytes) -> Element:
    """The tree of an XML document that came from outside."""
    try:
        return _Reader().read(content)
    except (ExpatError, LookupError, ValueError) as error:
        raise _unreadable(str(error)) from error


class Xml(str):
    """Elements that are written already, in the place of a value."""


def text_of(element: Element | None, name: str) -> str:
    found = element.find(name) if element is not None else None
    return (found.text or "") if found is not None else ""


def write_answer(wsdl: str, operation: str, result: str) -> str:
    """<operationResponse>…</operationResponse> with unprefixed names, which clients look for by regular expression."""
    return _envelope(f' xmlns="{NAMESPACES[wsdl]}"', f"<{operation}Response>{result}</{operation}Response>")


def write_fault(wsdl: str, code: str, message: str, *, kind: str = "UnexpectedErrorFault") -> str:
    detail = (
        f'<sf:{kind} xsi:type="sf:{kind}"><sf:exceptionCode>{escape(code)}</sf:exceptionCode>'
        f"<sf:exceptionMessage>{escape(message)}</sf:exceptionMessage></sf:{kind}>"
    )
    fault = (
        f"<soapenv:Fault><faultcode>sf:{escape(code)}</faultcode>"
        f"<faultstring>{escape(code)}: {escape(message)}</faultstring><detail>{detail}</detail></soapenv:Fault>"
    )
    return _envelope(f' xmlns:sf="{FAULTS[wsdl]}"', fault)


def elements(values: Mapping[str, Any]) -> str:
    """One element for each value, one for each of a list; None is written as nil."""
    return "".join(_element(name, value) for name, value in values.items())


def _element(name: str, value: Any) -> str:
    if value is None:
        return f'<{name} xsi:nil="true"/>'
    if isinstance(value, Xml):
        return value
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, Mapping):
        return f"<{name}>{elements(value)}</{name}>"
    text = str(value).lower() if isinstance(value, bool) else escape(str(value))
    return f"<{name}>{text}</{name}>"


def _envelope(namespaces: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
        f'{namespaces} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    )


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _unreadable(why: str) -> Refused:
    return Refused(500, "UNKNOWN_EXCEPTION", f"The SOAP message cannot be read: {why}")
