"""Files as Connect has them: https://developer.salesforce.com/docs/atlas.en-us.chatterapi.meta/chatterapi/connect_resources_files.htm"""

import base64
import mimetypes
from pathlib import PurePosixPath
from typing import Any

from salesforce_emulator import ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.routes import blobs, chatter
from salesforce_emulator.routes.call import NOT_FOUND, Answer, Call, parse_json

LATEST = 'SELECT Id FROM "ContentVersion" WHERE ContentDocumentId = ? AND IsLatest = 1 AND IsDeleted = 0'


def upload(call: Call) -> Answer:
    """POST /connect/files/users/me: the part `json` says what the file is, the part `fileData` is the file"""
    _refuse_others(call)
    if not blobs.is_multipart(call):
        raise Refused(400, "INVALID_MULTIPART_REQUEST", "The body must be multipart/form-data with json and fileData")
    parts = {name: content for name, content, _ in blobs.parts_of(call)}
    if "fileData" not in parts:
        raise Refused(400, "INVALID_MULTIPART_REQUEST", "The part fileData is required")
    said = parse_json(parts["json"]) if "json" in parts else {}
    if not isinstance(said, dict):
        raise Refused(400, "JSON_PARSER_ERROR", "The part json must be an object at [line:1, column:1]")
    name = blobs.file_names(call).get("fileData", "file")
    values = {
        "Title": said.get("title") or PurePosixPath(name).stem,
        "Description": said.get("desc"),
        "PathOnClient": name,
    }
    data = base64.b64encode(parts["fileData"]).decode("ascii")
    version = call.org.insert(call.caller, "ContentVersion", {**values, "VersionData": data})
    document = (call.org.row("ContentVersion", version) or {})["ContentDocumentId"]
    return Answer(201, _shown(call, document))


def of_user(call: Call) -> Answer:
    """GET /connect/files/users/me?page=&pageSize=: one's own, the latest first"""
    _refuse_others(call)
    size, page = chatter.number(call, "pageSize", chatter.USUAL_PAGE), chatter.number(call, "page", 0)
    query = 'SELECT Id FROM "ContentDocument" WHERE OwnerId = ? AND IsDeleted = 0 ORDER BY CreatedDate DESC, Id DESC'
    found = call.org.connection.execute(f"{query} LIMIT ? OFFSET ?", (call.caller.user_id, size + 1, size * page))
    shown = [_shown(call, document) for (document,) in found.fetchall()]
    here = call.url("connect/files/users/me")
    more = f"{here}?page={page + 1}&pageSize={size}" if len(shown) > size else None
    return Answer(
        200, {"currentPageUrl": f"{here}?page={page}&pageSize={size}", "files": shown[:size], "nextPageUrl": more}
    )


def read(call: Call) -> Answer:
    """GET /connect/files/{id}"""
    return Answer(200, _shown(call, call.names["id"]))


def content(call: Call) -> Answer:
    """GET /connect/files/{id}/content: the bytes"""
    version = _latest(call, call.names["id"])
    data = call.org.content(call.caller, "ContentVersion", version["Id"], "VersionData")
    return Answer(200, content=data, headers={"Content-Type": _kind(version)})


def _shown(call: Call, given: str) -> dict[str, Any]:
    version = _latest(call, given)
    document = version["ContentDocumentId"]
    return {
        "contentModifiedDate": version["ContentModifiedDate"],
        "contentSize": version["ContentSize"],
        "createdDate": version["CreatedDate"],
        "description": version["Description"],
        "downloadUrl": call.url("connect/files", document, "content"),
        "fileExtension": version["FileExtension"],
        "fileType": version["FileType"],
        "id": document,
        "mimeType": _kind(version),
        "name": version["Title"],
        "owner": chatter.person(call, version["OwnerId"]),
        "title": version["Title"],
        "type": "File",
        "url": call.url("connect/files", document),
        "versionNumber": version["VersionNumber"],
    }


def _latest(call: Call, given: str) -> dict[str, Any]:
    document = call.org.require(call.caller, call.find_object("ContentDocument"), given)
    found = call.org.connection.execute(LATEST, (document["Id"],)).fetchone()
    if found is None:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return call.org.row("ContentVersion", found[0]) or {}


def _kind(version: dict[str, Any]) -> str:
    return mimetypes.guess_type(str(version["PathOnClient"]))[0] or "application/octet-stream"


def _refuse_others(call: Call) -> None:
    user = call.names["user"]
    if user != "me" and ids.canonical(user) != call.caller.user_id:
        raise Refused(403, "INSUFFICIENT_ACCESS", "You can work only with files of your own here")
