"""Duplicate rules: found by SOAP, and in the way of a save where the org says so."""

import pytest
from emulator_http.world import SALES
from emulator_soap.caller import Soap, errors, said
from emulator_soap.test_convert_lead import admin
from emulator_soap.test_merge import merging

from salesforce_emulator.org import Org

HEADER = "Sforce-Duplicate-Rule-Header"


def described(kind: str, **values: str) -> str:
    inner = "".join(f"<so:{name}>{value}</so:{name}>" for name, value in values.items())
    return f"<urn:findDuplicates><urn:sObjects><so:type>{kind}</so:type>{inner}</urn:sObjects></urn:findDuplicates>"


async def test_a_record_like_another_is_found_before_it_is_made(soap: Soap, org: Org) -> None:
    contact = org.insert(admin(org), "Contact", {"FirstName": "Ada", "LastName": "Bell", "Email": "ada@bell.example"})
    (result,) = await soap.call(described("Contact", LastName="Other", Email="ADA@bell.example"))

    assert said(result, "success") == "true"
    found = result.find("duplicateResults")
    assert found is not None
    assert [part.tag for part in found] == [
        "allowSave",
        "duplicateRule",
        "duplicateRuleEntityType",
        "errorMessage",
        "matchResults",
    ]
    (record,) = found.findall("matchResults/matchRecords/record")
    assert (said(record, "type"), said(record, "Id")) == ("Contact", contact)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Name": "Bell Works"}, {"Name": "BELL WORKS, Inc."}),
        ({"Name": "A", "Website": "https://www.bell.example/home"}, {"Name": "B", "Website": "bell.example"}),
    ],
)
async def test_accounts_are_alike_by_name_or_by_website(
    soap: Soap, org: Org, one: dict[str, str], other: dict[str, str]
) -> None:
    first, second = (org.insert(admin(org), "Account", values) for values in (one, other))
    (result,) = await soap.call(f"<urn:findDuplicatesByIds><urn:ids>{first}</urn:ids></urn:findDuplicatesByIds>")

    records = result.findall("duplicateResults/matchResults/matchRecords/record")
    assert [said(record, "Id") for record in records] == [second]


async def test_an_object_without_a_rule_says_so(soap: Soap) -> None:
    (result,) = await soap.call(described("Case", Subject="x"))

    assert (errors(result)[0], said(result, "success")) == ("NO_ACTIVE_DUPLICATE_RULE", "false")


async def test_the_demo_org_allows_what_looks_alike_and_keeps_nothing_of_it(soap: Soap, org: Org) -> None:
    for _ in range(2):
        assert (await soap.rest("POST", "sobjects/Account", json={"Name": "Twice"})).status_code == 201
    assert org.record_count("DuplicateRecordSet") == 0


SETS = (
    "SELECT RecordCount, DuplicateRule.SobjectType, (SELECT RecordId FROM DuplicateRecordItems ORDER BY Id)"
    " FROM DuplicateRecordSet"
)


async def sets(soap: Soap) -> list[tuple[int, str, list[str]]]:
    found = (await soap.rest("GET", "query", params={"q": SETS})).json()["records"]
    return [
        (
            one["RecordCount"],
            one["DuplicateRule"]["SobjectType"],
            [item["RecordId"] for item in (one["DuplicateRecordItems"] or {"records": []})["records"]],
        )
        for one in found
    ]


@pytest.mark.parametrize(("action", "header"), [("report", ""), ("alert", "allowSave=true")])
async def test_what_is_saved_although_it_looks_alike_is_kept_in_a_set(
    soap: Soap, org: Org, action: str, header: str
) -> None:
    first = org.insert(admin(org), "Account", {"Name": "Twice"})
    org.duplicates.actions["Account"] = action
    second, third = [
        (await soap.rest("POST", "sobjects/Account", json={"Name": name}, headers={HEADER: header})).json()["id"]
        for name in ("Twice Inc", "twice")
    ]
    assert await sets(soap) == [(3, "Account", [second, first, third])]
    await soap.rest("PATCH", f"sobjects/Account/{third}", json={"Phone": "1"}, headers={HEADER: header})
    assert len(await sets(soap)) == 1
    assert (await soap.rest("DELETE", f"sobjects/Account/{second}")).status_code == 204
    assert await sets(soap) == [(2, "Account", [first, third])]


async def test_a_merge_takes_the_losers_out_of_their_set(soap: Soap, org: Org) -> None:
    org.duplicates.actions["Account"] = "report"
    master, other = (org.insert(admin(org), "Account", {"Name": "Twice"}) for _ in range(2))
    await soap.call(merging("Account", master, other))
    assert await sets(soap) == [(1, "Account", [master])]


async def test_an_alert_stops_a_save_until_the_header_allows_it(soap: Soap, org: Org) -> None:
    await soap.client.post("http://testserver/__emulator__/duplicates", json={"Contact": "alert"})
    contact = org.insert(admin(org), "Contact", {"LastName": "Bell", "Email": "ada@bell.example"})
    again = {"LastName": "Bell", "Email": "ada@bell.example"}
    refused = await soap.rest("POST", "sobjects/Contact", json=again)
    detailed = await soap.rest("POST", "sobjects/Contact", json=again, headers={HEADER: "includeRecordDetails=true"})
    allowed = await soap.rest("POST", "sobjects/Contact", json=again, headers={HEADER: "allowSave=true"})

    assert refused.status_code == 400
    (error,) = refused.json()
    assert (error["errorCode"], error["message"]) == ("DUPLICATES_DETECTED", "Use one of these records?")
    result = error["duplicateResult"]
    assert result["allowSave"] is True
    assert result["duplicateRule"] == "Standard_Contact_Duplicate_Rule"
    (match,) = result["matchResults"]
    assert (match["size"], match["matchRecords"][0]["record"]) == (
        1,
        {"attributes": {"type": "Contact", "url": f"/services/data/v68.0/sobjects/Contact/{contact}"}, "Id": contact},
    )
    record = detailed.json()[0]["duplicateResult"]["matchResults"][0]["matchRecords"][0]["record"]
    assert record["Email"] == "ada@bell.example"
    assert allowed.status_code == 201


async def test_a_block_is_not_passed_by_the_header(soap: Soap, org: Org) -> None:
    org.duplicates.actions["Account"] = "block"
    org.insert(admin(org), "Account", {"Name": "Bell"})
    refused = await soap.rest("POST", "sobjects/Account", json={"Name": "bell"}, headers={HEADER: "allowSave=true"})

    assert refused.json()[0]["duplicateResult"]["allowSave"] is False


async def test_hidden_fields_of_a_match_stay_hidden(soap: Soap, org: Org) -> None:
    org.duplicates.actions["Account"] = "alert"
    org.insert(admin(org), "Account", {"Name": "Bell", "Internal_Margin__c": 12})
    refused = await soap.signed_in(SALES).rest(
        "POST", "sobjects/Account", json={"Name": "bell"}, headers={HEADER: "includeRecordDetails=true"}
    )

    assert "DUPLICATES_DETECTED" in refused.text
    assert "Internal_Margin__c" not in refused.text


@pytest.mark.parametrize("knobs", [{"Case": "block"}, {"Account": "explode"}, [], {"Account": 1}])
async def test_an_unknown_rule_or_action_is_refused(soap: Soap, knobs: object) -> None:
    assert (await soap.client.post("http://testserver/__emulator__/duplicates", json=knobs)).status_code == 400
