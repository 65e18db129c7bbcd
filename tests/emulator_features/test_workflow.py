"""Workflow rules: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_process_rules.htm"""

import httpx
import pytest
from emulator_features.asking import create, error

from salesforce_emulator.org import Org

RULES = "/process/rules"


async def priority(client: httpx.AsyncClient, case: str) -> str:
    return str((await client.get(f"/sobjects/Case/{case}?fields=Priority")).json()["Priority"])


async def test_a_rule_acts_once_a_record_comes_to_meet_it(admin: httpx.AsyncClient) -> None:
    case = await create(admin, "Case", Subject="x", Severity__c="S3")
    assert await priority(admin, case) == "Medium"
    await admin.patch(f"/sobjects/Case/{case}", json={"Severity__c": "S1"})
    assert await priority(admin, case) == "High"
    await admin.patch(f"/sobjects/Case/{case}", json={"Priority": "Low"})
    assert await priority(admin, case) == "Low"


async def test_rules_are_listed_described_and_triggered(admin: httpx.AsyncClient) -> None:
    listed = (await admin.get(RULES)).json()["rules"]
    (rule,) = listed["Case"]
    assert sorted(rule) == ["actions", "description", "id", "name", "namespacePrefix", "object"]
    assert [action["type"] for action in rule["actions"]] == ["FieldUpdate"]
    assert (await admin.get(f"{RULES}/Case")).json() == {"rules": listed}
    assert (await admin.get(f"{RULES}/Account")).json() == {"rules": {}}
    assert (await admin.get(f"{RULES}/Case/{rule['id']}")).json() == rule
    case = await create(admin, "Case", Subject="x", Severity__c="S1")
    for path in (RULES, f"{RULES}/Case", f"{RULES}/Case/{rule['id']}"):
        await admin.patch(f"/sobjects/Case/{case}", json={"Priority": "Low"})
        fired = await admin.post(path, json={"contextIds": [case]})
        assert (fired.status_code, fired.json()) == (200, {"errors": None, "success": True})
        assert await priority(admin, case) == "High"


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("", {}, (400, "INVALID_INPUT")),
        ("", {"contextIds": ["no id"]}, (400, "MALFORMED_ID")),
        ("/Account", {"contextIds": ["500000000000001AAA"]}, (400, "MALFORMED_ID")),
        ("", {"contextIds": ["500000000000001AAA"]}, (404, "NOT_FOUND")),
        ("/Case/01Q000000000000AAA", {"contextIds": ["500000000000001AAA"]}, (404, "NOT_FOUND")),
    ],
)
async def test_a_trigger_of_nothing_is_refused(
    admin: httpx.AsyncClient, path: str, body: dict[str, list[str]], expected: tuple[int, str]
) -> None:
    assert error(await admin.post(f"{RULES}{path}", json=body)) == expected


async def test_who_may_only_look_triggers_nothing(
    admin: httpx.AsyncClient, reader: httpx.AsyncClient, org: Org
) -> None:
    case = await create(admin, "Case", Subject="x", Severity__c="S1")
    await admin.patch(f"/sobjects/Case/{case}", json={"Priority": "Low"})
    refused = await reader.post(RULES, json={"contextIds": [case]})
    assert error(refused) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    assert (org.row("Case", case) or {})["Priority"] == "Low"
