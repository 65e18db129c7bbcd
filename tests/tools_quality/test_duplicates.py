"""Duplicates found, compared, merged once, and what was deleted brought back."""

from typing import Any

import pytest
from fake_clock import FakeClock
from server.world import ADMIN, READ_ONLY, SALES, World
from tools_quality.calls import calls_of, insert


def twins(world: World) -> tuple[str, str]:
    first = insert(
        world, "Account", Name="Zenith Motors Inc.", Website="https://www.zenith.example", Phone="+1 415 555 7000"
    )
    second = insert(world, "Account", Name="ZENITH MOTORS", Website="zenith.example", Fax="555 1", NumberOfEmployees=12)
    return first, second


async def test_accounts_alike_are_paired_with_their_reasons(world: World) -> None:
    pair = twins(world)
    result, calls = await calls_of(world, "findDuplicates", {"objectName": "Account"})
    assert not result.is_error, result.content[0].text
    assert calls <= 2
    rows = {frozenset((row[1], row[3])): row for row in result.structured_content["rows"]}
    found = rows[frozenset(pair)]
    assert found[0] == 90
    assert found[5] == ["same website", "same name"]
    scores = [row[0] for row in result.structured_content["rows"]]
    assert scores == sorted(scores, reverse=True)


async def test_the_orgs_own_rules_are_asked_about_given_records(world: World) -> None:
    first, second = twins(world)
    result, calls = await calls_of(world, "findDuplicates", {"objectName": "Account", "recordIds": [first]})
    assert not result.is_error, result.content[0].text
    assert calls <= 2
    assert result.structured_content["by"] == "duplicate rules"
    assert any({row[1], row[3]} == {first, second} for row in result.structured_content["rows"])
    assert any("Zenith" in str(row[2]) for row in result.structured_content["rows"])


async def merged(world: World, user: str = ADMIN, **changed: Any) -> Any:
    """Preview and merge the twins; `changed` are arguments of the merge that differ from the preview's."""
    first, second = twins(world)
    about = {"objectName": "Account", "masterId": first, "duplicateIds": [second]}
    async with world.client(ADMIN, path="/mcp/x/quality") as client:
        preview = (await client.call_tool("mergeRecords", about)).structured_content
    if "take" in changed:
        changed["take"] = {"Name": second}
    call = {**about, "planId": preview["planId"], **changed}
    result, _ = await calls_of(world, "mergeRecords", call, user=user)
    return result, call


async def test_a_preview_shows_each_field_and_the_merge_does_just_that(world: World) -> None:
    first, second = twins(world)
    contact = insert(world, "Contact", LastName="Moved", AccountId=second)
    about = {"objectName": "Account", "masterId": first, "duplicateIds": [second]}
    before = world.writes()
    preview, calls = await calls_of(world, "mergeRecords", about)
    assert not preview.is_error, preview.content[0].text
    assert calls <= 2
    assert world.writes() == before
    told = preview.structured_content
    fields = {row[0]: row[1:] for row in told["rows"]}
    assert fields["Fax"] == [None, "555 1", "555 1"]
    assert fields["Name"] == ["Zenith Motors Inc.", "ZENITH MOTORS", "Zenith Motors Inc."]
    assert told["values"] == {"Fax": "555 1", "NumberOfEmployees": 12}
    call = {**about, "planId": told["planId"]}
    done, calls = await calls_of(world, "mergeRecords", call)
    assert not done.is_error, done.content[0].text
    assert calls <= 2
    assert world.rows('SELECT Name, Fax, NumberOfEmployees FROM "Account" WHERE Id = ?', first) == [
        ("Zenith Motors Inc.", "555 1", 12)
    ]
    assert world.rows('SELECT IsDeleted, MasterRecordId FROM "Account" WHERE Id = ?', second) == [(1, first)]
    assert world.rows('SELECT AccountId FROM "Contact" WHERE Id = ?', contact) == [(first,)]
    again, _ = await calls_of(world, "mergeRecords", call)
    assert again.structured_content["code"] == "NOT_FOUND"


KINDS = {
    "Account": ({"Name": "Twin"}, {"Name": "Twin", "Fax": "555"}, "Fax"),
    "Contact": ({"LastName": "Twin"}, {"LastName": "Twin", "Fax": "555"}, "Fax"),
    "Lead": ({"LastName": "Twin", "Company": "T"}, {"LastName": "Twin", "Company": "T", "Fax": "555"}, "Fax"),
    "Case": ({"Subject": "Twin"}, {"Subject": "Twin", "Description": "555"}, "Description"),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_records_of_each_kind_are_merged(world: World, kind: str) -> None:
    master, duplicate, field = KINDS[kind]
    first, second = insert(world, kind, **master), insert(world, kind, **duplicate)
    about = {"objectName": kind, "masterId": first, "duplicateIds": [second]}
    preview, _ = await calls_of(world, "mergeRecords", about)
    assert not preview.is_error, preview.content[0].text
    call = {**about, "planId": preview.structured_content["planId"]}
    done, calls = await calls_of(world, "mergeRecords", call)
    assert not done.is_error, done.content[0].text
    assert calls <= 2
    assert world.rows(f'SELECT "{field}" FROM "{kind}" WHERE Id = ?', first) == [("555",)]  # noqa: S608 - ours
    assert world.rows(f'SELECT IsDeleted FROM "{kind}" WHERE Id = ?', second) == [(1,)]  # noqa: S608 - ours


async def test_a_plan_is_void_when_a_record_says_something_else_by_then(world: World) -> None:
    first, second = twins(world)
    about = {"objectName": "Account", "masterId": first, "duplicateIds": [second]}
    preview, _ = await calls_of(world, "mergeRecords", about)
    world.org.update(world.org.caller(world.site.user_id(ADMIN)), "Account", second, {"Fax": "555 999"})
    call = {**about, "planId": preview.structured_content["planId"]}
    result, _ = await calls_of(world, "mergeRecords", call)
    assert result.structured_content["code"] == "PLAN_NOT_VALID"
    assert world.rows('SELECT IsDeleted FROM "Account" WHERE Id = ?', second) == [(0,)]


@pytest.mark.parametrize("kind", ["Contact", "Lead"])
async def test_people_alike_are_paired_with_a_score_and_a_reason(world: World, kind: str) -> None:
    more = {"Company": "Nordwind"} if kind == "Lead" else {}
    person = {"LastName": "Zwillinge", "Email": "z@nordwind.example", **more}
    pair = {insert(world, kind, **person, FirstName="Ann"), insert(world, kind, **person, FirstName="Anne")}
    result, calls = await calls_of(world, "findDuplicates", {"objectName": kind})
    assert not result.is_error, result.content[0].text
    scored = {frozenset((row[1], row[3])): row for row in result.structured_content["rows"]}
    assert scored[frozenset(pair)][0] > 50
    assert "same email" in scored[frozenset(pair)][5]
    assert calls <= 2


async def test_a_value_is_taken_from_the_record_that_is_named(world: World) -> None:
    first, second = twins(world)
    about = {"objectName": "Account", "masterId": first, "duplicateIds": [second], "take": {"Name": second}}
    preview, _ = await calls_of(world, "mergeRecords", about)
    assert preview.structured_content["values"]["Name"] == "ZENITH MOTORS"
    by_column, _ = await calls_of(world, "mergeRecords", {**about, "take": {"name": "Duplicate1"}})
    assert by_column.structured_content["values"] == preview.structured_content["values"]
    for take, hint in (({"Nmae": second}, "Did you mean Name?"), ({"Name": "somewhere"}, "Take Name from one of ")):
        wrong, _ = await calls_of(world, "mergeRecords", {**about, "take": take})
        assert wrong.structured_content["code"] == "INVALID_INPUT"
        assert wrong.structured_content["hint"].startswith(hint)


@pytest.mark.parametrize("changed", [{"take": {"Name": "DUPLICATE"}}, {"planId": "made up"}])
async def test_a_merge_that_was_not_previewed_is_not_done(world: World, changed: dict[str, Any]) -> None:
    result, call = await merged(world, **changed)
    assert result.structured_content["code"] == "PLAN_NOT_VALID"
    assert world.rows('SELECT IsDeleted FROM "Account" WHERE Id = ?', call["duplicateIds"][0]) == [(0,)]


async def test_a_plan_holds_for_a_record_however_its_id_is_written(world: World) -> None:
    first, second = twins(world)
    about = {"objectName": "Account", "masterId": first, "duplicateIds": [second]}
    preview, _ = await calls_of(world, "mergeRecords", {**about, "take": {"fax": second}})
    short = {"masterId": first[:15], "duplicateIds": [second[:15]], "take": {"Fax": second[:15]}}
    done, _ = await calls_of(world, "mergeRecords", {**about, **short, "planId": preview.structured_content["planId"]})
    assert not done.is_error, done.content[0].text
    assert world.rows('SELECT IsDeleted, MasterRecordId FROM "Account" WHERE Id = ?', second) == [(1, first)]
    twice, _ = await calls_of(world, "mergeRecords", {**about, "duplicateIds": [first[:15]]})
    assert twice.structured_content["code"] == "INVALID_INPUT"


async def test_duplicates_are_found_by_short_ids_too_and_a_pair_once(world: World) -> None:
    first, second = twins(world)
    given = {"objectName": "Account", "recordIds": [first[:15], first, second]}
    result, _ = await calls_of(world, "findDuplicates", given)
    pairs = [{row[1], row[3]} for row in result.structured_content["rows"]]
    assert pairs.count({first, second}) == 1


@pytest.mark.parametrize("kind", ["Contact", "Case"])
async def test_records_of_another_kind_are_not_said_to_have_no_duplicates(world: World, kind: str) -> None:
    other = insert(world, kind, **{"LastName": "x"} if kind == "Contact" else {"Subject": "x"})
    result, _ = await calls_of(world, "findDuplicates", {"objectName": "Account", "recordIds": [other]})
    assert result.structured_content["code"] == "NOT_FOUND", result.content[0].text
    assert result.structured_content["fields"] == ["recordIds[0]"]


async def test_a_plan_is_its_owners_alone(world: World) -> None:
    result, call = await merged(world, user=SALES)
    assert result.structured_content["code"] == "PLAN_NOT_VALID"
    own, _ = await calls_of(world, "mergeRecords", call)
    assert not own.is_error, own.content[0].text


async def test_a_plan_is_good_for_five_minutes(world: World, clock: FakeClock) -> None:
    first, second = twins(world)
    about = {"objectName": "Account", "masterId": first, "duplicateIds": [second]}
    preview, _ = await calls_of(world, "mergeRecords", about)
    clock.advance(301)
    call = {**about, "planId": preview.structured_content["planId"]}
    result, _ = await calls_of(world, "mergeRecords", call)
    assert result.structured_content["code"] == "PLAN_NOT_VALID"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"duplicateIds": []}, "INVALID_ARGUMENTS"),
        ({"duplicateIds": ["MASTER"]}, "INVALID_INPUT"),
        ({"duplicateIds": ["001E0000000zzzz"]}, "NOT_FOUND"),
        ({"masterId": "x"}, "MALFORMED_ID"),
        ({"objectName": "Opportunity"}, "INVALID_ARGUMENTS"),
    ],
)
async def test_what_cannot_be_merged_has_no_preview(world: World, more: dict[str, Any], code: str) -> None:
    first, second = twins(world)
    given = {"objectName": "Account", "masterId": first, "duplicateIds": [second], **more}
    if given["duplicateIds"] == ["MASTER"]:
        given["duplicateIds"] = [first]
    result, _ = await calls_of(world, "mergeRecords", given)
    assert result.structured_content["code"] == code, result.content[0].text


async def test_deleted_records_come_back_together_or_not_at_all(world: World) -> None:
    first, second = twins(world)
    admin = world.org.caller(world.site.user_id(ADMIN))
    world.org.delete(admin, "Account", first)
    world.org.delete(admin, "Account", second)
    bad, _ = await calls_of(world, "undeleteRecords", {"recordIds": [first, "001E0000000zzzz"]})
    assert bad.is_error
    assert "Nothing was brought back" in bad.structured_content["hint"]
    assert world.rows('SELECT IsDeleted FROM "Account" WHERE Id = ?', first) == [(1,)]
    denied, _ = await calls_of(world, "undeleteRecords", {"recordIds": [first]}, user=READ_ONLY)
    assert denied.is_error
    good, calls = await calls_of(world, "undeleteRecords", {"recordIds": [first, second]})
    assert not good.is_error, good.content[0].text
    assert calls <= 2
    assert world.rows('SELECT IsDeleted FROM "Account" WHERE Id IN (?, ?)', first, second) == [(0,), (0,)]


async def test_a_dead_session_is_renewed_for_soap_too_or_becomes_a_sign_in(world: World) -> None:
    first, _ = twins(world)
    world.org.delete(world.org.caller(world.site.user_id(ADMIN)), "Account", first)
    token = (await world.sign_in()).access_token
    world.faults.expire_tokens()
    from server.world import JSON, tool_call

    async with world.http(token, headers=JSON) as http:
        response = await http.post("/mcp/x/quality", json=tool_call("undeleteRecords", recordIds=[first]))
    assert response.status_code == 401
    assert world.rows('SELECT IsDeleted FROM "Account" WHERE Id = ?', first) == [(1,)]
