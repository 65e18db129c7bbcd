"""One AWS call: in a worker thread, its failures put into our words."""

from collections.abc import Callable
from typing import Any

import anyio.to_thread
from botocore.exceptions import BotoCoreError, ClientError

from salesforce_mcp.errors import Misconfigured, Unavailable

# Not a failure of the call: the caller asked a question and this is one of its answers.
ANSWERS = frozenset({"ConditionalCheckFailedException", "ResourceNotFoundException", "InvalidCiphertextException"})
# The operator's to mend. The text of AWS names accounts and roles, so only its code is repeated.
OPERATORS = frozenset(
    {
        "AccessDeniedException",
        "AccessDenied",
        "UnrecognizedClientException",
        "ValidationException",
        "DisabledException",
        "KMSInvalidStateException",
        "NotFoundException",
    }
)


async def call(operation: Callable[..., dict[str, Any]], **arguments: Any) -> dict[str, Any]:
    """botocore blocks, so it may not run in the event loop."""
    try:
        return await anyio.to_thread.run_sync(lambda: operation(**arguments))
    except ClientError as error:
        code = code_of(error)
        if code in ANSWERS:
            raise
        service = f"{operation.__self__.meta.service_model.service_id} {operation.__name__}"  # type: ignore[attr-defined]
        if code in OPERATORS:
            raise Misconfigured(
                f"AWS refused {service}: {code}", hint="Compare the function's role with the template."
            ) from error
        raise Unavailable(f"AWS could not do {service}: {code}", hint="Try again in a moment.") from error
    except BotoCoreError as error:
        raise Unavailable(f"AWS did not answer: {type(error).__name__}", hint="Try again in a moment.") from error


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
