"""What of the org's allocations is used: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_limits.htm"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from salesforce_emulator.errors import Refused

# Names and maxima of the official example; DailyApiRequests is counted for real.
ALLOCATIONS = {
    "ActiveScratchOrgs": 3,
    "AnalyticsExternalDataSizeMB": 40960,
    "ConcurrentAsyncGetReportInstances": 200,
    "ConcurrentSyncReportRuns": 20,
    "DailyAnalyticsDataflowJobExecutions": 60,
    "DailyAsyncApexExecutions": 250000,
    "DailyAsyncApexTests": 500,
    "DailyBulkApiBatches": 15000,
    "DailyBulkV2QueryFileStorageMB": 976562,
    "DailyBulkV2QueryJobs": 10000,
    "DailyDeliveredPlatformEvents": 10000,
    "DailyDurableGenericStreamingApiEvents": 10000,
    "DailyDurableStreamingApiEvents": 10000,
    "DailyGenericStreamingApiEvents": 10000,
    "DailyScratchOrgs": 6,
    "DailyStandardVolumePlatformEvents": 10000,
    "DailyStreamingApiEvents": 10000,
    "DailyWorkflowEmails": 100000,
    "DurableStreamingApiConcurrentClients": 20,
    "HourlyAsyncReportRuns": 1200,
    "HourlyDashboardRefreshes": 200,
    "HourlyDashboardResults": 5000,
    "HourlyDashboardStatuses": 999999999,
    "HourlyLongTermIdMapping": 100000,
    "HourlyManagedContentPublicRequests": 50000,
    "HourlyODataCallout": 1000,
    "HourlyPublishedPlatformEvents": 50000,
    "HourlyPublishedStandardVolumePlatformEvents": 1000,
    "HourlyShortTermIdMapping": 100000,
    "HourlySyncReportRuns": 500,
    "HourlyTimeBasedWorkflow": 1000,
    "MassEmail": 5000,
    "MonthlyPlatformEventsUsageEntitlement": 0,
    "Package2VersionCreates": 6,
    "Package2VersionCreatesWithoutValidation": 500,
    "PrivateConnectOutboundCalloutHourlyLimitMB": 0,
    "SingleEmail": 5000,
    "StreamingApiConcurrentClients": 20,
}
DATA_STORAGE_MB = 1024
FILE_STORAGE_MB = 10240
ROW_KB = 2  # the platform counts 2 kB for nearly every row
DAY = timedelta(hours=24)


class Usage:
    """The rolling day's API requests."""

    def __init__(self, now: Callable[[], datetime], maximum: int) -> None:
        self._now = now
        self._day_began = now()
        self.maximum = maximum
        self.used = 0

    def count(self) -> None:
        """Count one request, or refuse it: the platform answers 403 and never 429."""
        if self._now() - self._day_began >= DAY:
            self.reset()
        if self.used >= self.maximum:
            raise Refused(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        self.used += 1

    def reset(self) -> None:
        self._day_began = self._now()
        self.used = 0

    @property
    def header(self) -> str:
        return f"api-usage={self.used}/{self.maximum}"


def allocations(usage: Usage, *, rows: int, file_bytes: int, used: Mapping[str, int]) -> dict[str, Any]:
    """Every limit with what remains of it; `used` says what others have counted."""
    limits: dict[str, Any] = {name: {"Max": most, "Remaining": most} for name, most in ALLOCATIONS.items()}
    for name, count in used.items():
        limits[name]["Remaining"] = max(0, ALLOCATIONS[name] - count)
    limits["DailyApiRequests"] = {"Max": usage.maximum, "Remaining": max(0, usage.maximum - usage.used)}
    limits["DataStorageMB"] = {"Max": DATA_STORAGE_MB, "Remaining": max(0, DATA_STORAGE_MB - rows * ROW_KB // 1024)}
    limits["FileStorageMB"] = {"Max": FILE_STORAGE_MB, "Remaining": max(0, FILE_STORAGE_MB - file_bytes // 2**20)}
    limits["PermissionSets"] = {"Max": 1500, "Remaining": 1496, "CreateCustom": {"Max": 1000, "Remaining": 996}}
    return dict(sorted(limits.items()))
