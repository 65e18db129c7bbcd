"""Bulk API 2.0 ingest: what becomes of a job's rows, and what its results say."""

import pytest
from emulator_bulk.desk import ACCOUNTS, Desk, names
from emulator_http.world import SALES

from salesforce_emulator.org import Org


async def test_one_bad_row_among_two_hundred_fails_alone_and_in_the_platform_words(desk: Desk, org: Org) -> None:
    content = "Name,Phone\n" + "".join(f"Acme {number},555-{number}\n" for number in range(200)) + ",555-X\n"
    job = await desk.run(content, **ACCOUNTS)

    assert await desk.text(job, "failedResults") == (
        '"sf__Id","sf__Error","Name","Phone"\n'
        '"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --","","555-X"\n'
    )
    header, *good = await desk.rows(job, "successfulResults")
    assert header == ["sf__Id", "sf__Created", "Name", "Phone"]
    assert [row[1:] for row in good[:2]] == [["true", "Acme 0", "555-0"], ["true", "Acme 1", "555-1"]]
    assert [row[0] for row in good] == [
        row[0] for row in org.connection.execute('SELECT Id FROM "Account" ORDER BY CAST(substr(Name, 6) AS INTEGER)')
    ]
    assert (await desk.read(job))["numberRecordsFailed"] == 1


async def test_values_are_read_as_the_guide_says(desk: Desk, org: Org) -> None:
    job = await desk.run(
        "Text_1__c,Name,Flag_1__c,Flag_2__c,Moment_1__c,Number_1__c,Note_1__c\r\n"
        '"a ""quoted"", value",One,1,false,2026-11-22T10:00:00+01:00,1.5,"two\r\nlines"\r\n',
        object="Wide__c",
        operation="insert",
        lineEnding="CRLF",
    )

    assert (await desk.read(job))["numberRecordsFailed"] == 0
    row = org.connection.execute(
        'SELECT Text_1__c, Flag_1__c, Flag_2__c, Moment_1__c, Number_1__c, Note_1__c FROM "Wide__c"'
    ).fetchone()
    assert row == ('a "quoted", value', 1, 0, "2026-11-22T09:00:00.000Z", 1.5, "two\r\nlines")


async def test_an_empty_value_leaves_a_field_and_not_available_clears_it(desk: Desk, org: Org) -> None:
    (account_id,) = [
        row[0] for row in await desk.rows(await desk.run("Name,Phone,Fax\nA,1,2\n", **ACCOUNTS), "successfulResults")
    ][1:]
    await desk.run(f"Id,Phone,Fax\n{account_id[:15]},,#N/A\n", object="Account", operation="update")

    assert org.connection.execute('SELECT Phone, Fax FROM "Account"').fetchall() == [("1", None)]


@pytest.mark.parametrize(
    ("delimiter", "sign"),
    [("TAB", "\t"), ("SEMICOLON", ";"), ("PIPE", "|"), ("CARET", "^"), ("BACKQUOTE", "`"), ("COMMA", ",")],
)
@pytest.mark.parametrize("ending", ["LF", "CRLF"])
async def test_every_delimiter_and_line_ending(desk: Desk, org: Org, delimiter: str, sign: str, ending: str) -> None:
    newline = {"LF": "\n", "CRLF": "\r\n"}[ending]
    content = newline.join([f"Name{sign}Phone", f'"A{sign}B"{sign}1', ""])
    job = await desk.run(content, **ACCOUNTS, columnDelimiter=delimiter, lineEnding=ending)

    assert names(org) == [f"A{sign}B"]
    header, row = await desk.rows(job, "successfulResults", delimiter=sign)
    assert (header[2:], row[2:]) == (["Name", "Phone"], [f"A{sign}B", "1"])
    assert (await desk.text(job, "successfulResults")).endswith(f'"1"{newline}')


async def test_columns_of_a_parent_find_it_by_its_external_id(desk: Desk, org: Org) -> None:
    await desk.run("Name,ERP_Id__c\nAcme,E-1\n", **ACCOUNTS)
    job = await desk.run(
        f"LastName,Account.ERP_Id__c,Owner.Username\nBell,E-1,{SALES}\nLost,E-9,\n",
        object="Contact",
        operation="insert",
    )

    ((owner, account),) = org.connection.execute(
        'SELECT u.Username, a.Name FROM "Contact" c JOIN "User" u ON u.Id = c.OwnerId'
        ' JOIN "Account" a ON a.Id = c.AccountId'
    ).fetchall()
    assert (owner, account) == (SALES, "Acme")
    (_, failed) = await desk.rows(job, "failedResults")
    assert failed[1] == (
        "INVALID_FIELD:Foreign key external ID: E-9 not found for field ERP_Id__c in entity Account:--"
    )


async def test_a_parent_of_several_types_is_named_with_its_type(desk: Desk, org: Org) -> None:
    await desk.run(f"LastName,Company,User:Owner.Username\nBell,Acme,{SALES}\n", object="Lead", operation="insert")

    assert org.connection.execute('SELECT u.Username FROM "Lead" l JOIN "User" u ON u.Id = l.OwnerId').fetchall() == [
        (SALES,)
    ]


async def test_upsert_by_external_id_says_which_rows_it_created(desk: Desk, org: Org) -> None:
    order = {"object": "Account", "operation": "upsert", "externalIdFieldName": "ERP_Id__c"}
    await desk.run("ERP_Id__c,Name\nE-1,Old\n", **order)
    job = await desk.run("ERP_Id__c,Name\nE-1,New\nE-2,Second\nE-2,Again\n,None\n", **order)

    assert [row[1:] for row in (await desk.rows(job, "successfulResults"))[1:]] == [
        ["false", "E-1", "New"],
        ["true", "E-2", "Second"],
    ]
    assert [row[1] for row in (await desk.rows(job, "failedResults"))[1:]] == [
        "DUPLICATE_VALUE:Duplicate external id specified: E-2:ERP_Id__c --",
        "MISSING_ARGUMENT:ERP_Id__c not specified:ERP_Id__c --",
    ]
    assert names(org) == ["New", "Second"]


async def test_delete_takes_ids_alone_and_hard_delete_leaves_nothing(desk: Desk, org: Org) -> None:
    inserted = await desk.run("Name\nA\nB\n", **ACCOUNTS)
    first, second = [row[0] for row in (await desk.rows(inserted, "successfulResults"))[1:]]
    await desk.run(f"Id\n{first}\n", object="Account", operation="delete")
    await desk.run(f"Id\n{second}\n", object="Account", operation="hardDelete")
    again = await desk.run(f"Id\n{first}\n003000000000001AAA\n", object="Account", operation="delete")

    assert org.connection.execute('SELECT Id, IsDeleted FROM "Account"').fetchall() == [(first, 1)]
    assert org.connection.execute("SELECT record_id FROM _recycle_bin").fetchall() == [(first,)]
    failed = (await desk.rows(again, "failedResults"))[1:]
    assert failed[0] == [first, "ENTITY_IS_DELETED:entity is deleted:--", first]
    assert failed[1][1].startswith("MALFORMED_ID:")


async def test_who_may_not_hard_delete_hears_it_at_once(desk: Desk) -> None:
    order = {"object": "Account", "operation": "hardDelete"}
    answer = await desk.signed_in(SALES).call("POST", "jobs/ingest", json=order)

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "FEATURENOTENABLED")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Name,Foo\nA,B\n", "InvalidBatch : Field name not found : Foo"),
        ("Name,Account.Name\nA,B\n", "InvalidBatch : Field name not found : Account.Name"),
        (
            "Name\r\nA\r\n",
            "CLIENTINPUTERROR:LineEnding is invalid on user data. Current LineEnding setting is LF",
        ),
        ("Name,Phone\nA\n", "InvalidBatch : Record 1 has 1 values, but the header has 2"),
        ("Name,name\nA,B\n", "InvalidBatch : Duplicate column name found : name"),
        (b"Name\n\xff\xfe\n", "CLIENTINPUTERROR:The content is not UTF-8: invalid start byte"),
        ('Name\n"A"B\n', "CLIENTINPUTERROR:The CSV cannot be read at line 2: ',' expected after '\"'"),
    ],
)
async def test_unusable_content_fails_the_job_and_gives_everything_back(
    desk: Desk, org: Org, content: str | bytes, message: str
) -> None:
    job = await desk.run(content, **ACCOUNTS)

    done = await desk.read(job)
    assert (done["state"], done["errorMessage"], done["numberRecordsProcessed"]) == ("Failed", message, 0)
    assert names(org) == []
    rest = await desk.call("GET", f"jobs/ingest/{job}/unprocessedrecords")
    sent = content if isinstance(content, bytes) else content.encode()
    assert rest.content.split(b"\n", 1)[1] == sent.split(b"\n", 1)[1]


@pytest.mark.parametrize("operation", ["update", "delete", "insert"])
@pytest.mark.parametrize("content", ["", "Id\n", "Id"])
async def test_a_job_without_rows_ends_well(desk: Desk, operation: str, content: str) -> None:
    job = await desk.run(content, object="Account", operation=operation)

    assert (await desk.read(job))["state"] == "JobComplete"
    assert (await desk.rows(job, "failedResults"))[0][:2] == ["sf__Id", "sf__Error"]


async def test_rights_hold_for_every_row(desk: Desk, org: Org) -> None:
    seller = desk.signed_in(SALES)
    job = await seller.run("Name,ERP_Id__c\nA,E-1\n", **ACCOUNTS)
    hidden = await seller.run("Name,Internal_Margin__c\nA,5\n", **ACCOUNTS)

    assert (await seller.rows(job, "failedResults"))[1][1].startswith(
        "INVALID_FIELD_FOR_INSERT_UPDATE:Unable to create/update fields: ERP_Id__c."
    )
    assert (await seller.read(hidden))["errorMessage"] == "InvalidBatch : Field name not found : Internal_Margin__c"
    assert names(org) == []


async def test_a_locked_row_fails_alone(desk: Desk, org: Org) -> None:
    desk.site.faults.lock_rows(1)
    job = await desk.run("Name\nA\nB\n", **ACCOUNTS)

    assert names(org) == ["A", "B"]  # the platform tries again before it gives a row up
    assert (await desk.read(job))["numberRecordsFailed"] == 0
    desk.site.faults.lock_rows(4)
    job = await desk.run("Name\nC\nD\n", **ACCOUNTS)
    failed = [row[1] for row in (await desk.rows(job, "failedResults"))[1:]]
    assert failed == [
        "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 1 records: :--",
        "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 1 records: :--",
    ]


async def test_the_platform_rules_run_for_bulk_rows_too(desk: Desk, org: Org) -> None:
    await desk.run(
        "Name,StageName,CloseDate,Amount\nBig,Closed Won,2026-12-01,100\n", object="Opportunity", operation="insert"
    )

    assert org.connection.execute(
        'SELECT IsWon, Probability, ExpectedRevenue, FiscalYear FROM "Opportunity"'
    ).fetchall() == [(1, 100.0, 100.0, 2026)]
    assert org.connection.execute('SELECT count(*) FROM "OpportunityHistory"').fetchone() == (1,)


async def test_rows_are_assigned_by_the_rule_that_the_job_names(desk: Desk, org: Org) -> None:
    found = org.connection.execute("""SELECT Id FROM "AssignmentRule" WHERE SobjectType = 'Case'""").fetchone()
    order = {"object": "Case", "operation": "insert"}
    content = "Subject,Priority,Origin\nFirst,High,Email\n"
    await desk.run(content, **order)
    await desk.run(content, **order, assignmentRuleId=found[0])
    unknown = await desk.call("POST", "jobs/ingest", json={**order, "assignmentRuleId": "01Q000000000000AAA"})

    (unruled,), (ruled,) = org.connection.execute('SELECT OwnerId FROM "Case" ORDER BY Id').fetchall()
    assert (unruled[:3], ruled[:3]) == ("005", "00G")
    assert (unknown.status_code, unknown.json()[0]["errorCode"]) == (400, "INVALIDJOB")
