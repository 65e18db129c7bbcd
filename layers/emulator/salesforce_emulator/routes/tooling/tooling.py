"""The Tooling API: https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/intro_rest_resources.htm"""

import re
from typing import Any

from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.routes import query
from salesforce_emulator.routes.call import NOT_FOUND, Answer, Call

OBJECTS = (
    "ApexClass",
    "ApexTrigger",
    "AsyncApexJob",
    "CustomPermission",
    "EntityDefinition",
    "FieldDefinition",
    "ListView",
    "PermissionSet",
    "Profile",
    "RecordType",
    "User",
    "ValidationRule",
)
# The Apex that is understood: messages to the log, which nobody reads.
DEBUG = re.compile(r"(\s*System\s*\.\s*debug\s*\(\s*'(?:[^'\\\n]|\\.)*'\s*\)\s*;)+\s*", re.IGNORECASE)


def resources(call: Call) -> Answer:
    """GET /tooling"""
    return Answer(200, {name: call.url("tooling", name) for name in ("executeAnonymous", "query", "sobjects")})


def objects(call: Call) -> Answer:
    """GET /tooling/sobjects"""
    described = call.org.describe_global(call.caller, call.version)
    listed = [_below_tooling(call, one) for one in described["sobjects"] if one["name"] in OBJECTS]
    return Answer(200, {**described, "sobjects": listed})


def describe(call: Call) -> Answer:
    """GET /tooling/sobjects/X/describe"""
    if call.object.name not in OBJECTS:
        raise Refused(404, "NOT_FOUND", NOT_FOUND)
    return Answer(200, _below_tooling(call, call.org.describe(call.caller, call.object.name, call.version)))


def run_query(call: Call) -> Answer:
    """GET /tooling/query?q="""
    return query.query(call)


def execute_anonymous(call: Call) -> Answer:
    """GET /tooling/executeAnonymous?anonymousBody=System.debug('…');"""
    body = call.query.get("anonymousBody")
    if not body:
        raise Refused(400, "MALFORMED_QUERY", "The parameter anonymousBody is required")
    if not call.caller.may("manage_setup"):
        raise Refused(403, "INSUFFICIENT_ACCESS", "Only an administrator can run Apex")
    if not DEBUG.fullmatch(body):
        raise NotEmulated("Apex other than System.debug('…'); in executeAnonymous")
    done = {"compiled": True, "success": True, "compileProblem": None}
    failed = {"exceptionStackTrace": None, "exceptionMessage": None}
    return Answer(200, {"line": -1, "column": -1, **done, **failed})


def _below_tooling(call: Call, described: dict[str, Any]) -> dict[str, Any]:
    base = call.url("sobjects")
    urls = {name: url.replace(base, call.url("tooling/sobjects"), 1) for name, url in described["urls"].items()}
    return {**described, "urls": urls}
