"""What a client may ask of the Bulk API: the body of a new job, checked.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/create_job.htm
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from salesforce_emulator import ids
from salesforce_emulator.access import Caller
from salesforce_emulator.bulk.csv_text import DELIMITERS, LINE_ENDINGS
from salesforce_emulator.errors import Refused
from salesforce_emulator.schema.model import Object

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

OPERATIONS = ("insert", "update", "upsert", "delete", "hardDelete")
QUERIES = ("query", "queryAll")
FORMAT = ("contentType", "columnDelimiter", "lineEnding", "concurrencyMode")
OF_INGEST = frozenset(("object", "operation", "externalIdFieldName", "assignmentRuleId", "state", *FORMAT))
OF_QUERY = frozenset(("operation", "query", *FORMAT))
# Objects that the platform keeps out of the Bulk API, though REST has them.
UNSUPPORTED = frozenset(
    {
        "CaseStatus",
        "ContractStatus",
        "KnowledgeArticle",
        "KnowledgeArticleVersion",
        "OrderStatus",
        "PartnerRole",
        "RecentlyViewed",
        "SolutionStatus",
        "TaskPriority",
        "TaskStatus",
    }
)


def ingest_order(org: Org, caller: Caller, body: Mapping[str, Any]) -> dict[str, str]:
    """What the job is to do, or the refusal that names what is wrong."""
    _refuse_unknown(body, OF_INGEST)
    operation = _operation(body, OPERATIONS)
    if operation == "hardDelete" and not caller.may("hard_delete"):
        raise Refused(
            400, "FEATURENOTENABLED", "FeatureNotEnabled : hardDelete needs the Bulk API Hard Delete permission"
        )
    one = entity(org, caller, _text(body, "object"))
    return {
        "operation": operation,
        "object": one.name,
        "query": "",
        "external_id": _external_id(caller, one, _text(body, "externalIdFieldName")) if operation == "upsert" else "",
        "assignment_rule": _assignment_rule(org, one, _text(body, "assignmentRuleId")),
        **_format(body),
    }


def query_order(body: Mapping[str, Any]) -> dict[str, str]:
    _refuse_unknown(body, OF_QUERY)
    operation, query = _operation(body, QUERIES), _text(body, "query")
    if not query.strip():
        raise _invalid("query is required")
    return {"operation": operation, "query": query, "external_id": "", "assignment_rule": "", **_format(body)}


def entity(org: Org, caller: Caller, name: str) -> Object:
    one = org.schema.object(name)
    usable = one is not None and caller.can_read(one) and not one.custom_metadata and one.name not in UNSUPPORTED
    if one is None or not usable:
        raise Refused(400, "INVALIDENTITY", f"Entity '{name}' is not supported by the Bulk API.")
    return one


def _external_id(caller: Caller, one: Object, name: str) -> str:
    if not name:
        raise _invalid(f"External ID was blank for {one.name}. An External ID must be specified for upsert.")
    field = one.field(name)
    known = field is not None and caller.can_see(one, field) and (field.external_id or field.id_lookup)
    if field is None or not known:
        raise _invalid(f"Field name provided, {name}, is not an External ID or indexed field for {one.name}")
    return field.name


def _assignment_rule(org: Org, one: Object, rule_id: str) -> str:
    if not rule_id:
        return ""
    known = ids.canonical(rule_id)
    query = 'SELECT 1 FROM "AssignmentRule" WHERE Id = ? AND SobjectType = ?'
    if known is None or org.connection.execute(query, (known, one.name)).fetchone() is None:
        raise _invalid(f"{rule_id} is not an assignment rule of {one.name}")
    return known


def _format(body: Mapping[str, Any]) -> dict[str, str]:
    _one_of(body, "contentType", ("CSV",))
    _one_of(body, "concurrencyMode", ("Parallel", "Serial"))
    return {
        "delimiter": _one_of(body, "columnDelimiter", tuple(DELIMITERS)),
        "line_ending": _one_of(body, "lineEnding", tuple(LINE_ENDINGS)),
    }


def _operation(body: Mapping[str, Any], possible: tuple[str, ...]) -> str:
    given = _text(body, "operation")
    if given not in possible:
        message = f"InvalidOperation : {given or 'No operation'} is not supported: use {', '.join(possible)}"
        raise Refused(400, "INVALIDOPERATION", message)
    return given


def _one_of(body: Mapping[str, Any], name: str, possible: tuple[str, ...]) -> str:
    """The first is what is meant when nothing is said."""
    given = _text(body, name) or possible[0]
    if given not in possible:
        raise _invalid(f"{name} {given} is not supported: use {', '.join(possible)}")
    return given


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise _invalid(f"{name} must be a text")
    return value or ""


def _refuse_unknown(body: Mapping[str, Any], known: frozenset[str]) -> None:
    for name in body:
        if name not in known:
            raise Refused(400, "JSON_PARSER_ERROR", f'Unrecognized field "{name}" at [line:1, column:2]')


def _invalid(why: str) -> Refused:
    return Refused(400, "INVALIDJOB", f"InvalidJob : {why}")
