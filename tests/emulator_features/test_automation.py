"""Assignment and validation rules, history, entitlements, orders: what the platform does by itself."""

import httpx
import pytest
from emulator_features.asking import create, error, first_id, rows
from emulator_http.world import Clock

from salesforce_emulator.org import Org


async def owner(client: httpx.AsyncClient, name: str, record_id: str) -> str:
    return str((await rows(client, f"SELECT Owner.Name FROM {name} WHERE Id = '{record_id}'"))[0]["Owner"]["Name"])  # noqa: S608


@pytest.mark.parametrize(
    ("values", "header", "expected"),
    [
        ({"Origin": "Email"}, None, "Support"),
        ({"Origin": "Email", "Severity__c": "S1"}, "TRUE", "Escalations"),
        ({"Origin": "Email"}, "FALSE", "Sam Sales"),
        ({"Origin": "Phone"}, "TRUE", "Sam Sales"),
    ],
)
async def test_new_cases_go_to_their_queue(
    sales: httpx.AsyncClient, admin: httpx.AsyncClient, values: dict[str, str], header: str | None, expected: str
) -> None:
    headers = {"Sforce-Auto-Assign": header} if header else {}
    answer = await sales.post("/sobjects/Case", json={"Subject": "x", **values}, headers=headers)
    assert await owner(admin, "Case", answer.json()["id"]) == expected


async def test_each_subrequest_says_for_itself_whether_rules_assign(admin: httpx.AsyncClient) -> None:
    said: dict[str, dict[str, str]] = {"off": {"Sforce-Auto-Assign": "FALSE"}, "on": {}}
    case = {"Subject": "x", "Origin": "Email"}
    url = "/services/data/v68.0/sobjects/Case"
    requests = [
        {"method": "POST", "url": url, "referenceId": one, "body": case, "httpHeaders": headers}
        for one, headers in said.items()
    ]
    answer = await admin.post("/composite", json={"compositeRequest": requests})
    off, on = (one["body"]["id"] for one in answer.json()["compositeResponse"])
    assert await owner(admin, "Case", off) == "Ada Admin"
    assert await owner(admin, "Case", on) == "Support"


async def test_a_rule_can_be_named_and_a_chosen_owner_stays(admin: httpx.AsyncClient) -> None:
    me = await first_id(admin, "SELECT Id FROM User WHERE Username = 'admin@demo.example'")
    lead = await create(admin, "Lead", LastName="Doe", Company="C", LeadSource="Web", OwnerId=me)
    assert await owner(admin, "Lead", lead) == "Ada Admin"
    rule = await first_id(admin, "SELECT Id FROM AssignmentRule WHERE SobjectType = 'Lead'")
    changed = await admin.patch(f"/sobjects/Lead/{lead}", json={"Rating": "Hot"}, headers={"Sforce-Auto-Assign": rule})
    assert changed.status_code == 204
    assert await owner(admin, "Lead", lead) == "New Leads"


async def test_a_validation_rule_refuses_with_its_message(admin: httpx.AsyncClient, org: Org) -> None:
    case = await create(admin, "Case", Subject="x")
    refused = await admin.patch(f"/sobjects/Case/{case}", json={"Satisfaction__c": 9})
    assert error(refused) == (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION")
    assert refused.json()[0] | {"errorCode": ""} == {
        "message": "Satisfaction goes from 1 to 5.",
        "errorCode": "",
        "fields": ["Satisfaction__c"],
    }
    lost = {"Name": "Lost", "StageName": "Closed Lost", "CloseDate": "2026-11-30"}
    await create(admin, "Opportunity", **lost)
    org.connection.execute("UPDATE \"ValidationRule\" SET Active = 1 WHERE ValidationName = 'Loss_Reason_Required'")
    again = await admin.post("/sobjects/Opportunity", json=lost)
    assert error(again) == (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION")


async def test_tracked_fields_leave_history(admin: httpx.AsyncClient) -> None:
    case = await create(admin, "Case", Subject="x", Priority="Low")
    queue = await first_id(admin, "SELECT Id FROM Group WHERE Name = 'Escalations'")
    await admin.patch(f"/sobjects/Case/{case}", json={"Priority": "High", "OwnerId": queue, "Subject": "y"})
    history = await rows(
        admin,
        f"SELECT Field, OldValue, NewValue FROM CaseHistory WHERE CaseId = '{case}' ORDER BY CreatedDate, Id",  # noqa: S608
    )
    told = [(one["Field"], one["OldValue"], one["NewValue"]) for one in history]
    assert told[:2] == [("created", None, None), ("Priority", "Low", "High")]
    assert ("Owner", "Ada Admin", "Escalations") in told
    assert len(told) == 4
    deal = await create(admin, "Opportunity", Name="D", StageName="Prospecting", CloseDate="2026-12-01", Amount=5)
    await admin.patch(f"/sobjects/Opportunity/{deal}", json={"Amount": 7})
    nested = await rows(
        admin,
        f"SELECT (SELECT Field, NewValue FROM Histories WHERE Field = 'Amount') FROM Opportunity WHERE Id = '{deal}'",  # noqa: S608
    )
    assert [one["NewValue"] for one in nested[0]["Histories"]["records"]] == [7.0]


async def test_milestones_count_down_and_are_violated(admin: httpx.AsyncClient, clock: Clock) -> None:
    account = await create(admin, "Account", Name="Covered")
    process = await first_id(admin, "SELECT Id FROM SlaProcess")
    entitlement = await create(
        admin,
        "Entitlement",
        Name="Gold",
        AccountId=account,
        SlaProcessId=process,
        StartDate="2026-01-01",
        EndDate="2026-12-31",
    )
    case = await create(admin, "Case", Subject="x", Priority="High", AccountId=account, EntitlementId=entitlement)
    soql = (
        "SELECT Id, MilestoneType.Name, IsViolated, IsCompleted, TimeRemainingInMins, TimeSinceTargetInMins,"  # noqa: S608
        f" ElapsedTimeInMins FROM CaseMilestone WHERE CaseId = '{case}' ORDER BY TargetDate"
    )
    first, second = await rows(admin, soql)
    assert (first["MilestoneType"]["Name"], second["MilestoneType"]["Name"]) == ("First Response", "Resolution Time")
    assert (first["IsViolated"], first["TimeRemainingInMins"]) == (False, "60:00")
    clock.advance(minutes=20)
    done = {"CompletionDate": clock().isoformat()}
    assert (await admin.patch(f"/sobjects/CaseMilestone/{first['Id']}", json=done)).status_code == 204
    clock.advance(minutes=90)
    first, second = await rows(admin, soql)
    assert (first["IsCompleted"], first["IsViolated"], first["ElapsedTimeInMins"]) == (True, False, 20)
    assert second["TimeRemainingInMins"] == "370:00"
    clock.advance(minutes=100)
    status = f"SELECT MilestoneStatus FROM Case WHERE Id = '{case}'"  # noqa: S608
    assert (await rows(admin, status))[0]["MilestoneStatus"] == "Compliant"
    await admin.patch(f"/sobjects/CaseMilestone/{first['Id']}", json={"CompletionDate": None})
    read = (await admin.get(f"/sobjects/CaseMilestone/{first['Id']}")).json()
    assert (read["IsViolated"], read["TimeSinceTargetInMins"]) == (True, "150:00")
    assert (await rows(admin, status))[0]["MilestoneStatus"] == "Open Violation"


async def test_an_agent_completes_the_milestones_of_a_case_that_is_theirs_to_edit(
    admin: httpx.AsyncClient, support: httpx.AsyncClient, clock: Clock
) -> None:
    entitlement = (await rows(admin, "SELECT Id, AccountId FROM Entitlement WHERE Status = 'Active' LIMIT 1"))[0]
    about = {"Subject": "x", "AccountId": entitlement["AccountId"], "EntitlementId": entitlement["Id"]}
    mine, theirs = await create(support, "Case", **about), await create(admin, "Case", **about)
    soql = "SELECT Id FROM CaseMilestone WHERE CaseId = '{}' AND MilestoneType.Name = 'First Response'"
    done = {"CompletionDate": clock().isoformat()}
    statuses = [
        (
            await support.patch(f"/sobjects/CaseMilestone/{await first_id(admin, soql.format(case))}", json=done)
        ).status_code
        for case in (mine, theirs)
    ]
    assert statuses == [204, 404]


async def test_an_entitlement_runs_out(admin: httpx.AsyncClient) -> None:
    found = await rows(admin, "SELECT Status, COUNT(Id) c FROM Entitlement GROUP BY Status")
    assert {one["Status"]: one["c"] for one in found} == {"Active": 11, "Expired": 1}


async def test_an_order_is_the_sum_of_its_lines(admin: httpx.AsyncClient) -> None:
    account = await create(admin, "Account", Name="Buyer")
    order = await create(admin, "Order", AccountId=account, EffectiveDate="2026-11-20", Status="Draft")
    lines = [await create(admin, "OrderItem", OrderId=order, Quantity=quantity, UnitPrice=10.5) for quantity in (2, 3)]
    total = f"SELECT TotalAmount FROM Order WHERE Id = '{order}'"  # noqa: S608
    assert (await rows(admin, total))[0]["TotalAmount"] == 52.5
    await admin.delete(f"/sobjects/OrderItem/{lines[0]}")
    assert (await rows(admin, total))[0]["TotalAmount"] == 31.5


async def test_an_attachment_knows_its_length(admin: httpx.AsyncClient) -> None:
    account = await create(admin, "Account", Name="A")
    attached = await create(admin, "Attachment", ParentId=account, Name="a.txt", Body="aGVsbG8=")
    read = (await admin.get(f"/sobjects/Attachment/{attached}")).json()
    assert read["BodyLength"] == 5
    assert (await admin.get(f"/sobjects/Attachment/{attached}/Body")).content == b"hello"


async def test_a_graph_is_saved_whole_or_not_at_all(admin: httpx.AsyncClient) -> None:
    def graph(name: str, last_name: str | None) -> dict[str, object]:
        base = "/services/data/v68.0/sobjects"
        contact = {"LastName": last_name, "AccountId": "@{a.id}"}
        return {
            "graphId": name,
            "compositeRequest": [
                {"method": "POST", "url": f"{base}/Account", "referenceId": "a", "body": {"Name": f"Graph {name}"}},
                {"method": "POST", "url": f"{base}/Contact", "referenceId": "c", "body": contact},
            ],
        }

    answer = await admin.post("/composite/graph", json={"graphs": [graph("good", "Doe"), graph("bad", None)]})
    assert answer.status_code == 200
    good, bad = answer.json()["graphs"]
    assert (good["graphId"], good["isSuccessful"]) == ("good", True)
    assert [one["httpStatusCode"] for one in good["graphResponse"]["compositeResponse"]] == [201, 201]
    assert (bad["isSuccessful"], bad["graphResponse"]["compositeResponse"][0]["httpStatusCode"]) == (False, 400)
    assert [one["Name"] for one in await rows(admin, "SELECT Name FROM Account WHERE Name LIKE 'Graph %'")] == [
        "Graph good"
    ]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"graphs": []},
        {"graphs": [{"graphId": "a"}]},
        {
            "graphs": [
                {
                    "graphId": "a",
                    "compositeRequest": [{"method": "GET", "url": "/services/data/v68.0/limits", "referenceId": "x"}],
                }
            ]
        },
    ],
)
async def test_a_graph_of_anything_else_is_refused(admin: httpx.AsyncClient, body: dict[str, object]) -> None:
    assert (await admin.post("/composite/graph", json=body)).status_code == 400


async def test_the_schema_can_be_queried_and_hides_what_is_hidden(
    admin: httpx.AsyncClient, support: httpx.AsyncClient
) -> None:
    soql = (
        "SELECT QualifiedApiName, Label, DataType FROM FieldDefinition"
        " WHERE EntityDefinition.QualifiedApiName = 'Account'"
    )
    fields = {one["QualifiedApiName"]: one["DataType"] for one in await rows(admin, soql)}
    assert (fields["OwnerId"], fields["ERP_Id__c"], fields["Phone"]) == ("Lookup(User)", "Text(40)", "Phone")
    assert "Internal_Margin__c" in fields
    assert "Internal_Margin__c" not in {one["QualifiedApiName"] for one in await rows(support, soql)}
    entities = "SELECT QualifiedApiName, KeyPrefix FROM EntityDefinition WHERE QualifiedApiName = 'Opportunity'"
    assert (await rows(admin, entities))[0]["KeyPrefix"] == "006"
    assert await rows(support, entities) == []
