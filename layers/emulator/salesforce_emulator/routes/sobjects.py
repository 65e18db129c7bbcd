"""Objects: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm"""

from datetime import datetime

from salesforce_emulator.routes import recent
from salesforce_emulator.routes.call import Answer, Call
from salesforce_emulator.routes.conditions import etag, http_date, not_modified, stored_moment

SHORT = ("fields", "childRelationships", "recordTypeInfos", "namedLayoutInfos", "actionOverrides", "supportedScopes")


def every(call: Call) -> Answer:
    """GET /sobjects"""
    return _unless_known(call, call.org.describe_global(call.caller, call.version), root="DescribeGlobalResult")


def basic(call: Call) -> Answer:
    """GET /sobjects/X"""
    described = call.org.describe(call.caller, call.object.name, call.version)
    short = {name: value for name, value in described.items() if name not in SHORT}
    return Answer(200, {"objectDescribe": short, "recentItems": recent.items(call, only=call.object)})


def describe(call: Call) -> Answer:
    """GET /sobjects/X/describe"""
    described = call.org.describe(call.caller, call.object.name, call.version)
    return _unless_known(call, described, root="DescribeSObjectResult")


def _unless_known(call: Call, body: dict[str, object], *, root: str) -> Answer:
    """304 without a body when nothing has changed since the client asked last."""
    tag, modified = etag(body), _schema_changed(call)
    headers = {"ETag": tag, "Last-Modified": http_date(modified)}
    if not_modified(call, tag=tag, modified=modified):
        return Answer(304, None, headers)
    return Answer(200, body, headers, root=root)


def _schema_changed(call: Call) -> datetime:
    """The schema is as old as the org: what differs by caller differs in the ETag."""
    created = call.org.connection.execute('SELECT CreatedDate FROM "Organization"').fetchone()[0]
    return stored_moment(created)


def default_values(call: Call) -> Answer:
    """GET /sobjects/X/defaultValues?fields=Status,Priority: what a new record starts with"""
    one, asked = call.object, [name for name in call.query.get("fields", "").split(",") if name.strip()]
    fields = [call.org.field(call.caller, one, name.strip()) for name in asked] or [
        field for field in one.fields if field.createable and call.caller.can_see(one, field) and field.stored
    ]
    usual = {field.name: field.default for field in fields if field.default is not None or asked}
    return Answer(200, {"attributes": {"type": one.name}, **usual})
