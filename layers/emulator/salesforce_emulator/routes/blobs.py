"""Binary content: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_insert_update_blob.htm"""

import base64
import mimetypes
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import Answer, Call, parse_json
from salesforce_emulator.schema.model import Field, Object

NAMES = ("PathOnClient", "Title", "Name", "FileName")


def is_multipart(call: Call) -> bool:
    return call.headers.get("content-type", "").lower().startswith("multipart/form-data")


def multipart_record(call: Call, one: Object) -> dict[str, Any]:
    """The first part is the record as JSON, each other part is named after the blob field that it fills."""
    record: dict[str, Any] | None = None
    blobs: dict[str, str] = {}
    for name, content, is_json in parts_of(call):
        if is_json:
            record = parse_json(content)
            continue
        field = one.field(name)
        if field is None or field.type != "base64":
            raise Refused(400, "INVALID_MULTIPART_REQUEST", f"{name!r} is not a binary field of {one.name}")
        blobs[field.name] = base64.b64encode(content).decode()
    if not isinstance(record, dict):
        raise Refused(400, "INVALID_MULTIPART_REQUEST", "The multipart request has no part with the record as JSON")
    return {**record, **blobs}


def read(call: Call, one: Object, record_id: str, field: Field) -> Answer:
    """GET /sobjects/X/{id}/{BlobField}: the bytes themselves."""
    content = call.org.content(call.caller, one.name, record_id, field.name)
    row = call.org.read(call.caller, one.name, record_id, None)
    return Answer(200, content=content, headers={"Content-Type": _content_type(row)})


def _content_type(row: dict[str, Any]) -> str:
    name = next((str(row[one]) for one in NAMES if "." in str(row.get(one) or "")), "")
    return str(row.get("ContentType") or mimetypes.guess_type(name)[0] or "application/octet-stream")


def parts_of(call: Call) -> list[tuple[str, bytes, bool]]:
    """Name, content and whether it is JSON of each part. The stdlib's MIME parser reads multipart (RFC 7578)."""
    head = f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + call.content)
    if not message.is_multipart():
        raise Refused(400, "INVALID_MULTIPART_REQUEST", "The body is not multipart/form-data")
    parts = []
    for part in message.iter_parts():
        name = part.get_param("name", "", header="content-disposition")
        content = part.get_payload(decode=True)
        parts.append((str(name), bytes(content or b""), part.get_content_type() == "application/json"))
    return parts


def file_names(call: Call) -> dict[str, str]:
    """What the parts that are files are called."""
    head = f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + call.content)
    named = ((part.get_param("name", "", header="content-disposition"), part) for part in message.iter_parts())
    return {str(name): str(part.get_filename()) for name, part in named if part.get_filename()}
