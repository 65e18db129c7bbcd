"""docs/errors.md, from the error tree and from the table that explains Salesforce's own codes."""

from collections.abc import Iterator

from salesforce_mcp import errors
from salesforce_mcp.salesforce.refusals import BY_CODE

_HTTP = {"SignInRequired": "401 with a challenge", "InsufficientScope": "403 with a challenge"}

# Codes of our own, beside the default one of each kind.
OURS = {
    "AMBIGUOUS_NAME": "A name fits several people; `candidates` lists them. Give the id or username.",
    "APEX_OFF": "This server runs no Apex; its operator turns it on with ALLOW_APEX=true.",
    "API_SHARE_USED": "Enough of the org's API requests of the day are used: this server leaves the rest to others.",
    "BULK_NOT_AVAILABLE": "A server on a pipe has no page to upload files to: give the rows in `csv`.",
    "CALL_NOT_COMPLETED": "A question to the user was declined or went unanswered. Nothing was changed.",
    "CUSTOM_METADATA_READ_ONLY": "Records of custom metadata types are read here; deployMetadata writes them.",
    "DUPLICATE_COLUMN": "The header of the CSV names a column twice.",
    "EMPTY_CSV": "The CSV has not even a header.",
    "FILE_CHANGED": "A part of a job is not the file that was noted; nothing of it was sent.",
    "FILE_NOT_FOUND": "There is no such file: uploads and results are kept for seven days.",
    "INTERNAL_ERROR": "The server failed; its log says why. Try once more, then tell the operator.",
    "INVALID_ACTION_INPUT": "Inputs of an action do not fit; the message names each. Nothing was run.",
    "INVALID_ARGUMENTS": "A parameter is missing, unknown or of the wrong type; the message names it.",
    "INVALID_CHARACTER": "The header of the CSV holds a character that no name has.",
    "INVALID_CSV": "The CSV cannot be read; the message names the line or the row. Nothing was written.",
    "INVALID_CURSOR": "The cursor was changed, belongs to somebody else or to another query. Begin without it.",
    "INVALID_JSON": "The HTTP body is not JSON (HTTP 400).",
    "INVALID_NAME": "Not an API name of an object or field.",
    "JOB_ENDED": "The job has ended; there is nothing to stop.",
    "JOB_NOT_FOUND": "No such job of yours: jobs are kept for seven days.",
    "MISSING_COLUMN_NAME": "A column of the CSV's header has no name.",
    "MISSING_KEY_COLUMN": "The operation needs a column that tells which record each row is for.",
    "NETWORK": "Salesforce could not be reached; nothing was sent. Try again in a minute.",
    "NOTHING_TO_RETRY": "No row of the job failed in a way that another try could mend.",
    "NOT_CONFIRMED": "The user said no. Nothing was done.",
    "NOT_UTF8": "The CSV is in another encoding; save it as CSV UTF-8.",
    "NO_ANSWER": "The connection to Salesforce broke before the answer came; nothing was changed.",
    "NO_COLUMNS": "No column of the CSV is for a field.",
    "NO_ROWS": "There is nothing after the header, or the query selects nothing.",
    "NO_SUCH_PERSON": "No active user (or queue) has this name. Give a full name, a username or an id.",
    "UPLOAD_NOT_CONFIRMED": "The user has not pressed Use this file on the upload page, or did so for something else.",
    "UPLOAD_NOT_FOUND": "No such upload of yours: a link is good for a day.",
    "ONE_SOURCE": "Rows come from exactly one of csv, rows, uploadId and soql.",
    "NO_PENDING_APPROVAL": "Nothing is waiting for a decision on this record.",
    "NOT_THE_APPROVER": "The approval waits for somebody else, whom the message names.",
    "PLAN_NOT_VALID": "The planId is unknown, older than 5 minutes, used, or for another call. Preview again.",
    "PREVIEW_NEEDED": "One call would delete several records that nobody was shown: preview them, and use the planId.",
    "REDIRECTED": "The org answered with a redirect, which is never followed.",
    "REQUEST_TOO_LARGE": "The HTTP body is larger than 4 MB (HTTP 413).",
    "RESULT_TOO_LARGE": "The answer does not fit a result: ask for fewer fields or rows.",
    "STATE_TOO_LARGE": "A step of the workflow answered with too much; report it to the operator.",
    "TASK_NOT_FOUND": "No such task of yours: tasks are kept as long as the job they stand for.",
    "TIMEOUT": "Salesforce did not answer in time: ask for less, or filter by an indexed field.",
    "TOOL_NOT_OFFERED": "The tool exists, but not at this URL: see its toolset in docs/tools.md.",
    "UNKNOWN_COLUMN": "A column of the CSV is for no field that can be written; the message names it.",
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
