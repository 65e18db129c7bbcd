"""What a client gets back from a tool: the data and its text, or a failure explained."""

import logging
from collections.abc import Mapping
from typing import Any

from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp_types import CallToolResult, TextContent
from pydantic import ValidationError

from salesforce_mcp.errors import Failure, InvalidInput
from salesforce_mcp.mcp_server.arguments import Schema, invalid_arguments
from salesforce_mcp.policy.untrusted import clean
from salesforce_mcp.tools.results import BYTES_PER_TOKEN, Incomplete, sentence_of, text_of

logger = logging.getLogger(__name__)


def answered(outcome: Any, *, most_tokens: int) -> CallToolResult:
    """Every value that leaves a tool passes here, and so does every string of the org that is in it."""
    data = outcome if isinstance(outcome, Mapping) else outcome.as_data()
    structured: dict[str, Any] = clean(data)
    text = text_of(structured)
    if len(text.encode()) > most_tokens * BYTES_PER_TOKEN:
        return explained(_too_large())
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content=structured,
        is_error=isinstance(outcome, Incomplete),
    )


def explained(failure: Failure) -> CallToolResult:
    """A failure as data, and as a sentence that says what to do."""
    told: dict[str, Any] = clean(failure.as_data())
    return CallToolResult(
        content=[TextContent(type="text", text=sentence_of(told))], structured_content=told, is_error=True
    )


def failure_behind(error: ToolError, *, schema: Schema) -> Failure:
    """What a tool's error stands for. An error that nobody expected is logged, and its text stays here."""
    cause = error.__cause__
    if isinstance(cause, Failure):
        return cause
    if isinstance(cause, ValidationError):
        return invalid_arguments(cause, schema)
    if isinstance(error, UnexpectedToolError):
        logger.error("a tool failed unexpectedly", exc_info=cause)
        return Failure(
            "The server failed while it handled this call",
            code="INTERNAL_ERROR",
            hint="Try once more; if it fails again, report the time and the tool's name to the operator.",
        )
    return Failure(str(error), code="CALL_NOT_COMPLETED", hint="Nothing was changed.")


def _too_large() -> InvalidInput:
    return InvalidInput(
        "The answer is larger than a result may be",
        code="RESULT_TOO_LARGE",
        hint="Ask for less: name the fields you need, or search for a part of a name.",
    )
