"""UI API: https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/"""

import base64

import httpx
from emulator_features.asking import create, error, first_id

RECORD = {
    "apiName",
    "childRelationships",
    "eTag",
    "fields",
    "id",
    "lastModifiedById",
    "lastModifiedDate",
    "recordTypeId",
    "recordTypeInfo",
    "systemModstamp",
    "weakEtag",
}


async def test_an_object_is_described(admin: httpx.AsyncClient, sales: httpx.AsyncClient) -> None:
    info = (await admin.get("/ui-api/object-info/Account")).json()
    assert (info["apiName"], info["keyPrefix"], info["nameFields"]) == ("Account", "001", ["Name"])
    assert info["fields"]["Name"]["required"]
    assert info["fields"]["OwnerId"]["referenceToInfos"][0]["apiName"] == "User"
    assert "Internal_Margin__c" not in (await sales.get("/ui-api/object-info/Account")).json()["fields"]


async def test_a_dependent_picklist_says_what_goes_with_what(admin: httpx.AsyncClient) -> None:
    described = {one["name"]: one for one in (await admin.get("/sobjects/Case/describe")).json()["fields"]}
    field, controlling = described["Component__c"], [one["value"] for one in described["Type"]["picklistValues"]]
    assert (field["dependentPicklist"], field["controllerName"]) == (True, "Type")
    by_bits = {
        one["value"]: [name for at, name in enumerate(controlling) if bit(one["validFor"], at)]
        for one in field["picklistValues"]
    }
    assert by_bits["Housing"] == ["Mechanical", "Structural"]
    assert by_bits["Web Application"] == ["Problem", "Question"]
    assert all(one["validFor"] is None for one in described["Type"]["picklistValues"])

    told = (await admin.get("/ui-api/object-info/Case/picklist-values/012000000000000AAA/Component__c")).json()
    names = {at: name for name, at in told["controllerValues"].items()}
    assert [names[at] for at in sorted(names)] == controlling
    assert {one["value"]: [names[at] for at in one["validFor"]] for one in told["values"]} == by_bits
    info = (await admin.get("/ui-api/object-info/Case")).json()
    assert info["dependentFields"] == {"Type": {"Component__c": {}}}
    assert info["fields"]["Component__c"]["controllingFields"] == ["Type"]


def bit(text: str, at: int) -> bool:
    """Bit 0 is the most significant one of the first byte."""
    bits = base64.b64decode(text)
    return at < 8 * len(bits) and bool(bits[at // 8] & (0x80 >> at % 8))


async def test_picklists_depend_on_the_record_type(admin: httpx.AsyncClient) -> None:
    hardware = await first_id(admin, "SELECT Id FROM RecordType WHERE DeveloperName = 'Hardware'")
    every = (await admin.get(f"/ui-api/object-info/Case/picklist-values/{hardware}")).json()
    assert sorted(every) == ["eTag", "picklistFieldValues"]
    values = every["picklistFieldValues"]["Type"]
    assert sorted(values) == ["controllerValues", "defaultValue", "eTag", "url", "values"]
    assert "Problem" not in [one["value"] for one in values["values"]]
    assert (await admin.get(values["url"].partition("v68.0")[2])).json() == values
    master = (await admin.get("/ui-api/object-info/Case/picklist-values/012000000000000AAA/Status")).json()
    assert master["defaultValue"]["value"] == "New"


async def test_a_record_is_created_read_changed_and_deleted(admin: httpx.AsyncClient) -> None:
    made = await admin.post(
        "/ui-api/records", json={"apiName": "Account", "fields": {"Name": "Acme", "AnnualRevenue": 5000}}
    )
    assert made.status_code == 201, made.text
    record = made.json()
    assert set(record) == RECORD
    assert record["fields"]["Name"] == {"displayValue": None, "value": "Acme"}
    url = f"/ui-api/records/{record['id']}"
    fields = "?fields=Account.Name,Account.Owner.Name,Account.AnnualRevenue&optionalFields=Account.Nope"
    read = (await admin.get(url + fields)).json()
    assert set(read["fields"]) == {"Name", "Owner", "AnnualRevenue"}
    assert read["fields"]["Owner"]["value"]["fields"]["Name"]["value"] == "Ada Admin"
    assert read["fields"]["AnnualRevenue"] == {"displayValue": "$5,000", "value": 5000.0}
    changed = (await admin.patch(url, json={"fields": {"Name": "Acme Two"}})).json()
    assert changed["fields"]["Name"]["value"] == "Acme Two"
    assert (await admin.delete(url)).status_code == 204
    assert error(await admin.get(f"{url}?fields=Account.Name")) == (404, "ENTITY_IS_DELETED")


async def test_what_may_not_be_seen_is_not_shown(admin: httpx.AsyncClient, support: httpx.AsyncClient) -> None:
    account = await create(admin, "Account", Name="A", Internal_Margin__c=12)
    url = f"/ui-api/records/{account}"
    assert error(await support.get(f"{url}?fields=Account.Internal_Margin__c"))[0] == 400
    optional = (await support.get(f"{url}?fields=Account.Name&optionalFields=Account.Internal_Margin__c")).json()
    assert list(optional["fields"]) == ["Name"]
    assert error(await admin.get(url)) == (400, "INVALID_INPUT")
    assert error(await admin.get(f"{url}?fields=Name")) == (400, "INVALID_FIELD")


async def test_several_records_and_their_page(admin: httpx.AsyncClient) -> None:
    one, two = [await create(admin, "Account", Name=name) for name in ("One", "Two")]
    batch = (await admin.get(f"/ui-api/records/batch/{one},001000000000000AAA?fields=Account.Name")).json()
    assert [each["statusCode"] for each in batch["results"]] == [200, 404]
    assert batch["hasErrors"]
    page = (await admin.get(f"/ui-api/record-ui/{one},{two}")).json()
    assert set(page["records"]) == {one, two}
    assert set(page["objectInfos"]) == {"Account"}
    layout = (await admin.get("/ui-api/layout/Account?layoutType=Compact&mode=View")).json()
    assert layout["sections"][0]["layoutRows"]
    defaults = (await admin.get("/ui-api/record-defaults/create/Case")).json()
    assert defaults["record"]["fields"]["Status"]["value"] == "New"
    assert error(await admin.get("/ui-api/favorites")) == (501, "NOT_EMULATED")
