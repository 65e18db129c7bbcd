"""Files of records: given, listed, read."""

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.policy.caller import Caller
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.paths import record_id
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.existence import require_record
from salesforce_mcp.tools.paging import Rows
from salesforce_mcp.tools.parameters import Cursor
from salesforce_mcp.tools.results import BYTES_PER_TOKEN, Table
from salesforce_mcp.tools.tool import Calling, Effect, Org, tool

_MOST_BYTES = 2_500_000
# What a result says beside the content.
_HEAD_BYTES = 1_000


@dataclass(frozen=True)
class File:
    name: str
    version_id: str
    content: bytes


@tool(Effect.WRITES)
async def uploadFile(
    recordId: Annotated[str, Field(description="Record to attach it to")],
    fileName: Annotated[str, Field(min_length=1, max_length=255, description="With extension")],
    org: Org,
    text: Annotated[str, Field(description="Content of a text file")] = "",
    base64Content: Annotated[str, Field(description="Content of any other file")] = "",
    fileTitle: Annotated[str, Field(max_length=255)] = "",
) -> dict[str, Any]:
    """Attach a file of up to 2.5 MB to a record."""
    if bool(text) == bool(base64Content):
        raise InvalidInput("A file needs text or base64Content, one of them", fields=["text", "base64Content"])
    content = text.encode("utf-8", "replace") if text else _decoded(base64Content)
    if len(content) > _MOST_BYTES:
        raise InvalidInput(f"The file has {len(content):,} bytes; {_MOST_BYTES:,} are possible", fields=["text"])
    values = {
        "Title": fileTitle or fileName.rpartition(".")[0] or fileName,
        "PathOnClient": fileName,
        "VersionData": base64.b64encode(content).decode(),
        "FirstPublishLocationId": record_id(recordId),
    }
    return {"versionId": await org.create("ContentVersion", values), "recordId": recordId, "bytes": len(content)}


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("base64Content is not base64", fields=["base64Content"]) from error


@tool(Effect.READS)
async def readFiles(
    org: Org,
    caller: Calling,
    recordId: Annotated[str | None, Field(description="Lists the files of this record")] = None,
    fileId: Annotated[str | None, Field(description="Reads this file: ContentDocumentId, or id of a version")] = None,
    offset: Annotated[int, Field(ge=0, description="Byte to go on from")] = 0,
    cursor: Cursor = None,
) -> Table | dict[str, Any]:
    """List a record's files, newest first, or read one: text as it is, else base64; a long one in parts."""
    if recordId and not fileId:
        return await _listed(org, caller, recordId, cursor)
    if fileId and not recordId:
        return await _read(org, caller, fileId, offset)
    raise InvalidInput("Give recordId or fileId, one of them", fields=["recordId", "fileId"])


async def _listed(org: Salesforce, caller: Caller, record: str, cursor: str | None) -> Table:
    names = ("Title", "FileExtension", "ContentSize", "LatestPublishedVersionId", "CreatedDate", "Owner.Name")
    columns = ", ".join(f"ContentDocument.{name}" for name in names)
    where = f"LinkedEntityId = {quote_literal(record_id(record))}"
    order = "ContentDocument.CreatedDate DESC"
    soql = f"SELECT ContentDocumentId, {columns} FROM ContentDocumentLink WHERE {where} ORDER BY {order}"  # noqa: S608
    table = await Rows(org, caller, soql).read(cursor)
    if not table.rows:
        await require_record(org, record)
    return table


async def _read(org: Salesforce, caller: Caller, file: str, offset: int) -> dict[str, Any]:
    found = await file_content(org, file)
    budget = caller.result_tokens * BYTES_PER_TOKEN - _HEAD_BYTES
    about = {"file": found.name, "versionId": found.version_id, "bytes": len(found.content)}
    return {**about, **_part(found.content, offset, budget)}


async def file_content(org: Salesforce, file: str) -> File:
    """The newest version of a file, or the version named by its id."""
    is_version = record_id(file).startswith("068")
    which = (
        f"Id = {quote_literal(file)}"
        if is_version
        else f"ContentDocumentId = {quote_literal(file)} AND IsLatest = TRUE"
    )
    columns = "Id, Title, FileExtension, ContentSize"
    found = (await org.query(f"SELECT {columns} FROM ContentVersion WHERE {which} LIMIT 1")).rows  # noqa: S608
    if not found:
        raise NotFound(
            "There is no such file that this user may see",
            fields=["fileId"],
            hint="readFiles with recordId lists them.",
        )
    identifier, name, extension, size = found[0]
    if size > _MOST_BYTES:
        raise InvalidInput(
            f"The file has {size:,} bytes; {_MOST_BYTES:,} can be read here",
            code="RESULT_TOO_LARGE",
            hint="Open it in Salesforce.",
        )
    content = await org.blob("ContentVersion", identifier, "VersionData")
    return File(f"{name}.{extension}" if extension else name, identifier, content)


def _part(content: bytes, offset: int, budget: int) -> dict[str, Any]:
    """As much of the content as a result may hold, and where it goes on. In JSON it stands with its escapes."""
    text = text_in(content)
    if text is None:
        part = content[offset : offset + budget * 3 // 4 // 3 * 3]
        shown = {"base64": base64.b64encode(part).decode()}
    else:
        part = content[offset : offset + budget * 3 // 4]
        part = part[: len(part) - _cut_character(part)] if offset + len(part) < len(content) else part
        shown = {"text": part.decode("utf-8", "replace")}
    end = offset + len(part)
    return {**shown, **({"nextOffset": end} if end < len(content) else {})}


def text_in(content: bytes) -> str | None:
    try:
        return None if b"\0" in content else content.decode()
    except UnicodeDecodeError:
        return None


def _cut_character(part: bytes) -> int:
    """How many bytes at the end begin a character whose rest is not there."""
    for back in range(1, min(4, len(part)) + 1):
        byte = part[-back]
        if byte & 0xC0 != 0x80:
            length = 1 if byte < 0x80 else 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if back < length else 0
    return 0
