"""The Tooling API: https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/intro_rest_resources.htm"""

import re
from dataclasses import replace
from typing import Any

from salesforce_emulator import access, definitions, ids
from salesforce_emulator.access import Caller
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.moments import stamp
from salesforce_emulator.org import Org
from salesforce_emulator.routes import blobs, query, rows
from salesforce_emulator.routes.call import NOT_FOUND, Answer, Call
from salesforce_emulator.routes.tooling.apex_tests import outcome_of_tests
from salesforce_emulator.soql.parser import parse

OBJECTS = (
    "ApexClass",
    "ApexLog",
    "ApexTrigger",
    "AssignmentRule",
    "AsyncApexJob",
    "CustomPermission",
    "DebugLevel",
    "Document",
    "EmailTemplate",
    "EntityDefinition",
    "FieldDefinition",
    "ListView",
    "PermissionSet",
    "Profile",
    "RecordType",
    "StaticResource",
    "User",
    "ValidationRule",
)
WRITTEN = ("DebugLevel", "StaticResource")
QUERIED = frozenset(name.lower() for name in OBJECTS)
# The Apex that is understood: messages to the log, which nobody reads.
MESSAGE = re.compile(r"'((?:[^'\\\n]|\\.)*)'")
DEBUG = re.compile(r"(\s*System\s*\.\s*debug\s*\(\s*'(?:[^'\\\n]|\\.)*'\s*\)\s*;)+\s*", re.IGNORECASE)


def resources(call: Call) -> Answer:
    """GET /tooling"""
    return Answer(200, {name: call.url("tooling", name) for name in ("executeAnonymous", "query", "sobjects")})


def objects(call: Call) -> Answer:
    """GET /tooling/sobjects"""
    described = call.org.describe_global(_inside(call).caller, call.version)
    listed = [_below_tooling(call, one) for one in described["sobjects"] if one["name"] in OBJECTS]
    return Answer(200, {**described, "sobjects": listed})


def describe(call: Call) -> Answer:
    """GET /tooling/sobjects/X/describe"""
    call = _inside(call)
    if call.object.name not in OBJECTS:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return Answer(200, _below_tooling(call, call.org.describe(call.caller, call.object.name, call.version)))


def create_row(call: Call) -> Answer:
    """POST /tooling/sobjects/StaticResource {"Name", "ContentType", "Body"}, or multipart"""
    return _placed(call, rows.create(_inside(call)))


def read_row(call: Call) -> Answer:
    """GET /tooling/sobjects/StaticResource/{id}"""
    return _placed(call, rows.read(_inside(call)))


def update_row(call: Call) -> Answer:
    """PATCH /tooling/sobjects/DebugLevel/{id}"""
    return rows.update(_inside(call))


def delete_row(call: Call) -> Answer:
    """DELETE /tooling/sobjects/DebugLevel/{id}"""
    return rows.delete(_inside(call))


def row_body(call: Call) -> Answer:
    """GET /tooling/sobjects/StaticResource/{id}/Body"""
    call = _inside(call)
    return blobs.read(call, call.object, call.names["id"], call.org.field(call.caller, call.object, "Body"))


def run_query(call: Call) -> Answer:
    """GET /tooling/query?q=: of the definitions only, not of the records that they define"""
    if "q" in call.query:
        asked = parse(call.query["q"]).origins[0].path.names[0]
        if asked.lower() not in QUERIED:
            raise Refused(400, "INVALID_TYPE", f"sObject type '{asked}' is not supported.")
    return query.query(_inside(call))


def next_page(call: Call) -> Answer:
    """GET /tooling/query/{locator}"""
    return query.next_page(_inside(call))


def execute_anonymous(call: Call) -> Answer:
    """GET /tooling/executeAnonymous?anonymousBody=System.debug('…');"""
    body = call.query.get("anonymousBody")
    if not body:
        raise Refused(400, "MALFORMED_QUERY", "The parameter anonymousBody is required")
    if not call.caller.may("manage_setup"):
        raise Refused(403, "INSUFFICIENT_ACCESS", "Only an administrator can run Apex")
    if not DEBUG.fullmatch(body):
        raise NotEmulated("Apex other than System.debug('…'); in executeAnonymous")
    log(call.org, call.caller, "\n".join(MESSAGE.findall(body)))
    done = {"compiled": True, "success": True, "compileProblem": None}
    failed = {"exceptionStackTrace": None, "exceptionMessage": None}
    return Answer(200, {"line": -1, "column": -1, **done, **failed})


def log(org: Org, caller: Caller, messages: str) -> None:
    """The log that a trace flag would have kept: everybody has one here."""
    now = org.now()
    lines = [f"{now:%H:%M:%S}.0|USER_DEBUG|[1]|DEBUG|{line}" for line in messages.splitlines()]
    text = "\n".join(["68.0 APEX_CODE,DEBUG", "Execute Anonymous", *lines, ""])
    about = {"Application": "Unknown", "DurationMilliseconds": 1, "Location": "Monitoring", "LogLength": len(text)}
    said = {"Operation": "/services/data/executeAnonymous", "Request": "Api", "Status": "Success"}
    when = {"LogUserId": caller.user_id, "StartTime": stamp(now)}
    record_id = org.add(caller, "ApexLog", {**about, **said, **when})
    definitions.put(org, record_id, {"text": text})


def log_body(call: Call) -> Answer:
    """GET /tooling/sobjects/ApexLog/{id}/Body"""
    record_id = ids.canonical(call.names["id"])
    kept = definitions.get(call.org, record_id) if record_id and call.org.row("ApexLog", record_id) else None
    if kept is None:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return Answer(200, content=kept["text"].encode(), headers={"Content-Type": "text/plain;charset=UTF-8"})


def run_tests(call: Call) -> Answer:
    """POST /tooling/runTestsSynchronous {"tests": [{"className": "AccountHealthTest"}]}"""
    if not call.caller.may("manage_setup"):
        raise Refused(403, "INSUFFICIENT_ACCESS", "Only an administrator can run Apex tests")
    named = call.json_object.get("tests")
    if not isinstance(named, list) or not all(isinstance(one, dict) and one.get("className") for one in named):
        raise Refused(400, "INVALID_INPUT", "tests must be a list of objects with a className")
    return Answer(200, outcome_of_tests([str(one["className"]) for one in named]))


def _inside(call: Call) -> Call:
    """The call of a user of the Tooling API. The object may be named by the path itself."""
    named = {"object": call.path[2], **call.names} if len(call.path) > 2 else call.names
    return replace(call, caller=access.in_tooling(call.org.schema, call.caller), names=named)


def _below_tooling(call: Call, described: dict[str, Any]) -> dict[str, Any]:
    return {**described, "urls": {name: _moved(call, url) for name, url in described["urls"].items()}}


def _placed(call: Call, answer: Answer) -> Answer:
    """With addresses of the Tooling API."""
    headers = {name: _moved(call, value) for name, value in answer.headers.items()}
    body = answer.body
    if isinstance(body, dict) and "attributes" in body:
        attributes = {**body["attributes"], "url": _moved(call, body["attributes"]["url"])}
        moved = {name: _moved(call, value) for name, value in body.items() if isinstance(value, str)}
        body = {**body, **moved, "attributes": attributes}
    return replace(answer, body=body, headers=headers)


def _moved(call: Call, url: str) -> str:
    base = call.url("sobjects") + "/"
    return call.url("tooling", "sobjects", url.removeprefix(base)) if url.startswith(base) else url
