"""Independent requests in one: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_batch.htm"""

from typing import Any

from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.routes.call import Answer, Call
from salesforce_emulator.routes.subrequests import refuse_nesting, requests_in, subrequest
from salesforce_emulator.routes.table import attempt, refusal

HALTED = [
    {
        "errorCode": "BATCH_PROCESSING_HALTED",
        "message": "The batch was halted: an earlier request failed and haltOnError is true",
    }
]


def batch(call: Call) -> Answer:
    """POST /composite/batch"""
    requests = requests_in(call.json, "batchRequests")
    halts = bool(call.json_object.get("haltOnError", False))
    results: list[dict[str, Any]] = []
    failed = False
    for request in requests:
        if failed and halts:
            results.append({"statusCode": 412, "result": HALTED})
            continue
        answer = _one(call, request)
        failed = failed or answer.status >= 400
        results.append({"statusCode": answer.status, "result": answer.body})
    return Answer(200, {"hasErrors": failed, "results": results}, root="BatchResult")


def _one(call: Call, request: dict[str, Any]) -> Answer:
    try:
        if "binaryPartName" in request:
            raise NotEmulated("binary parts in composite/batch")
        sub = subrequest(call, method=request.get("method"), url=request.get("url"), body=request.get("richInput"))
        refuse_nesting(sub)
        if sub.number > call.number:
            raise Refused(
                400, "INVALID_INPUT", f"The subrequest's version {sub.version} is newer than the batch's {call.version}"
            )
    except Refused as refused:
        return refusal(refused)
    return attempt(sub)
