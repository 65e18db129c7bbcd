"""What a user may not do with an object is said as that, not as something about columns."""

from typing import Any

import pytest
from bulk.office import Office
from server.world import READ_ONLY

NOBODY_S = "003000000000000AAA"
MANY = {"objectName": "Contact", "rows": [{"LastName": "a"}]}
ONE = {"objectName": "Contact", "rows": [{"Id": NOBODY_S}]}
SOQL = "SELECT Id FROM Contact"
CALLS: dict[str, tuple[str, dict[str, Any], str]] = {
    "insert": ("createBulkJob", {**MANY, "operation": "insert"}, "create"),
    "update": ("createBulkJob", {**ONE, "operation": "update"}, "change"),
    "upsert": ("createBulkJob", {**ONE, "operation": "upsert", "externalIdField": "Id"}, "create or change"),
    "delete": ("createBulkJob", {**ONE, "operation": "delete"}, "delete"),
    "change": ("massChange", {"soql": SOQL, "operation": "update", "record": {"Phone": "1"}}, "change"),
    "clearance": ("massChange", {"soql": SOQL, "operation": "delete"}, "delete"),
    "preview": ("previewImport", {"objectName": "Contact", "operation": "insert", "csv": "LastName\na\n"}, "create"),
}


@pytest.mark.parametrize(("tool", "arguments", "verb"), CALLS.values(), ids=CALLS)
async def test_who_may_not_is_told_so(office: Office, tool: str, arguments: dict[str, Any], verb: str) -> None:
    async with office.desk(READ_ONLY) as desk:
        before = office.world.writes()
        refused = await desk.refused(tool, **arguments)
        assert refused["code"] == "INSUFFICIENT_ACCESS_OR_READONLY"
        assert refused["message"] == f"This user may not {verb} records of Contact"
        assert office.world.writes() == before
