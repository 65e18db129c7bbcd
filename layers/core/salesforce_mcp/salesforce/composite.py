"""Several operations in one request: composite, where one may refer to another, and batch, where each stands alone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode

from salesforce_mcp.errors import Failure, InvalidInput, NotFound
from salesforce_mcp.salesforce.failures import failure_from
from salesforce_mcp.salesforce.paths import joined_with_references

MOST = 25
HALTED = "PROCESSING_HALTED"
# "Invalid reference specified. No value for case.records[0].Id found in case"
_NO_VALUE = re.compile(r"No value for (\w+)")
_ENCODED_REFERENCE = re.compile(r"%40%7B(?:\w|\.|%5B\d+%5D)+%7D")


@dataclass(frozen=True)
class Subrequest:
    """One operation. `path` are segments below the version: ("sobjects", "Account", "@{acc.id}")."""

    method: str
    path: tuple[str, ...]
    reference_id: str = ""
    body: Mapping[str, Any] | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def url(self, root: str) -> str:
        query = f"?{_encoded(self.params)}" if self.params else ""
        return f"{root}/{joined_with_references(*self.path)}{query}"


@dataclass(frozen=True)
class SubAnswer:
    """The answer to one operation; `failure` where it was refused."""

    reference_id: str
    status: int
    body: Any
    failure: Failure | None = None


def _encoded(params: Mapping[str, str]) -> str:
    """Salesforce puts values in for references only where it finds them as they are, not percent-encoded."""
    return _ENCODED_REFERENCE.sub(lambda found: unquote(found.group()), urlencode(params))


def only_reads(subrequests: Sequence[Subrequest]) -> bool:
    return all(subrequest.method == "GET" for subrequest in subrequests)


def composite_body(version: str, subrequests: Sequence[Subrequest], *, all_or_none: bool) -> dict[str, Any]:
    root = f"/services/data/v{version}"
    return {
        "allOrNone": all_or_none,
        # Else those of one verb may be gathered and run before others that stand above them.
        "collateSubrequests": False,
        "compositeRequest": [
            {
                "method": subrequest.method,
                "url": subrequest.url(root),
                "referenceId": subrequest.reference_id or f"ref{position}",
                **({"body": dict(subrequest.body)} if subrequest.body is not None else {}),
                **({"httpHeaders": dict(subrequest.headers)} if subrequest.headers else {}),
            }
            for position, subrequest in enumerate(_counted(subrequests))
        ],
    }


def composite_answers(answer: Any) -> list[SubAnswer]:
    entries = answer.get("compositeResponse") if isinstance(answer, dict) else None
    return [
        _sub_answer(entry.get("referenceId", ""), entry.get("httpStatusCode", 0), entry.get("body"))
        for entry in entries or []
    ]


def bodies_of(answers: Sequence[SubAnswer], *, wanted: Mapping[str, str]) -> dict[str, Any]:
    """What each operation answered, by its reference; the failure of the one that halted the others is raised.

    `wanted` says in words what a query looks for that others refer to: "case 00001026". Its reference is the
    parameter that named it.
    """
    failures = [answer.failure for answer in answers if answer.failure]
    if not failures:
        return {answer.reference_id: answer.body for answer in answers}
    for failure in failures:
        found = _NO_VALUE.search(failure.message) if failure.code == HALTED else None
        if found and found[1] in wanted:
            raise NotFound(
                f"There is no {wanted[found[1]]} that this user may see",
                fields=[found[1]],
                hint="Find it with executeQuery or executeSearch. Nothing was changed.",
            )
    raise next((one for one in failures if one.code != HALTED), failures[0])


def batch_body(version: str, subrequests: Sequence[Subrequest], *, halt_on_error: bool) -> dict[str, Any]:
    return {
        "haltOnError": halt_on_error,
        "batchRequests": [
            {
                "method": subrequest.method,
                "url": subrequest.url(f"v{version}"),
                **({"richInput": dict(subrequest.body)} if subrequest.body is not None else {}),
            }
            for subrequest in _counted(subrequests)
        ],
    }


def batch_answers(answer: Mapping[str, Any], subrequests: Sequence[Subrequest]) -> list[SubAnswer]:
    results = answer.get("results") or []
    return [
        _sub_answer(subrequest.reference_id or f"ref{position}", result.get("statusCode", 0), result.get("result"))
        for position, (subrequest, result) in enumerate(zip(subrequests, results, strict=False))
    ]


def _sub_answer(reference_id: str, status: int, body: Any) -> SubAnswer:
    failed = status >= 400 or status == 300
    return SubAnswer(reference_id, status, body, failure_from(status, body) if failed else None)


def _counted(subrequests: Sequence[Subrequest]) -> Sequence[Subrequest]:
    if not 1 <= len(subrequests) <= MOST:
        raise InvalidInput(
            f"{len(subrequests)} operations were given; one request takes 1 to {MOST}",
            hint="Send them in several requests, or use a bulk job.",
        )
    return subrequests
