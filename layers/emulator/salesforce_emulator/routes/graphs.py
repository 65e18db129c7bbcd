"""Graphs of records, each all or nothing: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_graph.htm"""

from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import Answer, Call
from salesforce_emulator.routes.composite import all_or_none, check_reference_ids
from salesforce_emulator.routes.subrequests import subrequest

MOST_GRAPHS, MOST_NODES = 75, 500


def graph(call: Call) -> Answer:
    """POST /composite/graph: 200 whatever becomes of the graphs"""
    graphs = call.json_object.get("graphs")
    if not isinstance(graphs, list) or not graphs or not all(isinstance(one, dict) for one in graphs):
        raise Refused(400, "JSON_PARSER_ERROR", "graphs must be a list of graphs at [line:1, column:2]")
    if len(graphs) > MOST_GRAPHS:
        raise Refused(400, "LIMIT_EXCEEDED", f"The request has {len(graphs)} graphs: at most {MOST_GRAPHS} are allowed")
    nodes = [_nodes(one) for one in graphs]
    count = sum(len(one) for one in nodes)
    if count > MOST_NODES:
        raise Refused(400, "LIMIT_EXCEEDED", f"The request has {count} nodes: at most {MOST_NODES} are allowed")
    _check_graph_ids(graphs)
    answers = [_answer(call, one, requests) for one, requests in zip(graphs, nodes, strict=True)]
    return Answer(200, {"graphs": answers}, root="GraphResponse")


def _nodes(one: dict[str, Any]) -> list[dict[str, Any]]:
    requests = one.get("compositeRequest")
    if not isinstance(requests, list) or not requests or not all(isinstance(each, dict) for each in requests):
        message = "compositeRequest must be a list of subrequests at [line:1, column:2]"
        raise Refused(400, "JSON_PARSER_ERROR", message)
    check_reference_ids(requests)
    return requests


def _check_graph_ids(graphs: list[dict[str, Any]]) -> None:
    names = [one.get("graphId") for one in graphs]
    if not all(isinstance(name, str) and name for name in names) or len(set(names)) < len(names):
        raise Refused(400, "INVALID_INPUT", "Each graph needs a graphId of its own")


def _answer(call: Call, one: dict[str, Any], requests: list[dict[str, Any]]) -> dict[str, Any]:
    for request in requests:
        _refuse_other(call, request)
    answers = all_or_none(call, requests)
    done = all(each["httpStatusCode"] < 400 for each in answers)
    return {"graphId": one["graphId"], "graphResponse": {"compositeResponse": answers}, "isSuccessful": done}


def _refuse_other(call: Call, request: dict[str, Any]) -> None:
    """A graph is of records: rows and collections."""
    path = [name.lower() for name in subrequest(call, method=request.get("method"), url=request.get("url")).path]
    if path[:1] != ["sobjects"] and path[:2] != ["composite", "sobjects"]:
        raise Refused(400, "INVALID_INPUT", "A graph can only have subrequests of sobjects and composite/sobjects")
