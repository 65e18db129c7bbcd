"""SOQL: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm"""

import re
from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes import recent
from salesforce_emulator.routes.call import Answer, Call
from salesforce_emulator.routes.explained import query_behind
from salesforce_emulator.soql.parser import parse

BATCH_SIZE = re.compile(r"batchSize\s*=\s*(\d{1,6})", re.IGNORECASE)
VIEWED = re.compile(r"\bFOR\s+[A-Z, ]*(?:VIEW|REFERENCE)\b", re.IGNORECASE)
SMALLEST, LARGEST = 200, 2000


def query(call: Call) -> Answer:
    """GET /query?q=…"""
    return _answer(call, all_rows=False)


def query_all(call: Call) -> Answer:
    """GET /queryAll?q=…: deleted and archived rows too."""
    return _answer(call, all_rows=True)


def next_page(call: Call) -> Answer:
    """GET /query/{locator}"""
    size = _batch_size(call) if "sforce-query-options" in call.headers else None
    page = call.site.queries.next_page(call.caller, call.names["locator"], version=call.version, batch_size=size)
    return Answer(200, page, root="QueryResult")


def _answer(call: Call, *, all_rows: bool) -> Answer:
    if "explain" in call.query:
        return _explain(call)
    if "q" not in call.query:
        raise Refused(400, "MALFORMED_QUERY", "The parameter q is required: a SOQL query")
    soql = call.query["q"]
    if call.flag("columns"):
        return Answer(200, call.site.queries.column_metadata(call.caller, soql), root="ColumnMetadata")
    rows = call.site.queries.query(
        call.caller, soql, version=call.version, batch_size=_batch_size(call), all_rows=all_rows
    )
    if VIEWED.search(soql) and {"VIEW", "REFERENCE"}.intersection(parse(soql).purposes):
        _remember(call, rows["records"])
    return Answer(200, rows, root="QueryResult")


def _remember(call: Call, records: list[dict[str, Any]]) -> None:
    """What is queried FOR VIEW has been looked at, the first row last."""
    for record in reversed(records):
        attributes = record.get("attributes", {})
        if "url" in attributes:
            recent.remember(call, attributes["type"], attributes["url"].rpartition("/")[2])


def _explain(call: Call) -> Answer:
    asked = call.query["explain"]
    if not asked.strip().upper().startswith("SELECT"):
        asked = query_behind(call, asked)
    return Answer(200, call.site.queries.explain(call.caller, asked), root="QueryPlans")


def _batch_size(call: Call) -> int:
    """The header is a hint: what is out of range is brought into it."""
    found = BATCH_SIZE.search(call.headers.get("sforce-query-options", ""))
    return min(max(int(found[1]), SMALLEST), LARGEST) if found else LARGEST
