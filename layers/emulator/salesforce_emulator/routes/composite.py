"""Several requests in one, with references: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm"""

import re
from typing import Any

from salesforce_emulator.errors import Refused
from salesforce_emulator.routes.call import Answer, Call
from salesforce_emulator.routes.references import filled
from salesforce_emulator.routes.subrequests import (
    MOST_COSTLY,
    is_costly,
    obeyed,
    refuse_nesting,
    requests_in,
    subrequest,
)
from salesforce_emulator.routes.table import attempt, refusal

REFERENCE_ID = re.compile(r"[A-Za-z0-9_]+", re.ASCII)
ROLLED_BACK = "The transaction was rolled back since another operation in the same transaction failed."


class _Halted(Exception):  # noqa: N818 - not an error: it carries a rollback out of the transaction
    pass


def composite(call: Call) -> Answer:
    """POST /composite: 200 whatever becomes of the subrequests."""
    requests = requests_in(call.json, "compositeRequest")
    check_reference_ids(requests)
    _check_costly(call, requests)
    if call.json_object.get("allOrNone", False):
        answers = all_or_none(call, requests)
    else:
        answers = _run(call, requests, stop=False)
    return Answer(200, {"compositeResponse": answers}, root="CompositeResponse")


def all_or_none(call: Call, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    try:
        with call.org.transaction():
            answers = _run(call, requests, stop=True)
            if answers[-1]["httpStatusCode"] >= 400:
                raise _Halted
    except _Halted:
        failed = answers[-1]
        halted = refusal(Refused(400, "PROCESSING_HALTED", ROLLED_BACK))
        return [
            failed if one["referenceId"] == failed["referenceId"] else _item(halted, one["referenceId"])
            for one in requests
        ]
    return answers


def _run(call: Call, requests: list[dict[str, Any]], *, stop: bool) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    results: dict[str, Any] = {}
    for request in requests:
        reference_id = request["referenceId"]
        answer = _one(call, request, results)
        answers.append(_item(answer, reference_id))
        if answer.status < 400:
            results[reference_id] = answer.body
        elif stop:
            break
    return answers


def _one(call: Call, request: dict[str, Any], results: dict[str, Any]) -> Answer:
    try:
        sub = subrequest(
            call,
            method=request.get("method"),
            url=filled(request.get("url"), results),
            body=filled(request.get("body"), results),
            headers=filled(request.get("httpHeaders") or {}, results),
        )
        refuse_nesting(sub)
    except Refused as refused:
        return refusal(refused)
    with obeyed(sub):
        return attempt(sub)


def _item(answer: Answer, reference_id: str) -> dict[str, Any]:
    return {
        "body": answer.body,
        "httpHeaders": dict(answer.headers),
        "httpStatusCode": answer.status,
        "referenceId": reference_id,
    }


def check_reference_ids(requests: list[dict[str, Any]]) -> None:
    seen = set()
    for request in requests:
        reference_id = request.get("referenceId")
        if not isinstance(reference_id, str) or not REFERENCE_ID.fullmatch(reference_id):
            raise Refused(
                400, "INVALID_INPUT", "Each subrequest needs a referenceId of letters, digits and underscores"
            )
        if reference_id in seen:
            raise Refused(400, "INVALID_INPUT", f"The referenceId {reference_id} is used more than once")
        seen.add(reference_id)


def _check_costly(call: Call, requests: list[dict[str, Any]]) -> None:
    costly = 0
    for request in requests:
        try:
            costly += is_costly(subrequest(call, method=request.get("method"), url=request.get("url")))
        except Refused:
            continue  # it gets this refusal as its own answer
    if costly > MOST_COSTLY:
        raise Refused(
            400,
            "LIMIT_EXCEEDED",
            f"The request has {costly} query and collections subrequests: at most {MOST_COSTLY} are allowed",
        )
