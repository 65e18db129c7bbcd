"""Rows that are written through the Tooling API: files for pages, and levels of logs."""

import base64
import json

import httpx
import pytest
from emulator_features.asking import error, rows

ZIP = b"PK\x05\x06" + bytes(18)
RESOURCE = {"Name": "Icons", "ContentType": "application/zip", "CacheControl": "Private"}
LEVELS = ("ApexCode", "ApexProfiling", "Callout", "Database", "System", "Validation", "Visualforce", "Workflow")
LEVEL = {"DeveloperName": "Quiet", "MasterLabel": "Quiet", **dict.fromkeys(LEVELS, "ERROR")}
PATH = "/tooling/sobjects"


@pytest.mark.parametrize("multipart", [False, True])
async def test_a_static_resource_is_kept_and_read_back(admin: httpx.AsyncClient, multipart: bool) -> None:
    if multipart:
        parts = {
            "entity": (None, json.dumps(RESOURCE), "application/json"),
            "Body": ("icons.zip", ZIP, "application/zip"),
        }
        made = await admin.post(f"{PATH}/StaticResource", files=parts)
    else:
        made = await admin.post(f"{PATH}/StaticResource", json={**RESOURCE, "Body": base64.b64encode(ZIP).decode()})
    assert made.status_code == 201, made.text
    assert made.headers["Location"].endswith(f"{PATH}/StaticResource/{made.json()['id']}")
    record = (await admin.get(f"{PATH}/StaticResource/{made.json()['id']}")).json()
    assert record["attributes"]["url"] == made.headers["Location"]
    assert record["Body"] == f"{made.headers['Location']}/Body"
    content = await admin.get(f"{PATH}/StaticResource/{record['Id']}/Body")
    assert (content.content, content.headers["Content-Type"]) == (ZIP, "application/zip")
    assert [one["BodyLength"] for one in await rows(admin, "SELECT BodyLength FROM StaticResource")] == [len(ZIP)]


async def test_a_debug_level_is_made_changed_and_removed(admin: httpx.AsyncClient) -> None:
    made = (await admin.post(f"{PATH}/DebugLevel", json=LEVEL)).json()["id"]
    assert (await admin.patch(f"{PATH}/DebugLevel/{made}", json={"ApexCode": "WARN"})).status_code == 204
    found = await admin.get("/tooling/query", params={"q": "SELECT DeveloperName, ApexCode FROM DebugLevel"})
    assert [(one["DeveloperName"], one["ApexCode"]) for one in found.json()["records"]] == [("Quiet", "WARN")]
    wrong = await admin.post(f"{PATH}/DebugLevel", json={**LEVEL, "DeveloperName": "Loud", "System": "SHOUT"})
    assert error(wrong) == (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")
    assert error(await admin.post(f"{PATH}/DebugLevel", json=LEVEL)) == (400, "DUPLICATE_VALUE")
    assert (await admin.delete(f"{PATH}/DebugLevel/{made}")).status_code == 204
    assert error(await admin.get(f"{PATH}/DebugLevel/{made}")) == (404, "NOT_FOUND")


async def test_levels_of_logs_are_known_to_the_tooling_api_only(admin: httpx.AsyncClient) -> None:
    made = (await admin.post(f"{PATH}/DebugLevel", json=LEVEL)).json()["id"]
    assert error(await admin.get(f"/sobjects/DebugLevel/{made}")) == (404, "NOT_FOUND")
    assert error(await admin.post("/sobjects/DebugLevel", json=LEVEL)) == (404, "NOT_FOUND")
    assert error(await admin.get("/query", params={"q": "SELECT Id FROM DebugLevel"})) == (400, "INVALID_TYPE")
    listed = {path: {one["name"] for one in (await admin.get(path)).json()["sobjects"]} for path in ("/sobjects", PATH)}
    assert "DebugLevel" in listed[PATH] - listed["/sobjects"]
    assert (await admin.get(f"{PATH}/DebugLevel/describe")).json()["createable"] is True


async def test_only_an_administrator_writes_there(sales: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    for name, record in (("DebugLevel", LEVEL), ("StaticResource", RESOURCE)):
        assert error(await sales.post(f"{PATH}/{name}", json=record)) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    assert error(await admin.post(f"{PATH}/ApexClass", json={"Name": "A", "Body": "class A {}"})) == (
        501,
        "NOT_EMULATED",
    )
