"""What all callers of an org share in this process: trouble there must not become a storm from here."""

from collections.abc import Callable
from time import time

import httpx

from salesforce_mcp.errors import LimitExceeded
from salesforce_mcp.salesforce.failures import failure_of
from salesforce_mcp.salesforce.usage import Usage
from salesforce_mcp.salesforce.wire import codes_of

_MINUTE = 60
# Of the requests of a minute; a few are allowed in any case, or a quiet minute could repeat none.
REPEATED_SHARE, REPEATED_FEW = 0.1, 10
MOST_ORGS = 1000


class Pressure:
    """How much is sent again to one org, and whether its allocation is used up."""

    def __init__(self, now: Callable[[], float] = time) -> None:
        self._now = now
        self._minute = 0
        self._sent = 0
        self._repeated = 0
        self._used_up: LimitExceeded | None = None
        self._asked_again_at = 0.0
        self._usage: Usage | None = None
        self._usage_told_at = 0.0

    def require_room(self, *, share: int) -> None:
        """Refuse to begin anything new when this percentage of the day's requests is used: others need the rest.

        What has begun goes on, and what was heard more than a minute ago counts no more.
        """
        usage = self._usage
        if usage is None or self._now() - self._usage_told_at >= _MINUTE:
            return
        # Of a day that is used up altogether the org's own refusal tells.
        if usage.limit * share <= usage.used * 100 < usage.limit * 100:
            raise LimitExceeded(
                f"{usage.used} of {usage.limit} API requests of the last 24 hours are used in this org",
                code="API_SHARE_USED",
                hint=f"From {share}% on this server leaves the rest to others; some are free again each hour. The "
                "operator sets the share with SALESFORCE_API_SHARE.",
                details={"apiUsage": usage.as_data()},
            )

    def first(self) -> None:
        """A new request goes out; refused where the org has just said that the day's are used up."""
        if self._used_up and self._now() < self._asked_again_at:
            known = self._used_up
            raise LimitExceeded(known.message, code=known.code, hint=known.hint, details=known.details)
        self._begin_minute()
        self._sent += 1

    def may_repeat(self) -> bool:
        """Count one more sending of the same request, if that many are allowed."""
        self._begin_minute()
        if self._repeated >= max(REPEATED_FEW, REPEATED_SHARE * self._sent):
            return False
        self._repeated += 1
        return True

    def heard(self, response: httpx.Response) -> None:
        """The day's requests count for everybody in the org: for a minute nobody else asks in vain."""
        self._used_up = None
        if usage := Usage.parse(response.headers.get("Sforce-Limit-Info")):
            self._usage, self._usage_told_at = usage, self._now()
        if "REQUEST_LIMIT_EXCEEDED" not in codes_of(response):
            return
        failure = failure_of(response)
        # Too many long requests at one moment is another limit of the same name, and passes by itself.
        if isinstance(failure, LimitExceeded) and "concurrent" not in failure.message.lower():
            self._used_up, self._asked_again_at = failure, self._now() + _MINUTE

    def _begin_minute(self) -> None:
        minute = int(self._now() // _MINUTE)
        if minute != self._minute:
            self._minute, self._sent, self._repeated = minute, 0, 0


class Pressures:
    """That of each org, by its id."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._orgs: dict[str, Pressure] = {}

    def of(self, organization_id: str) -> Pressure:
        if organization_id not in self._orgs and len(self._orgs) >= MOST_ORGS:
            self._orgs.clear()  # what is forgotten mattered for a minute
        return self._orgs.setdefault(organization_id, Pressure(self._now))
