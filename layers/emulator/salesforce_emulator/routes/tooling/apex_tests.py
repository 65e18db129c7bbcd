"""Test classes of the demo company: what running them tells, for Apex itself is not run here."""

from collections.abc import Sequence
from typing import Any

from salesforce_emulator.errors import Refused

# Test class → method → the failure of its assertion, or nothing.
TESTS: dict[str, dict[str, str | None]] = {
    "AccountHealthTest": {"aQuietAccountIsHealthy": None, "everyOpenCaseCosts": None},
    "OrderEventTest": {
        "anOrderIsPublished": None,
        "anOrderIsShippedOnce": "System.AssertException: Assertion Failed: Expected: 1, Actual: 2",
    },
}


def outcome_of_tests(classes: Sequence[str]) -> dict[str, Any]:
    for name in classes:
        if name not in TESTS:
            raise Refused(400, "INVALID_INPUT", f"This class name's value is invalid: {name}")
    ran = [(name, method, problem) for name in classes for method, problem in TESTS[name].items()]
    failed = [one for one in ran if one[2]]
    return {
        "apexLogId": None,
        "codeCoverage": [],
        "codeCoverageWarnings": [],
        "failures": [
            {
                "id": None,
                "message": problem,
                "methodName": method,
                "name": name,
                "namespace": None,
                "packageName": name,
                "stackTrace": f"Class.{name}.{method}: line 12, column 1",
                "time": 4.0,
                "type": "Class",
            }
            for name, method, problem in failed
        ],
        "numFailures": len(failed),
        "numTestsRun": len(ran),
        "successes": [
            {"id": None, "methodName": method, "name": name, "namespace": None, "time": 4.0}
            for name, method, problem in ran
            if not problem
        ],
        "totalTime": 4.0 * len(ran),
    }
