"""POST /services/Soap/{u|c|m}/{version}[/{organization}]"""

import re

from starlette.requests import Request
from starlette.responses import Response

from salesforce_emulator.api_versions import NEWEST, OLDEST
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.site import site_of
from salesforce_emulator.soap.envelope import NAMESPACES, read_envelope, write_answer, write_fault
from salesforce_emulator.soap.message import LoginRefused, Message, session_of
from salesforce_emulator.soap.operations import OF_METADATA, OPERATIONS

VERSION = re.compile(r"(\d{1,3})(?:\.0)?")
MAX_BODY = 50 * 2**20
XML = "text/xml;charset=UTF-8"


async def soap(request: Request) -> Response:
    """Answer an operation, or say in a fault why not."""
    wsdl = request.path_params["wsdl"].lower()
    content = await request.body()
    if wsdl not in NAMESPACES:
        return _fault("u", NotEmulated(f"the SOAP endpoint /services/Soap/{request.path_params['wsdl']}"))
    try:
        if len(content) > MAX_BODY:
            raise Refused(500, "EXCEEDED_MAX_SIZE_REQUEST", f"The request is larger than {MAX_BODY} bytes")
        headers, operation = read_envelope(content)
        version = _version(request.path_params["version"])
        site = site_of(request)
        message = Message(site, wsdl, version, site.base_url(request), headers, operation)
        if operation.tag != "login":
            session_of(message)
            site.usage.count()
        operations = OF_METADATA if wsdl == "m" else OPERATIONS
        with site.org.duplicates.told(_duplicate_rule_header(message), version=f"{version}.0"):
            answer = operations.get(operation.tag, _not_emulated)(message)
    except Refused as refused:
        return _fault(wsdl, refused)
    return Response(write_answer(wsdl, operation.tag, answer), media_type=XML)


def _duplicate_rule_header(message: Message) -> str:
    """DuplicateRuleHeader in the words of its REST sister."""
    header = message.headers.get("DuplicateRuleHeader")
    return ";".join(f"{part.tag}={part.text or ''}" for part in (header if header is not None else ()))


def _version(text: str) -> int:
    found = VERSION.fullmatch(text)
    if found is None or not OLDEST <= int(found[1]) <= NEWEST:
        raise Refused(500, "UNSUPPORTED_API_VERSION", f"Unsupported API version: {text}")
    return int(found[1])


def _not_emulated(message: Message) -> str:
    raise NotEmulated(f"the SOAP operation {message.operation.tag}()")


def _fault(wsdl: str, refused: Refused) -> Response:
    kind = "LoginFault" if isinstance(refused, LoginRefused) else "UnexpectedErrorFault"
    document = write_fault(wsdl, refused.code, refused.message, kind=kind)
    # SOAP 1.1 §6.2: a fault is a 500, and so is what is not emulated.
    return Response(document, status_code=500, media_type=XML)
