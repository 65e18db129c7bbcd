"""Files: inserting a version makes its document and shares it.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentversion.htm
"""

from hashlib import md5
from pathlib import PurePosixPath

from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import stamp
from salesforce_emulator.rules import rows
from salesforce_emulator.rules.change import Change

TYPES = {"txt": "TEXT", "csv": "CSV", "pdf": "PDF", "png": "PNG", "jpg": "JPG", "docx": "WORD_X", "xlsx": "EXCEL_X"}
SHOWN = ("Title", "Description", "ContentSize", "FileType", "FileExtension", "SharingOption", "ContentModifiedDate")


def measure(change: Change) -> None:
    row = change.row
    if not change.creating:
        return
    missing = [name for name in ("PathOnClient", "VersionData") if row[name] is None and not row["ContentUrl"]]
    if missing:
        raise Refused(400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(missing)}]", missing)
    path = PurePosixPath((row["PathOnClient"] or "").replace("\\", "/"))
    content = row["VersionData"] or b""
    extension = path.suffix.removeprefix(".").lower()
    row.update(
        Title=row["Title"] or path.stem,
        FileExtension=extension or None,
        FileType=TYPES.get(extension, extension.upper() or "UNKNOWN"),
        ContentSize=len(content),
        Checksum=md5(content, usedforsecurity=False).hexdigest(),
        IsLatest=True,
        ContentModifiedDate=row["ContentModifiedDate"] or stamp(change.org.now()),
        ContentModifiedById=change.caller.user_id,
    )


def open_document(change: Change) -> None:
    """A version without a document opens one; a further version is the latest from now on."""
    org, row = change.org, change.row
    if not change.creating:
        return
    if row["ContentDocumentId"] is None:
        row["VersionNumber"] = "1"
        values = {"Title": row["Title"], "OwnerId": row["OwnerId"]}
        row["ContentDocumentId"] = org.add(change.caller, "ContentDocument", values)
        _share(change, row["OwnerId"], "I")
        if row["FirstPublishLocationId"]:
            _share(change, row["FirstPublishLocationId"], "V")
        return
    query = 'SELECT count(*) FROM "ContentVersion" WHERE ContentDocumentId = ?'
    earlier = org.connection.execute(query, (row["ContentDocumentId"],)).fetchone()[0]
    row["VersionNumber"] = str(earlier + 1)
    org.connection.execute(
        'UPDATE "ContentVersion" SET IsLatest = 0 WHERE ContentDocumentId = ?', (row["ContentDocumentId"],)
    )


def publish(change: Change) -> None:
    """The document shows its latest version."""
    row = change.row
    if row["IsLatest"]:
        values = {"LatestPublishedVersionId": row["Id"], **{name: row[name] for name in SHOWN}}
        rows.change(change.org.connection, "ContentDocument", row["ContentDocumentId"], values)


def _share(change: Change, entity_id: str, share_type: str) -> None:
    values = {
        "ContentDocumentId": change.row["ContentDocumentId"],
        "LinkedEntityId": entity_id,
        "ShareType": share_type,
    }
    change.org.add(change.caller, "ContentDocumentLink", values)


def measure_body(change: Change) -> None:
    """Attachments and documents say how long they are."""
    if change.changed("Body"):
        change.row["BodyLength"] = len(change.row["Body"] or b"")
