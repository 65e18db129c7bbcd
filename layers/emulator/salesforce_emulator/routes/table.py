"""Find the resource behind a path: the same table for requests from outside and for composite sub-requests."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.routes.call import NOT_FOUND, Answer, Call

Handler = Callable[[Call], Answer]


class Resource:
    """A path template, such as /sobjects/{object}/{id}, with one handler for each verb."""

    def __init__(self, template: str, feature: str = "", **handlers: Handler) -> None:
        self.template = template
        self.feature = feature  # set: known to the platform, not built here
        self.handlers: Mapping[str, Handler] = handlers

    @cached_property
    def _segments(self) -> tuple[str, ...]:
        return tuple(self.template.split("/")[1:])

    def match(self, path: Sequence[str]) -> dict[str, str] | None:
        """The names in the path, or None when it is another resource's. A last {rest} takes all that follows."""
        segments = self._segments
        if segments and segments[-1] == "{rest}":
            if len(path) < len(segments) - 1:
                return None
            segments = segments[:-1]
        elif len(segments) != len(path):
            return None
        names = {}
        for segment, given in zip(segments, path, strict=False):
            if segment.startswith("{"):
                names[segment[1:-1]] = given
            elif segment.lower() != given.lower():
                return None
        return names

    def answer(self, call: Call) -> Answer:
        if self.feature:
            raise NotEmulated(self.feature)
        handler = self.handlers.get("GET" if call.method == "HEAD" else call.method)
        if handler is None:
            allowed = sorted({*self.handlers, *(["HEAD"] if "GET" in self.handlers else [])})
            raise Refused(
                405,
                "METHOD_NOT_ALLOWED",
                f"HTTP Method '{call.method}' not allowed. Allowed are {','.join(allowed)}",
            )
        return handler(call)


def dispatch(call: Call) -> Answer:
    """Answer a request, or refuse it."""
    for resource in call.site.resources:
        names = resource.match(call.path)
        if names is not None:
            return resource.answer(call.named(names))
    raise Refused(404, "NOT_FOUND", NOT_FOUND)


def attempt(call: Call) -> Answer:
    """Answer a sub-request: a refusal is an answer like any other."""
    try:
        return dispatch(call)
    except Refused as refused:
        return refusal(refused)


def refusal(refused: Refused) -> Answer:
    """Salesforce's error envelope."""
    error = {**refused.extra, "message": refused.message, "errorCode": refused.code}
    if refused.fields is not None:
        error["fields"] = refused.fields
    return Answer(refused.status, [error])
