"""Every failure we expect, drawn as one tree.

    Failure
    ├── InvalidInput            the request cannot be right; nothing was sent to Salesforce
    ├── Refused                 Salesforce understood and said no
    │   ├── InvalidQuery        SOQL or SOSL it cannot run
    │   ├── InvalidRecord       a field value, a required field, a rule
    │   ├── NotFound            no such object, record, job or path
    │   ├── NotPermitted        the user lacks the right
    │   ├── Conflict            a lock, a duplicate, an approval in progress
    │   └── LimitExceeded       an allocation of the org is used up
    ├── Unavailable             the org cannot be reached or is in maintenance; nothing was done
    ├── OutcomeUnknown          a write was sent and its answer was lost
    ├── RateLimited             our own limit, not Salesforce's
    ├── SignInRequired          the token or the Salesforce grant behind it is dead: HTTP 401
    ├── InsufficientScope       the token is good but too narrow: HTTP 403
    └── Misconfigured           the operator has to mend something

Errors are raised where they are known and explained at four boundaries: the MCP server, the
authorization server, the Step Functions tasks and the emulator. Nothing between catches them.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class Failure(Exception):  # noqa: N818 - a failure is the name of the thing
    """What went wrong, as data: Salesforce's (or our) code, its words, and what to do next."""

    default_code = "FAILURE"

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        hint: str = "",
        fields: Sequence[str] = (),
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.hint = hint
        self.fields = tuple(fields)
        self.details = dict(details or {})

    @property
    def in_words(self) -> str:
        """What went wrong and what to do next, for whoever gets text only."""
        return f"{self.message.removesuffix('.')}. {self.hint}".strip()

    def as_data(self) -> dict[str, Any]:
        """The failure as a client sees it; empty parts are left out."""
        return {
            "code": self.code,
            "message": self.message,
            **({"fields": list(self.fields)} if self.fields else {}),
            **({"hint": self.hint} if self.hint else {}),
            **self.details,
        }


class InvalidInput(Failure):
    default_code = "INVALID_INPUT"


class Refused(Failure):
    default_code = "REFUSED"


class InvalidQuery(Refused):
    default_code = "MALFORMED_QUERY"


class InvalidRecord(Refused):
    default_code = "INVALID_RECORD"


class NotFound(Refused):
    default_code = "NOT_FOUND"


class NotPermitted(Refused):
    default_code = "INSUFFICIENT_ACCESS"


class Conflict(Refused):
    default_code = "CONFLICT"


class LimitExceeded(Refused):
    default_code = "REQUEST_LIMIT_EXCEEDED"


class Unavailable(Failure):
    default_code = "SERVER_UNAVAILABLE"


class OutcomeUnknown(Failure):
    default_code = "OUTCOME_UNKNOWN"


class RateLimited(Failure):
    """`retry_after` is in whole seconds."""

    default_code = "RATE_LIMITED"

    def __init__(self, message: str, *, retry_after: int, hint: str = "") -> None:
        super().__init__(message, hint=hint, details={"retryAfterSeconds": retry_after})
        self.retry_after = retry_after


class SignInRequired(Failure):
    default_code = "SIGN_IN_REQUIRED"


class InsufficientScope(Failure):
    """`scopes` are all the scopes the operation needs, at once (step-up asks once)."""

    default_code = "INSUFFICIENT_SCOPE"

    def __init__(self, message: str, *, scopes: Sequence[str], hint: str = "") -> None:
        super().__init__(message, hint=hint, details={"requiredScopes": list(scopes)})
        self.scopes = tuple(scopes)


class Misconfigured(Failure):
    default_code = "MISCONFIGURED"
