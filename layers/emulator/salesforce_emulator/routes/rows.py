"""One record by id: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve.htm"""

import re
from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes import blobs, recent, saving
from salesforce_emulator.routes.call import NO_CONTENT, Answer, Call
from salesforce_emulator.routes.conditions import check_preconditions, etag, http_date, not_modified, stored_moment
from salesforce_emulator.schema.model import Object

FIELD_PATH = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*){0,5}", re.ASCII)
WITH_ETAG = "Account"  # the only object whose rows carry one


def create(call: Call) -> Answer:
    """POST /sobjects/X"""
    one = call.object
    record = blobs.multipart_record(call, one) if blobs.is_multipart(call) else call.json_object
    record_id = saving.insert(call, one, record)
    return created(call, one, record_id)


def created(call: Call, one: Object, record_id: str, **more: Any) -> Answer:
    location = call.url("sobjects", one.name, record_id)
    body = {"id": record_id, "success": True, "errors": [], **more}
    return Answer(201, body, {"Location": location})


def read(call: Call) -> Answer:
    """GET /sobjects/X/{id}?fields=…"""
    return answer_row(call, call.object, call.names["id"])


def answer_row(call: Call, one: Object, record_id: str) -> Answer:
    tag, modified = version_of(call, one, record_id)
    headers = {"Last-Modified": http_date(modified), **({"ETag": tag} if tag else {})}
    check_preconditions(call, tag=tag, modified=modified)
    if not_modified(call, tag=tag, modified=modified):
        return Answer(304, None, headers)
    if "updatemru=true" in call.headers.get("sforce-mru", "").replace(" ", "").lower():
        recent.remember(call, one.name, record_id)
    record = record_with(call, one, record_id, call.query.get("fields"))
    return Answer(200, record, headers, root=one.name)


def update(call: Call) -> Answer:
    """PATCH /sobjects/X/{id}"""
    one = call.object
    record_id = call.names["id"]
    tag, modified = version_of(call, one, record_id)
    check_preconditions(call, tag=tag, modified=modified)
    record = blobs.multipart_record(call, one) if blobs.is_multipart(call) else call.json_object
    saving.update(call, one, record_id, record)
    return NO_CONTENT


def delete(call: Call) -> Answer:
    """DELETE /sobjects/X/{id}"""
    saving.delete(call, call.object, call.names["id"])
    return NO_CONTENT


def version_of(call: Call, one: Object, record_id: str) -> tuple[str, Any]:
    """The row's ETag ("" where rows have none) and when it was last changed."""
    stamps = [name for name in ("SystemModstamp", "LastModifiedDate", "CreatedDate") if one.field(name)]
    row = call.org.read(call.caller, one.name, record_id, ["Id", *stamps[:1]])
    if not stamps:
        return "", call.org.now()
    stamp = row[stamps[0]]
    return (etag([row["Id"], stamp]) if one.name == WITH_ETAG else ""), stored_moment(stamp)


def record_with(call: Call, one: Object, record_id: str, asked: str | None) -> dict[str, Any]:
    """The record with the fields asked for; paths such as Owner.Name are left to a query."""
    if not asked:
        row = call.org.read(call.caller, one.name, record_id, None)
        return call.org.json_record(call.caller, one, row, call.version, None)
    paths = [path.strip() for path in asked.split(",") if path.strip()]
    return (
        queried(call, one, record_id, paths)
        if any("." in path for path in paths)
        else _own(call, one, record_id, paths)
    )


def _own(call: Call, one: Object, record_id: str, names: list[str]) -> dict[str, Any]:
    columns = [call.org.field(call.caller, one, name).name for name in names]
    row = call.org.read(call.caller, one.name, record_id, None)
    # The platform always adds the id to what was asked for.
    return call.org.json_record(call.caller, one, row, call.version, list(dict.fromkeys([*columns, "Id"])))


def queried(call: Call, one: Object, record_id: str, paths: list[str]) -> dict[str, Any]:
    for path in paths:
        if not FIELD_PATH.fullmatch(path):
            raise Refused(400, "INVALID_FIELD", f"No such column '{path}' on sobject of type {one.name}")
    found = call.org.read(call.caller, one.name, record_id, ["Id"])["Id"]
    columns = list({path.lower(): path for path in [*paths, "Id"]}.values())
    soql = f"SELECT {', '.join(columns)} FROM {one.name} WHERE Id = '{found}'"  # noqa: S608 - names checked above
    record: dict[str, Any] = call.site.queries.query(call.caller, soql, version=call.version)["records"][0]
    return record
