"""Every way to a case leads who may not see it to nothing."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from emulator_features.asking import create, first_id, rows

from salesforce_emulator.org import Org

Way = Callable[[httpx.AsyncClient, str], Awaitable[httpx.Response]]
MARK = "Zyzzyva"
SPAN = {"start": "2026-11-18T00:00:00Z", "end": "2026-11-19T00:00:00Z"}


async def searched(client: httpx.AsyncClient, _case: str) -> httpx.Response:
    return await client.get("/search", params={"q": f"FIND {{{MARK}}} RETURNING Case(Id, Subject)"})


async def of_everything(client: httpx.AsyncClient, _case: str) -> httpx.Response:
    return await client.get("/search", params={"q": f"FIND {{{MARK}}}"})


async def by_parameters(client: httpx.AsyncClient, _case: str) -> httpx.Response:
    return await client.get("/parameterizedSearch", params={"q": MARK, "sobject": "Case", "Case.fields": "Subject"})


async def suggested(client: httpx.AsyncClient, _case: str) -> httpx.Response:
    return await client.get(
        "/search/suggestions",
        params={"q": "000", "sobject": "Case", "fields": "Subject", "where": f"Subject = '{MARK}'"},
    )


async def read(client: httpx.AsyncClient, case: str) -> httpx.Response:
    return await client.get(f"/sobjects/Case/{case}", params={"fields": "Subject"})


async def read_in_the_app(client: httpx.AsyncClient, case: str) -> httpx.Response:
    return await client.get(f"/ui-api/records/{case}", params={"fields": "Case.Subject"})


async def collected(client: httpx.AsyncClient, case: str) -> httpx.Response:
    return await client.get("/composite/sobjects/Case", params={"ids": case, "fields": "Subject"})


async def changed(client: httpx.AsyncClient, case: str) -> httpx.Response:
    found = await client.get("/sobjects/Case/updated/", params=SPAN)
    return httpx.Response(200, text=MARK if case in found.text else "")


async def deleted(client: httpx.AsyncClient, case: str) -> httpx.Response:
    await client.delete(f"/sobjects/Case/{case}")  # only the administrator succeeds
    found = await client.get("/sobjects/Case/deleted/", params=SPAN)
    return httpx.Response(200, text=MARK if case in found.text else "")


async def related(client: httpx.AsyncClient, _case: str) -> httpx.Response:
    contact = await first_id(client, f"SELECT Id FROM Contact WHERE LastName = '{MARK} Contact'")  # noqa: S608
    return await client.get(f"/sobjects/Contact/{contact}/Cases", params={"fields": "Subject"})


async def nested(client: httpx.AsyncClient, _case: str) -> httpx.Response:
    soql = f"SELECT (SELECT Subject FROM Cases) FROM Contact WHERE LastName = '{MARK} Contact'"  # noqa: S608
    return await client.get("/query", params={"q": soql})


async def grouped(client: httpx.AsyncClient, _case: str) -> httpx.Response:
    return await client.get("/query", params={"q": "SELECT Subject, COUNT(Id) FROM Case GROUP BY Subject"})


async def of_all_rows(client: httpx.AsyncClient, _case: str) -> httpx.Response:
    return await client.get("/queryAll", params={"q": "SELECT Subject FROM Case"})


async def from_a_task(client: httpx.AsyncClient, case: str) -> httpx.Response:
    soql = f"SELECT TYPEOF What WHEN Case THEN Subject END FROM Task WHERE WhatId = '{case}'"  # noqa: S608
    return await client.get("/query", params={"q": soql})


async def joined(client: httpx.AsyncClient, case: str) -> httpx.Response:
    soql = f"SELECT Parent.Subject, CommentBody FROM CaseComment WHERE ParentId = '{case}'"  # noqa: S608
    return await client.get("/query", params={"q": soql})


async def listed(client: httpx.AsyncClient, _case: str) -> httpx.Response:
    view = await first_id(client, "SELECT Id FROM ListView WHERE SobjectType = 'Case' AND DeveloperName = 'AllCases'")
    return await client.get(f"/sobjects/Case/listviews/{view}/results", params={"limit": 2000})


async def reported(client: httpx.AsyncClient, _case: str) -> httpx.Response:
    report = await first_id(client, "SELECT Id FROM Report WHERE Name = 'Cases Created This Week'")
    return await client.get(f"/analytics/reports/{report}", params={"includeDetails": "true"})


async def in_its_feed(client: httpx.AsyncClient, case: str) -> httpx.Response:
    return await client.get(f"/chatter/feeds/record/{case}/feed-elements")


async def in_the_news(client: httpx.AsyncClient, _case: str) -> httpx.Response:
    return await client.get("/chatter/feeds/news/me/feed-elements")


WAYS: list[Way] = [
    searched,
    of_everything,
    by_parameters,
    suggested,
    read,
    read_in_the_app,
    collected,
    changed,
    deleted,
    related,
    nested,
    grouped,
    of_all_rows,
    from_a_task,
    joined,
    listed,
    reported,
    in_its_feed,
    in_the_news,
]


@pytest.fixture
async def hidden(admin: httpx.AsyncClient) -> str:
    """A case that is nobody's but Nora's, with a comment, a task and a post."""
    nora = await first_id(admin, "SELECT Id FROM User WHERE Username = 'nora.patel@demo.example'")
    contact = await create(admin, "Contact", LastName=f"{MARK} Contact")
    case = await create(admin, "Case", Subject=MARK, OwnerId=nora, ContactId=contact)
    await create(admin, "CaseComment", ParentId=case, CommentBody=MARK)
    await create(admin, "Task", Subject="Call", WhatId=case)
    await create(admin, "FeedItem", ParentId=case, Body=MARK)
    return case


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_a_case_shows_to_who_may_see_it_and_to_nobody_else(
    admin: httpx.AsyncClient, support: httpx.AsyncClient, hidden: str, way: Way
) -> None:
    assert await finds(way, support, hidden) is False
    assert await finds(way, admin, hidden) is True


async def finds(way: Way, client: httpx.AsyncClient, case: str) -> bool:
    answer = await way(client, case)
    assert answer.status_code in {200, 404}, answer.text
    shown = answer.text.replace(f"{MARK} Contact", "")
    return MARK in shown or (way is of_everything and case in shown)


async def test_the_most_recent_items_leave_out_a_case_that_went_out_of_sight(
    admin: httpx.AsyncClient, support: httpx.AsyncClient
) -> None:
    case = await create(support, "Case", Subject=MARK)
    assert case in (await support.get("/recent")).text
    nora = await first_id(admin, "SELECT Id FROM User WHERE Username = 'nora.patel@demo.example'")
    await admin.patch(f"/sobjects/Case/{case}", json={"OwnerId": nora})
    assert case not in (await support.get("/recent")).text


async def test_the_org_says_that_cases_are_private(admin: httpx.AsyncClient) -> None:
    model = "SELECT InternalSharingModel FROM EntityDefinition WHERE QualifiedApiName = 'Case'"
    assert (await rows(admin, model))[0]["InternalSharingModel"] == "Private"
    assert (await rows(admin, "SELECT DefaultCaseAccess FROM Organization"))[0]["DefaultCaseAccess"] == "None"


async def test_an_external_id_finds_no_hidden_case(support: httpx.AsyncClient, org: Org, hidden: str) -> None:
    number = (org.row("Case", hidden) or {})["CaseNumber"]
    assert (await support.get(f"/sobjects/Case/CaseNumber/{number}")).status_code == 404
