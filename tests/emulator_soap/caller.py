"""A SOAP call in one line, and its answer as a tree without namespaces."""

import re
from dataclasses import dataclass, replace
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import httpx

from salesforce_emulator.site import Site

ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope'
    ' xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:urn="urn:partner.soap.sforce.com"'
    ' xmlns:so="urn:sobject.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<soapenv:Header><urn:SessionHeader><urn:sessionId>{session}</urn:sessionId></urn:SessionHeader>{headers}"
    "</soapenv:Header><soapenv:Body>{operation}</soapenv:Body></soapenv:Envelope>"
)
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


@dataclass(frozen=True)
class Soap:
    client: httpx.AsyncClient
    site: Site
    token: str = ""

    def signed_in(self, username: str) -> "Soap":
        user_id = self.site.user_id(username)
        assert user_id
        return replace(self, token=self.site.sessions.start(user_id).token)

    async def post(self, operation: str, *, headers: str = "", path: str = "u/68.0") -> httpx.Response:
        content = ENVELOPE.format(session=self.token, headers=headers, operation=operation)
        kind = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'}
        return await self.client.post(f"/services/Soap/{path}", content=content, headers=kind)

    async def call(self, operation: str, *, headers: str = "", path: str = "u/68.0") -> list[Element]:
        """The results of an operation."""
        answer = await self.post(operation, headers=headers, path=path)
        assert answer.status_code == 200, answer.text
        return tree(answer.text).findall("Body/*/result")

    async def rest(self, method: str, path: str, **more: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}  # type: ignore[dict-item]
        return await self.client.request(method, f"/services/data/v68.0/{path}", headers=headers, **more)  # type: ignore[arg-type]


def tree(document: str) -> Element:
    root = ElementTree.fromstring(document)  # noqa: S314 - our own answer
    for element in root.iter():
        element.tag = re.sub(r"\{.*\}", "", element.tag)
    return root


def said(element: Element, name: str) -> str | None:
    """The text of a child; None when it is nil."""
    found = element.find(name)
    assert found is not None, ElementTree.tostring(element).decode()
    return None if found.get(NIL) == "true" else found.text or ""


def errors(element: Element) -> tuple[str | None, str | None]:
    (error,) = element.findall("errors")
    return said(error, "statusCode"), said(error, "message")
