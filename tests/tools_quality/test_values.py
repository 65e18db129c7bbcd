"""Addresses, numbers and outside values: proposals are right, and only what was agreed is written."""

from typing import Any

import pytest
from server.world import READ_ONLY, World
from tools_quality.calls import calls_of, insert


async def test_wrong_addresses_and_numbers_are_found_and_the_right_ones_are_not(world: World) -> None:
    good = insert(world, "Contact", LastName="Good", Email="jane@example.com", Phone="+1 415 555 0132")
    bad = insert(world, "Contact", LastName="Bad", Email="jane@example.com", Phone="123")
    local = insert(world, "Contact", LastName="Local", Phone="030 901820", MailingCountry="Germany")
    world.org.connection.execute("UPDATE \"Contact\" SET Email = 'jane@@example' WHERE Id = ?", (bad,))
    before = world.writes()
    about = {"objectName": "Contact", "recordIds": [good, bad, local]}
    result, calls = await calls_of(world, "validateContactData", about)
    assert not result.is_error, result.content[0].text
    assert calls <= 2
    assert world.writes() == before
    found = {(row[0], row[2]): row[5] for row in result.structured_content["rows"]}
    assert (bad, "Email") in found
    assert (bad, "Phone") in found
    assert (good, "Email") not in found
    assert found[local, "Phone"] == "+49 30 901820"


async def test_a_wrong_number_is_told_of_its_own_country(world: World) -> None:
    abroad = insert(world, "Contact", LastName="Abroad", Phone="+44 20 7946 09")
    result, _ = await calls_of(world, "validateContactData", {"objectName": "Contact", "recordIds": [abroad]})
    assert "GB" in result.structured_content["rows"][0][4]


@pytest.mark.parametrize("country", ["DE", "de", "Germany"])
async def test_the_country_of_numbers_without_one_is_a_code_or_a_name(world: World, country: str) -> None:
    local = insert(world, "Contact", LastName="Local", Phone="030 901820")
    about = {"objectName": "Contact", "recordIds": [local], "defaultCountry": country}
    result, _ = await calls_of(world, "validateContactData", about)
    assert [row[5] for row in result.structured_content["rows"]] == ["+49 30 901820"]
    wrong, _ = await calls_of(world, "validateContactData", {**about, "defaultCountry": "Narnia"})
    assert "'Narnia' is no country" in wrong.content[0].text


def untidy(world: World) -> str:
    return insert(
        world,
        "Account",
        Name="Untidy",
        BillingStreet=" 1  Main   St ",
        BillingCity="San Jose",
        BillingState="california",
        BillingPostalCode="95112",
        BillingCountry="usa",
    )


async def test_addresses_are_proposed_first_and_written_by_their_plan(world: World) -> None:
    account = untidy(world)
    about: dict[str, Any] = {"objectName": "Account", "recordIds": [account]}
    before = world.writes()
    proposed, calls = await calls_of(world, "standardizeAddresses", about)
    assert not proposed.is_error, proposed.content[0].text
    assert calls <= 2
    assert world.writes() == before
    told = proposed.structured_content
    changes = {row[2]: row[4] for row in told["rows"]}
    assert changes["BillingState"] == "CA"
    assert changes["BillingCountry"] == "United States"
    about["planId"] = told["planId"]
    done, calls = await calls_of(world, "standardizeAddresses", about)
    assert done.structured_content == {"updated": 1}
    assert calls <= 3
    stored = world.rows('SELECT BillingStreet, BillingState, BillingCountry FROM "Account" WHERE Id = ?', account)
    assert stored == [("1 Main St", "CA", "United States")]
    again, _ = await calls_of(world, "standardizeAddresses", about)
    assert again.structured_content["code"] == "PLAN_NOT_VALID"


async def test_a_plan_is_void_when_the_records_have_changed_since(world: World) -> None:
    account = untidy(world)
    about = {"objectName": "Account", "recordIds": [account]}
    proposed, _ = await calls_of(world, "standardizeAddresses", about)
    world.org.connection.execute("UPDATE \"Account\" SET BillingState = 'nevada' WHERE Id = ?", (account,))
    call = {**about, "planId": proposed.structured_content["planId"]}
    result, _ = await calls_of(world, "standardizeAddresses", call)
    assert result.structured_content["code"] == "PLAN_NOT_VALID"


async def test_what_a_country_does_not_know_is_told_and_left(world: World) -> None:
    account = insert(world, "Account", Name="Odd", BillingCity="X", BillingState="Narnia", BillingCountry="USA")
    result, _ = await calls_of(world, "standardizeAddresses", {"objectName": "Account", "recordIds": [account]})
    assert any("BillingState" in row[2] for row in result.structured_content["problems"]["rows"])
    assert "BillingState" not in {row[2] for row in result.structured_content["rows"]}


async def test_empty_fields_are_filled_and_each_row_is_accounted_for(world: World) -> None:
    account = insert(world, "Account", Name="Enrich me", ERP_Id__c="E-1", Industry="Energy")
    rows = [
        {"ERP_Id__c": "E-1", "Phone": "+1 415 555 9000", "Industry": "Banking"},
        {"ERP_Id__c": "E-404", "Phone": "1"},
    ]
    about = {"objectName": "Account", "matchField": "ERP_Id__c", "rows": rows}
    result, calls = await calls_of(world, "enrichRecords", about)
    assert not result.is_error, result.content[0].text
    assert calls <= 2
    assert (result.structured_content["updated"], result.structured_content["notFound"]) == (1, 1)
    stored = 'SELECT Phone, Industry FROM "Account" WHERE Id = ?'
    assert world.rows(stored, account) == [("+1 415 555 9000", "Energy")]
    again, _ = await calls_of(world, "enrichRecords", about)
    assert again.structured_content["unchanged"] == 1
    over, _ = await calls_of(world, "enrichRecords", {**about, "overwrite": True})
    assert over.structured_content["updated"] == 1
    assert world.rows(stored, account) == [("+1 415 555 9000", "Banking")]


async def test_names_of_fields_and_both_forms_of_an_id_are_taken_as_salesforce_takes_them(world: World) -> None:
    account = insert(world, "Account", Name="Enrich me", ERP_Id__c="E-1", Industry="Energy")
    other = insert(world, "Account", Name="Me too", NumberOfEmployees=4242)
    for match, row in (
        ("erp_id__c", {"ERP_ID__C": "e-1", "fax": "555 1", "INDUSTRY": "Banking"}),
        ("ID", {"id": account[:15], "phone": "555 2"}),
        ("numberofemployees", {"NumberOfEmployees": 4242, "Fax": "555 3"}),
    ):
        given = {"objectName": "account", "matchField": match, "rows": [row]}
        result, _ = await calls_of(world, "enrichRecords", given)
        assert result.structured_content.get("updated") == 1, result.content[0].text
    stored = 'SELECT Fax, Phone, Industry FROM "Account" WHERE Id = ?'
    assert world.rows(stored, account) == [("555 1", "555 2", "Energy")]
    assert world.rows(stored, other)[0][0] == "555 3"


async def test_a_value_that_stays_because_nothing_is_overwritten_is_told(world: World) -> None:
    insert(world, "Account", Name="Enrich me", ERP_Id__c="E-1", Industry="Energy")
    about = {"objectName": "Account", "matchField": "ERP_Id__c", "rows": [{"ERP_Id__c": "E-1", "Industry": "Banking"}]}
    result, _ = await calls_of(world, "enrichRecords", about)
    assert result.structured_content["results"] == [{"ERP_Id__c": "E-1", "outcome": "unchanged", "kept": ["Industry"]}]


async def test_a_row_that_fits_several_records_names_them_and_changes_none(world: World) -> None:
    both = {insert(world, "Account", Name="Twin Peaks"), insert(world, "Account", Name="Twin Peaks")}
    before = world.writes()
    about = {"objectName": "Account", "matchField": "Name", "rows": [{"Name": "twin peaks", "Fax": "1"}]}
    result, _ = await calls_of(world, "enrichRecords", about)
    row = result.structured_content["results"][0]
    assert (row["outcome"], set(row["matches"])) == ("ambiguous", both)
    assert world.writes() == before


async def test_a_row_that_is_refused_is_named_and_the_others_stay_done(world: World) -> None:
    first = insert(world, "Account", Name="One", ERP_Id__c="E-1")
    insert(world, "Account", Name="Two", ERP_Id__c="E-2")
    rows = [{"ERP_Id__c": "E-1", "Phone": "1"}, {"ERP_Id__c": "E-2", "Phone": "x" * 300}]
    about = {"objectName": "Account", "matchField": "ERP_Id__c", "rows": rows}
    result, _ = await calls_of(world, "enrichRecords", about)
    assert result.is_error
    assert result.structured_content["results"][1]["error"]["code"] == "STRING_TOO_LONG"
    assert world.rows('SELECT Phone FROM "Account" WHERE Id = ?', first) == [("1",)]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"rows": [{"Phone": "1"}]}, "INVALID_INPUT"),
        ({"rows": []}, "INVALID_ARGUMENTS"),
        ({"rows": [{"ERP_Id__c": "E-1", "Fax": "1"}, {"ERP_Id__c": "e-1", "Fax": "2"}]}, "INVALID_INPUT"),
        ({"matchField": "No such"}, "INVALID_NAME"),
        ({"rows": [{"ERP_Id__c": "E-1", "Phnoe": "1"}]}, "INVALID_FIELD"),
        ({"objectName": "Support_Tier__mdt"}, "CUSTOM_METADATA_READ_ONLY"),
    ],
)
async def test_rows_that_cannot_be_matched_change_nothing(world: World, more: dict[str, Any], code: str) -> None:
    insert(world, "Account", Name="One", ERP_Id__c="E-1")
    before = world.writes()
    about = {"objectName": "Account", "matchField": "ERP_Id__c", "rows": [{"ERP_Id__c": "E-1", "Phone": "1"}], **more}
    result, _ = await calls_of(world, "enrichRecords", about)
    assert result.structured_content["code"] == code, result.content[0].text
    assert world.writes() == before


async def test_who_only_reads_enriches_nothing(world: World) -> None:
    insert(world, "Account", Name="One", ERP_Id__c="E-1")
    before = world.writes()
    about = {"objectName": "Account", "matchField": "ERP_Id__c", "rows": [{"ERP_Id__c": "E-1", "Phone": "1"}]}
    result, _ = await calls_of(world, "enrichRecords", about, user=READ_ONLY)
    assert result.is_error
    assert world.writes() == before
