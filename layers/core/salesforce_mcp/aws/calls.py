"""What botocore does: in a worker thread, its failures put into our words."""

from collections.abc import Callable
from typing import Any, TypeVar

import anyio.to_thread
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from salesforce_mcp.errors import Misconfigured, Unavailable

T = TypeVar("T")

# Not failures of a call: the caller asked a question, and this is one of its answers. These alone reach the caller
# as ClientError.
ANSWERS = {
    "DynamoDB": frozenset({"ConditionalCheckFailedException"}),
    "KMS": frozenset({"InvalidCiphertextException", "IncorrectKeyException"}),
    "Secrets Manager": frozenset({"ResourceNotFoundException"}),
    "S3": frozenset({"NoSuchKey", "NoSuchUpload", "InvalidPart", "EntityTooSmall"}),
    "SFN": frozenset({"ExecutionAlreadyExists"}),
}
# The operator's to mend. The text of AWS names accounts and roles, so only its code is repeated.
OPERATORS = frozenset(
    {
        "AccessDeniedException",
        "AccessDenied",
        "ResourceNotFoundException",
        "UnrecognizedClientException",
        "ValidationException",
        "DisabledException",
        "KMSInvalidStateException",
        "NotFoundException",
    }
)


async def call(operation: Callable[..., dict[str, Any]], **arguments: Any) -> dict[str, Any]:
    """One operation of a client."""
    try:
        return await run_blocking(lambda: operation(**arguments))
    except ClientError as error:
        code, service = str(error.response.get("Error", {}).get("Code", "")), _service(operation)
        if code in ANSWERS[service]:
            raise
        name = f"{service} {error.operation_name}"
        if code in OPERATORS:
            hint = "Compare the function's role and settings with the template."
            raise Misconfigured(f"AWS refused {name}: {code}", hint=hint) from error
        raise Unavailable(f"AWS could not do {name}: {code}", hint="Try again in a moment.") from error


async def run_blocking(work: Callable[[], T]) -> T:
    """botocore blocks, so nothing of it may run in the event loop. Reading a body may break off as a call may."""
    try:
        return await anyio.to_thread.run_sync(work)
    except (NoCredentialsError, PartialCredentialsError) as error:  # on an operator's machine: a function has its role
        hint = "Sign in to AWS, or set AWS_PROFILE."
        raise Misconfigured("There are no AWS credentials here", hint=hint) from error
    except BotoCoreError as error:
        raise Unavailable(f"AWS did not answer: {type(error).__name__}", hint="Try again in a moment.") from error


def _service(operation: Callable[..., dict[str, Any]]) -> str:
    client: Any = getattr(operation, "__self__")  # noqa: B009 - a method of a client, which botocore makes untyped
    return str(client.meta.service_model.service_id)
