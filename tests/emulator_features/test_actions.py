"""Quick actions and invocable actions."""

from typing import Any

import httpx
import pytest
from emulator_features.asking import create, error, first_id, rows

from salesforce_emulator import outbox
from salesforce_emulator.org import Org

DESCRIBED = {"inputs", "label", "name", "outputs", "standard", "targetEntityName", "type"}


async def act(client: httpx.AsyncClient, name: str, *inputs: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await client.post(f"/actions/standard/{name}", json={"inputs": list(inputs)})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()
    assert all(sorted(one) == ["actionName", "errors", "isSuccess", "outputValues"] for one in results)
    return results


async def test_a_call_is_logged_where_it_belongs(admin: httpx.AsyncClient) -> None:
    listed = {one["name"]: one for one in (await admin.get("/quickActions")).json()}
    assert sorted(listed["LogACall"]) == ["label", "name", "type", "urls"]
    described = (await admin.get("/quickActions/LogACall/describe")).json()
    assert (described["targetSobjectType"], described["type"]) == ("Task", "LogACall")
    plain = (await admin.get("/quickActions/LogACall/defaultValues")).json()
    expected = {"attributes": {"type": "Task"}, "Description": None, "Subject": "Call", "WhatId": None, "WhoId": None}
    assert plain == expected
    account = await create(admin, "Account", Name="Called")
    assert (await admin.get(f"/quickActions/LogACall/defaultValues/{account}")).json() == {**plain, "WhatId": account}
    body = {"contextId": account, "record": {"Description": "They are happy"}}
    done = await admin.post("/quickActions/LogACall", json=body)
    assert done.status_code == 201
    result = done.json()
    assert {**result, "id": ""} == {
        "contextId": account,
        "created": True,
        "errors": [],
        "feedItemIds": [],
        "id": "",
        "success": True,
        "successMessage": None,
    }
    (task,) = await rows(
        admin,
        f"SELECT Subject, Status, TaskSubtype, WhatId, Description FROM Task WHERE Id = '{result['id']}'",  # noqa: S608
    )
    assert {name: task[name] for name in ("Subject", "Status", "TaskSubtype", "WhatId")} == {
        "Subject": "Call",
        "Status": "Completed",
        "TaskSubtype": "Call",
        "WhatId": account,
    }


async def test_an_object_has_actions_of_its_own(admin: httpx.AsyncClient, reader: httpx.AsyncClient) -> None:
    names = {one["name"] for one in (await admin.get("/sobjects/Account/quickActions")).json()}
    assert {"LogACall", "Account.NewContact"} <= names
    account = await create(admin, "Account", Name="Firm")
    body = {"contextId": account, "record": {"LastName": "New"}}
    done = (await admin.post("/sobjects/Account/quickActions/NewContact", json=body)).json()
    (contact,) = await rows(admin, f"SELECT AccountId FROM Contact WHERE Id = '{done['id']}'")  # noqa: S608
    assert contact["AccountId"] == account
    case = await create(admin, "Case", Subject="x")
    closed = (await admin.post("/quickActions/Case.CloseCase", json={"contextId": case})).json()
    assert (closed["created"], closed["id"]) == (False, case)
    assert (await rows(admin, f"SELECT IsClosed FROM Case WHERE Id = '{case}'"))[0]["IsClosed"]  # noqa: S608
    assert (await reader.get("/quickActions")).json() == []
    assert error(await admin.get("/quickActions/Dance/describe")) == (404, "NOT_FOUND")
    assert error(await admin.post("/quickActions/LogACall", json={"contextId": "x"})) == (400, "MALFORMED_ID")


async def test_every_quick_action_is_described_with_its_defaults(admin: httpx.AsyncClient) -> None:
    for name in ("Account", "Case", "Contact"):
        for one in (await admin.get(f"/sobjects/{name}/quickActions")).json():
            for url in ("quickAction", "describe", "defaultValues"):
                assert (await admin.get(one["urls"][url].partition("v68.0")[2])).status_code == 200


async def test_actions_are_listed_and_described(admin: httpx.AsyncClient) -> None:
    assert set((await admin.get("/actions")).json()) == {"standard", "custom"}
    listed = (await admin.get("/actions/standard")).json()["actions"]
    assert {"chatterPost", "emailSimple", "submit", "publishKnowledgeArticles"} <= {one["name"] for one in listed}
    flows = (await admin.get("/actions/custom/flow")).json()["actions"]
    for one in [*listed, *flows]:
        described = (await admin.get(one["url"].partition("v68.0")[2])).json()
        assert set(described) == DESCRIBED
        for parameter in [*described["inputs"], *described["outputs"]]:
            assert {"byteLength", "maxOccurs", "name", "required", "type"} <= set(parameter)


async def test_a_post_goes_to_the_feed_of_its_record(admin: httpx.AsyncClient) -> None:
    account = await create(admin, "Account", Name="Posted")
    (result,) = await act(admin, "chatterPost", {"subjectNameOrId": account, "text": "Hello"})
    feed = (await admin.get(f"/chatter/feeds/record/{account}/feed-elements")).json()["elements"]
    assert [(one["id"], one["body"]["text"]) for one in feed] == [(result["outputValues"]["feedItemId"], "Hello")]


async def test_mail_is_kept_in_the_outbox(admin: httpx.AsyncClient, org: Org) -> None:
    contact = await create(admin, "Contact", LastName="Doe", Email="doe@example.com")
    mail = {"emailSubject": "Offer", "emailBody": "See below", "emailAddresses": "a@example.com, b@example.com"}
    await act(
        admin, "emailSimple", mail, {**mail, "emailAddresses": None, "recipientId": contact, "logEmailOnSend": True}
    )
    sent = outbox.messages(org)
    assert [one["toAddresses"] for one in sent] == [["a@example.com", "b@example.com"], ["doe@example.com"]]
    assert sent[0]["plainTextBody"] == "See below"
    logged = await rows(admin, f"SELECT Subject FROM Task WHERE WhoId = '{contact}'")  # noqa: S608
    assert [one["Subject"] for one in logged] == ["Email: Offer"]


async def test_one_bad_input_fails_alone(admin: httpx.AsyncClient, org: Org) -> None:
    good = {"emailSubject": "S", "emailBody": "B", "emailAddresses": "a@example.com"}
    answer = await admin.post("/actions/standard/emailSimple", json={"inputs": [good, {**good, "emailAddresses": "x"}]})
    assert answer.status_code == 400
    assert [one["isSuccess"] for one in answer.json()] == [True, False]
    assert answer.json()[1]["errors"][0]["statusCode"] == "INVALID_EMAIL_ADDRESS"
    assert answer.json()[1]["outputValues"] is None
    assert len(outbox.messages(org)) == 1


async def test_a_record_is_submitted_and_a_lead_assigned(admin: httpx.AsyncClient) -> None:
    account = await create(admin, "Account", Name="A")
    (submitted,) = await act(admin, "submit", {"objectId": account, "comment": "please"})
    assert submitted["outputValues"]["instanceStatus"] == "Pending"
    assert sorted(submitted["outputValues"]) == [
        "actorIds",
        "entityId",
        "instanceId",
        "instanceStatus",
        "newWorkItemIds",
    ]
    me = await first_id(admin, "SELECT Id FROM User WHERE Username = 'admin@demo.example'")
    lead = await create(admin, "Lead", LastName="L", Company="C", LeadSource="Web", OwnerId=me)
    await act(admin, "invocableApplyLeadAssignmentRules", {"leadId": lead})
    assert (await rows(admin, f"SELECT Owner.Name FROM Lead WHERE Id = '{lead}'"))[0]["Owner"]["Name"] == "New Leads"  # noqa: S608


async def test_articles_are_published_by_actions(admin: httpx.AsyncClient) -> None:
    draft = await create(admin, "Knowledge__kav", Title="T", UrlName="t-t")
    await act(admin, "publishKnowledgeArticles", {"articleVersionIdList": [draft], "pubAction": "PUBLISH_ARTICLE"})
    (row,) = await rows(admin, f"SELECT PublishStatus, KnowledgeArticleId FROM Knowledge__kav WHERE Id = '{draft}'")  # noqa: S608
    assert row["PublishStatus"] == "Online"
    asked = {"action": "EDIT_AS_DRAFT_ARTICLE", "unpublish": False, "articleId": row["KnowledgeArticleId"]}
    (edited,) = await act(admin, "createDraftFromOnlineKnowledgeArticle", asked)
    assert edited["outputValues"]["draftId"][:3] == "ka0"


async def test_registered_flows_and_apex_run(admin: httpx.AsyncClient) -> None:
    case = await create(admin, "Case", Subject="x")
    body = {"inputs": [{"caseId": case, "reason": "Angry"}]}
    answer = await admin.post("/actions/custom/flow/Escalate_Case", json=body)
    assert answer.json()[0]["isSuccess"], answer.text
    (row,) = await rows(admin, f"SELECT IsEscalated, Owner.Name FROM Case WHERE Id = '{case}'")  # noqa: S608
    assert (row["IsEscalated"], row["Owner"]["Name"]) == (True, "Escalations")
    account = await create(admin, "Account", Name="A")
    health = await admin.post("/actions/custom/apex/AccountHealth", json={"inputs": [{"accountId": account}]})
    assert health.json()[0]["outputValues"] == {"openCases": 0, "score": 100}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("standard/convertLead", (404, "NOT_FOUND")),
        ("custom/flow/Nope", (404, "NOT_FOUND")),
        ("custom/nope", (404, "NOT_FOUND")),
        ("standard/createServiceDocument", (501, "NOT_EMULATED")),
        ("custom/emailAlert", (501, "NOT_EMULATED")),
    ],
)
async def test_what_is_no_action_is_said(admin: httpx.AsyncClient, path: str, expected: tuple[int, str]) -> None:
    assert error(await admin.get(f"/actions/{path}")) == expected


@pytest.mark.parametrize("body", [{}, {"inputs": []}, {"inputs": ["x"]}])
async def test_inputs_must_be_a_list_of_objects(admin: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert error(await admin.post("/actions/standard/submit", json=body)) == (400, "JSON_PARSER_ERROR")
