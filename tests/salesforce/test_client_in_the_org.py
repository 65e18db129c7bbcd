"""The client against the emulated org: each method, what the org holds afterwards, and what is refused with a hint."""

import pytest

from salesforce_mcp.errors import (
    Conflict,
    Failure,
    InvalidInput,
    InvalidQuery,
    InvalidRecord,
    LimitExceeded,
    NotFound,
    NotPermitted,
    SignInRequired,
    Unavailable,
)
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.soql import like_literal, quote_literal


def rows(org, soql_table, where="1 = 1", *values):
    return org.connection.execute(f'SELECT Id, Name FROM "{soql_table}" WHERE {where}', values).fetchall()  # noqa: S608


def named(org, name):
    return [tuple(row) for row in rows(org, "Account", "Name = ? AND IsDeleted = 0", name)]


async def test_the_org_tells_its_versions_resources_and_limits(signed_in):
    client = signed_in()
    assert (await client.versions())[-1]["version"] == "68.0"
    assert (await client.resources())["query"] == "/services/data/v68.0/query"
    assert set((await client.limits())["DailyApiRequests"]) >= {"Max", "Remaining"}
    assert client.usage is not None
    assert client.usage.used > 0


async def test_the_org_tells_who_is_signed_in(signed_in, org):
    client = signed_in("sales@demo.example")
    told = await client.user_info()
    assert told["preferred_username"] == "sales@demo.example"
    identity = await client.identity()
    assert identity.organization_id == org.organization_id == told["organization_id"]
    assert identity.user_id == told["user_id"]


async def test_objects_and_fields_are_described(signed_in):
    client = signed_in()
    assert {"Account", "Contact", "Wide__c"} <= {entry["name"] for entry in await client.objects()}
    described = await client.describe("Account")
    assert "Industry" in {field["name"] for field in described["fields"]}


async def test_a_described_object_that_has_not_changed_is_not_sent_again(signed_in, clock, app):
    client = signed_in()
    first = await client.describe("Account")
    clock.time += 301
    assert await client.describe("Account") is first


async def test_a_record_lives_from_creation_to_deletion(signed_in, org):
    client = signed_in()
    created = await client.create("Account", {"Name": "Acme Rockets", "Industry": "Energy"})
    assert named(org, "Acme Rockets") == [(created, "Acme Rockets")]
    assert await client.get("Account", created, ["Name", "Owner.Username"]) == {
        "Id": created,
        "Name": "Acme Rockets",
        "Owner.Username": "admin@demo.example",
    }
    await client.update("Account", created, {"Name": "Acme Boosters"})
    assert named(org, "Acme Boosters") == [(created, "Acme Boosters")]
    assert (await client.get("Account", created))["Industry"] == "Energy"
    await client.delete("Account", created)
    assert named(org, "Acme Boosters") == []
    with pytest.raises(NotFound) as caught:
        await client.get("Account", created)
    assert caught.value.code == "ENTITY_IS_DELETED"


async def external_field(client):
    """A custom object's external id field, and what it takes to create one."""
    for name in ("Invoice__c", "Wide__c", "acme__Shipment__c"):
        described = await client.describe(name)
        keys = [field["name"] for field in described["fields"] if field["externalId"]]
        if keys:
            return name, keys[0], described
    raise AssertionError("no custom object has an external id")


@pytest.mark.parametrize("value", ["INV-1", "a/b", "a.b", "../c", "a?b=c#d", "ä ö", "100%"])
async def test_an_upsert_creates_and_then_updates_the_record_of_that_key(signed_in, value):
    client = signed_in()
    name, key, described = await external_field(client)
    required = await required_values(client, described)
    record_id, created = await client.upsert(name, key, value, required)
    assert created
    assert await client.upsert(name, key, value, {}) == (record_id, False)
    assert (await client.get(name, record_id))[key] == value


async def required_values(client, described):
    values = {}
    for field in described["fields"]:
        if field["nillable"] or field["defaultedOnCreate"] or not field["createable"]:
            continue
        if field["type"] == "reference":
            parent = (await client.query(f"SELECT Id FROM {field['referenceTo'][0]} LIMIT 1")).rows[0][0]  # noqa: S608
            values[field["name"]] = parent
        elif field["type"] in ("string", "picklist"):
            values[field["name"]] = field["picklistValues"][0]["value"] if field["picklistValues"] else "x"
        elif field["type"] == "date":
            values[field["name"]] = "2026-11-22"
        elif field["type"] in ("double", "currency", "int", "percent"):
            values[field["name"]] = 1
    return values


async def test_a_query_is_a_table_in_the_order_of_its_select_clause(signed_in):
    page = await signed_in().query(
        "SELECT StageName, Account.Name, Id, Owner.Profile.Name FROM Opportunity WHERE AccountId != null LIMIT 5"
    )
    assert page.columns == ("StageName", "Account.Name", "Id", "Owner.Profile.Name")
    assert len(page.rows) == 5
    assert all(all(row) for row in page.rows)


async def test_paging_finds_every_row_once(signed_in, org):
    client = signed_in()
    soql = "SELECT Id, Name FROM Lead ORDER BY Name"
    page = await client.query(soql, page_size=200)
    found = list(page.rows)
    while page.cursor:
        page = await client.next_page(page.cursor, soql=soql)
        assert page.columns == ("Id", "Name")
        found += page.rows
    assert len(found) == len({row[0] for row in found}) == page.total_size
    assert page.total_size == org.connection.execute('SELECT COUNT(*) FROM "Lead" WHERE IsDeleted = 0').fetchone()[0]


async def test_a_result_of_several_pages_goes_on_at_its_cursor(signed_in, org):
    client = signed_in()
    caller = org.caller((await client.identity()).user_id)
    with org.transaction():
        for number in range(450):
            org.insert(caller, "Account", {"Name": f"Paged {number:03}"})
    soql = "SELECT Name FROM Account WHERE Name LIKE 'Paged %' ORDER BY Name"
    sizes, found = [], []
    page = await client.query(soql, page_size=200)
    while True:
        sizes.append(len(page.rows))
        found += [row[0] for row in page.rows]
        if page.cursor is None:
            break
        page = await client.next_page(page.cursor, soql=soql)
    assert sizes == [200, 200, 50]
    assert found == [f"Paged {number:03}" for number in range(450)]


async def test_counts_groups_and_children_keep_all_they_say(signed_in):
    client = signed_in()
    total = (await client.query("SELECT COUNT() FROM Account")).rows[0][0]
    grouped = await client.query("SELECT Industry, COUNT(Id) n, MAX(AnnualRevenue) FROM Account GROUP BY Industry")
    assert grouped.columns == ("Industry", "n", "expr0")
    assert sum(row[1] for row in grouped.rows) == total
    families = await client.query(
        "SELECT Name, (SELECT LastName, Account.Name FROM Contacts) FROM Account "
        "WHERE Id IN (SELECT AccountId FROM Contact) LIMIT 3"
    )
    assert families.columns == ("Name", "Contacts")
    for name, contacts in families.rows:
        assert contacts["columns"] == ["LastName", "Account.Name"]
        assert {row[1] for row in contacts["rows"]} == {name}


@pytest.mark.parametrize(
    "name", ["100% Wool", "under_score", "O'Brien \\ Sons", 'say "hi"', "tab\tand\nline", "‘curly’", "%"]
)
async def test_a_name_of_any_characters_finds_its_record_and_no_other(signed_in, name):
    client = signed_in()
    created = await client.create("Lead", {"LastName": name, "Company": "x"})
    for condition in (f"= {quote_literal(name)}", f"LIKE {like_literal(name, after='')}"):
        page = await client.query(f"SELECT Id FROM Lead WHERE LastName {condition}")  # noqa: S608
        assert page.rows == ((created,),)


async def test_deleted_rows_are_found_by_the_query_for_all_rows_alone(signed_in):
    client = signed_in()
    gone = await client.create("Account", {"Name": "Gone Ltd"})
    await client.delete("Account", gone)
    soql = "SELECT Id, IsDeleted FROM Account WHERE Name = 'Gone Ltd'"
    assert (await client.query(soql)).rows == ()
    assert (await client.query(soql, all_rows=True)).rows == ((gone, True),)


async def test_a_very_long_query_still_gets_its_rows(signed_in):
    client = signed_in()
    (row,) = (await client.query("SELECT Id FROM Account LIMIT 1")).rows
    ids = ", ".join(f"'{row[0]}'" for _ in range(1_000))
    assert (await client.query(f"SELECT Id FROM Account WHERE Id IN ({ids})")).rows == (row,)  # noqa: S608


async def test_a_search_is_a_table_an_object(signed_in):
    client = signed_in()
    await client.create("Account", {"Name": "Zyxwvut Industries"})
    await client.create("Contact", {"LastName": "Zyxwvut"})
    found = await client.search("FIND {Zyxwvut} RETURNING Account(Id, Name), Contact(Id, LastName)")
    assert {name: page.total_size for name, page in found.items()} == {"Account": 1, "Contact": 1}
    assert found["Account"].rows[0][1] == "Zyxwvut Industries"


async def test_a_composite_request_is_done_whole_or_not_at_all(signed_in, org):
    client = signed_in()

    def family(name, last_name):
        return [
            Subrequest("POST", ("sobjects", "Account"), "acc", {"Name": name}),
            Subrequest("POST", ("sobjects", "Contact"), "con", {"LastName": last_name, "AccountId": "@{acc.id}"}),
            Subrequest("GET", ("sobjects", "Account", "@{acc.id}"), "back", params={"fields": "Name"}),
        ]

    told = await client.composite(family("Together Ltd", "Doe"), all_or_none=True)
    assert [answer.status for answer in told] == [201, 201, 200]
    assert told[2].body["Name"] == "Together Ltd"
    told = await client.composite(family("Apart Ltd", None), all_or_none=True)
    assert all(answer.failure for answer in told)
    assert named(org, "Apart Ltd") == []
    assert len(named(org, "Together Ltd")) == 1


async def test_batched_operations_stand_alone(signed_in, org):
    told = await signed_in().batch(
        [
            Subrequest("POST", ("sobjects", "Account"), "one", {"Name": "Batched Ltd"}),
            Subrequest("POST", ("sobjects", "Account"), "two", {}),
            Subrequest("GET", ("query",), params={"q": "SELECT COUNT() FROM Account"}),
        ]
    )
    assert [(answer.reference_id, answer.status) for answer in told] == [("one", 201), ("two", 400), ("ref2", 200)]
    assert told[1].failure is not None
    assert told[1].failure.fields == ("Name",)
    assert len(named(org, "Batched Ltd")) == 1


@pytest.mark.parametrize(
    ("act", "kind", "hint"),
    [
        (lambda c: c.query("SELECT Revenue FROM Account"), InvalidQuery, "Did you mean AnnualRevenue"),
        (lambda c: c.query("SELECT Id FROM Acount"), NotFound, "Did you mean Account"),
        (lambda c: c.query("SELECT Ownr.Name FROM Account"), InvalidQuery, "Did you mean Owner"),
        (lambda c: c.query("SELECT Id FROM Account WHERE"), InvalidQuery, "marked place"),
        (lambda c: c.describe("Oportunity"), NotFound, "Did you mean Opportunity"),
        (lambda c: c.explain("SELECT Revenue FROM Account"), InvalidQuery, "Did you mean AnnualRevenue"),
        (lambda c: c.resource("sobjects", "Leed", "describe"), NotFound, "Did you mean Lead"),
        (lambda c: c.get("Lead", "001000000000000AAA"), NotFound, "This is the id of a record of Account"),
        (lambda c: c.create("Leed", {"LastName": "x"}), NotFound, "Did you mean Lead"),
        (lambda c: c.create("Account", {"Name": "x", "Indstry": "y"}), InvalidRecord, "Did you mean Industry"),
        (lambda c: c.create("Account", {}), InvalidRecord, "value for each"),
        (lambda c: c.get("Account", "001000000000000AAA"), NotFound, "Check"),
        (lambda c: c.get("Account", "../Contact"), InvalidInput, "15 or 18"),
        (lambda c: c.next_page("01g000000000000AAA-2000"), InvalidQuery, "again from its start"),
        (lambda c: c.search("FIND Acme"), InvalidQuery, "FIND {words}"),
    ],
)
async def test_a_mistake_is_refused_with_what_to_do_and_nothing_is_written(signed_in, org, act, kind, hint):
    before = len(rows(org, "Account"))
    with pytest.raises(Failure) as caught:
        await act(signed_in())
    assert isinstance(caught.value, kind), caught.value.as_data()
    assert hint in caught.value.hint
    assert len(rows(org, "Account")) == before


async def test_a_user_without_the_right_is_told_who_grants_it(signed_in, org):
    client = signed_in("readonly@demo.example")
    with pytest.raises(NotPermitted) as caught:
        await client.create("Account", {"Name": "Forbidden Ltd"})
    assert "administrator" in caught.value.hint
    assert named(org, "Forbidden Ltd") == []


async def test_custom_metadata_is_not_written(signed_in):
    with pytest.raises(Failure) as caught:
        await signed_in().create("Support_Tier__mdt", {"DeveloperName": "Gold"})
    assert not isinstance(caught.value, Unavailable)


async def test_an_expired_session_is_renewed_without_anybody_noticing(signed_in, faults, org):
    client = signed_in()
    await client.limits()
    faults.expire_tokens()
    created = await client.create("Account", {"Name": "Renewed Ltd"})
    assert named(org, "Renewed Ltd") == [(created, "Renewed Ltd")]


async def test_a_session_that_is_never_taken_needs_a_sign_in(signed_in, faults):
    client = signed_in()
    faults.unauthorized(times=10)
    with pytest.raises(SignInRequired):
        await client.limits()


async def test_a_lost_update_or_delete_is_sent_again(signed_in, faults, org):
    client = signed_in()
    created = await client.create("Account", {"Name": "Twice Ltd"})
    faults.reset_after(matching="PATCH")
    await client.update("Account", created, {"Name": "Changed Ltd"})
    assert len(named(org, "Changed Ltd")) == 1
    faults.reset_after(matching="DELETE")
    await client.delete("Account", created)
    assert named(org, "Changed Ltd") == []


async def test_locked_rows_maintenance_and_cut_answers_are_waited_for(signed_in, faults, org):
    client = signed_in()
    faults.lock_rows(2)
    created = await client.create("Account", {"Name": "Patient Ltd"})
    faults.maintenance(2, matching="/services/data")
    assert (await client.get("Account", created, ["Name"]))["Name"] == "Patient Ltd"
    faults.truncate_next(matching="/query")
    assert (await client.query("SELECT COUNT() FROM Account")).rows[0][0] > 0
    faults.lock_rows(3)
    with pytest.raises(Conflict):
        await client.update("Account", created, {"Name": "Impatient Ltd"})
    assert named(org, "Impatient Ltd") == []


async def test_a_used_up_day_says_what_is_used(signed_in, faults):
    client = signed_in()
    await client.limits()
    faults.spend_limit()
    with pytest.raises(LimitExceeded) as caught:
        await client.query("SELECT Id FROM Account")
    assert "24 hours" in caught.value.hint


async def test_an_older_org_is_spoken_to_in_its_own_version(signed_in):
    client = signed_in(api_version="99.0")
    assert (await client.query("SELECT COUNT() FROM Account")).rows[0][0] > 0
    assert await client.version() == "68.0"


async def test_a_hint_never_names_a_field_that_the_profile_hides(signed_in):
    names = ("Account", "Contact", "Lead", "Opportunity", "Case")
    admin, support = signed_in("admin@demo.example"), signed_in("support@demo.example")
    shared = [name for name in names if name in {entry["name"] for entry in await support.objects()}]
    hidden = [
        (name, field) for name in shared for field in await fields_of(admin, name) - await fields_of(support, name)
    ]
    assert hidden
    for name, field in hidden:
        with pytest.raises(Failure) as caught:
            await support.query(f"SELECT {field[:-1]} FROM {name}")  # noqa: S608
        assert field not in caught.value.hint


async def fields_of(client, name):
    return {field["name"] for field in (await client.describe(name))["fields"]}
