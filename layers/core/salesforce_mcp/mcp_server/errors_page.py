"""docs/errors.md, from the error tree and from the table that explains Salesforce's own codes."""

from collections.abc import Iterator

from salesforce_mcp import errors
from salesforce_mcp.salesforce.refusals import BY_CODE

_HTTP = {"SignInRequired": "401 with a challenge", "InsufficientScope": "403 with a challenge"}

# Codes of our own, beside the default one of each kind.
OURS = {
    "CALL_NOT_COMPLETED": "A question to the user was declined or went unanswered. Nothing was changed.",
    "CUSTOM_METADATA_READ_ONLY": "Records of custom metadata types are read here, not written.",
    "INTERNAL_ERROR": "The server failed; its log says why. Try once more, then tell the operator.",
    "INVALID_ARGUMENTS": "A parameter is missing, unknown or of the wrong type; the message names it.",
    "INVALID_CURSOR": "The cursor was changed, belongs to somebody else or to another query. Begin without it.",
    "INVALID_JSON": "The HTTP body is not JSON (HTTP 400).",
    "INVALID_NAME": "Not an API name of an object or field.",
    "NETWORK": "Salesforce could not be reached; nothing was sent. Try again in a minute.",
    "NOT_CONFIRMED": "The user said no. Nothing was deleted.",
    "NO_ANSWER": "The connection to Salesforce broke before the answer came; nothing was changed.",
    "PLAN_NOT_VALID": "The planId is unknown, older than 5 minutes, used, or for another call. Preview again.",
    "REDIRECTED": "The org answered with a redirect, which is never followed.",
    "REQUEST_TOO_LARGE": "The HTTP body is larger than 4 MB (HTTP 413).",
    "RESULT_TOO_LARGE": "The answer does not fit a result: ask for fewer fields or rows.",
    "TIMEOUT": "Salesforce did not answer in time: ask for less, or filter by an indexed field.",
    "TOOL_NOT_OFFERED": "The tool exists, but not at this URL: see its toolset in docs/tools.md.",
    "UNKNOWN_TOOL": "There is no such tool; the nearest name is suggested.",
    "UNKNOWN_TOOLSET": "The URL or X-MCP-Toolsets names a toolset that does not exist (HTTP 404).",
}


def page() -> str:
    return "\n".join(
        [
            "# Errors",
            "",
            "A failed call comes back as a result with `isError: true`. Its `structuredContent` is",
            "`{code, message, fields, hint}`, its text says the same in a sentence. Where a client has to act before",
            "its model does, the failure is an HTTP status instead: see the last column.",
            "",
            "## Kinds",
            "",
            "| kind | default code | HTTP |",
            "| --- | --- | --- |",
            *(
                f"| {'&nbsp;&nbsp;' * depth}{kind.__name__} | `{kind.default_code}` | {_http(kind)} |"
                for kind, depth in _tree()
            ),
            "",
            "## Codes of this server",
            "",
            "| code | meaning |",
            "| --- | --- |",
            *(f"| `{code}` | {meaning} |" for code, meaning in sorted(OURS.items())),
            "",
            "## Codes of Salesforce that come with advice",
            "",
            "Any other code of Salesforce is passed on with its message.",
            "",
            "| code | kind | what to do |",
            "| --- | --- | --- |",
            *(
                f"| `{code}` | {kind.__name__} | {hint} |".replace("\\", "\\\\")
                for code, (kind, hint) in sorted(BY_CODE.items())
            ),
            "",
        ]
    )


def _tree(kind: type[errors.Failure] = errors.Failure, depth: int = 0) -> Iterator[tuple[type[errors.Failure], int]]:
    """The kinds in errors.py, as the tree they are."""
    yield kind, depth
    for inner in kind.__subclasses__():
        if inner.__module__ == errors.__name__:
            yield from _tree(inner, depth + 1)


def _http(kind: type[errors.Failure]) -> str:
    return _HTTP.get(kind.__name__, "200, `isError`")
