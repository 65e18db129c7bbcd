"""What the client writes on the wire and what it makes of odd answers."""

import json
import pickle
from urllib.parse import parse_qs, urlsplit

import pytest

from salesforce_mcp.errors import (
    Conflict,
    Failure,
    InvalidInput,
    InvalidQuery,
    Misconfigured,
    NotFound,
    SignInRequired,
    Unavailable,
)
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.session import Secret, Session

ID = "001000000000001AAA"
EXPIRED = {"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}


class Renewing:
    """A grant whose sessions are numbered."""

    def __init__(self, url, *, dead=False):
        self.current = Session(url, Secret("first"), "005000000000001AAA", "00D000000000001AAA", generation=1)
        self.dead = dead
        self.renewals = 0

    async def session(self):
        return self.current

    async def renew(self, stale):
        self.renewals += 1
        if self.dead:
            raise SignInRequired("The grant is dead")
        assert stale == self.current
        self.current = Session(stale.instance_url, Secret("second"), stale.user_id, stale.organization_id, generation=2)
        return self.current


async def test_an_expired_session_is_renewed_once_and_the_request_succeeds(wire, connect):
    wire.will_answer(401, [EXPIRED])
    wire.will_answer(201, {"id": ID, "success": True})
    grant = Renewing(wire.url)
    assert await connect(wire.url, credential=grant).create("Account", {"Name": "Acme"}) == ID
    assert [seen.headers["authorization"] for seen in wire.seen] == ["Bearer first", "Bearer second"]
    assert [seen.json for seen in wire.seen] == [{"Name": "Acme"}] * 2
    assert grant.renewals == 1


async def test_a_renewed_session_that_is_refused_too_needs_a_sign_in(wire, connect):
    wire.will_answer(401, [EXPIRED], times=5)
    grant = Renewing(wire.url)
    with pytest.raises(SignInRequired):
        await connect(wire.url, credential=grant).limits()
    assert (len(wire.seen), grant.renewals) == (3, 2)


async def test_a_session_that_another_worker_has_kept_and_that_has_died_too_is_renewed(wire, connect):
    wire.will_answer(401, [EXPIRED], times=2)
    wire.will_answer(200, {})
    grant = Renewing(wire.url)
    await connect(wire.url, credential=grant).limits()
    assert (len(wire.seen), grant.renewals) == (3, 2)


async def test_a_dead_grant_needs_a_sign_in_and_nothing_is_sent_again(wire, connect):
    wire.will_answer(401, [EXPIRED])
    with pytest.raises(SignInRequired):
        await connect(wire.url, credential=Renewing(wire.url, dead=True)).limits()
    assert len(wire.seen) == 1


async def test_another_401_is_no_reason_to_renew(wire, connect):
    wire.will_refuse(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")
    grant = Renewing(wire.url)
    with pytest.raises(SignInRequired):
        await connect(wire.url, credential=grant).limits()
    assert grant.renewals == 0


async def test_userinfo_says_in_plain_text_that_a_session_has_died(wire, connect):
    wire.will_answer(403, "Bad_OAuth_Token")
    wire.will_answer(200, {"user_id": "005", "organization_id": "00D"})
    grant = Renewing(wire.url)
    assert (await connect(wire.url, credential=grant).user_info())["user_id"] == "005"
    assert grant.renewals == 1
    assert wire.seen[0].target == "/services/oauth2/userinfo"


async def test_the_org_moves_and_the_renewed_session_is_sent_to_its_new_home(wire, elsewhere, connect):
    class Moving(Renewing):
        async def renew(self, stale):
            assert stale.instance_url == wire.url
            self.current = Session(elsewhere.url, Secret("second"))
            return self.current

    wire.will_answer(401, [EXPIRED])
    elsewhere.will_answer(200, {})
    await connect(wire.url, credential=Moving(wire.url)).limits()
    assert elsewhere.seen[0].headers["host"] == elsewhere.url.removeprefix("http://")
    assert [seen.headers["authorization"] for seen in wire.seen] == ["Bearer first"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_error_and_the_token_is_never_sent_along(wire, elsewhere, connect, status):
    wire.will_answer(status, times=3, Location=f"{elsewhere.url}/steal")
    with pytest.raises(Unavailable) as caught:
        await connect(wire.url).limits()
    assert caught.value.code == "REDIRECTED"
    assert elsewhere.seen == []


async def test_cookies_of_one_answer_are_not_sent_with_the_next(wire, connect):
    wire.will_answer(200, {}, Set_Cookie="sid=of-somebody-else")
    wire.will_answer(200, {})
    await connect(wire.url).limits()
    await connect(wire.url).limits()
    assert "cookie" not in wire.seen[1].headers


async def test_segments_are_escaped_and_nothing_of_them_becomes_path_or_query(wire, connect):
    wire.will_answer(200, {"id": ID, "created": False})
    await connect(wire.url).upsert("Account", "Ext__c", "a/b?c=d#e.f/../g h", {"Name": "Acme"})
    assert wire.seen[0].target == "/services/data/v68.0/sobjects/Account/Ext__c/a%2Fb%3Fc%3Dd%23e.f%2F..%2Fg%20h"


@pytest.mark.parametrize("value", ["", ".", ".."])
async def test_an_external_id_of_dots_alone_is_refused_before_it_is_sent(wire, connect, value):
    with pytest.raises(InvalidInput):
        await connect(wire.url).upsert("Account", "Ext__c", value, {"Name": "Acme"})
    assert wire.seen == []


async def test_the_key_of_an_upsert_stands_in_the_address_alone(wire, connect):
    wire.will_answer(201, {"id": ID, "created": True})
    assert await connect(wire.url).upsert("Account", "Ext__c", "A1", {"ext__c": "A1", "Name": "Acme"}) == (ID, True)
    assert wire.seen[0].json == {"Name": "Acme"}
    with pytest.raises(InvalidInput):
        await connect(wire.url).upsert("Account", "Ext__c", "A1", {"Ext__c": "A2"})


async def test_an_upsert_of_old_versions_answers_nothing_and_the_id_is_looked_up(wire, connect):
    wire.will_answer(204)
    wire.will_answer(200, {"attributes": {"type": "Account"}, "Id": ID})
    assert await connect(wire.url, api_version="45.0").upsert("Account", "Ext__c", "A1", {"Name": "x"}) == (ID, False)


async def test_several_matches_of_an_external_id_are_a_conflict_with_its_candidates(wire, connect):
    other = "001000000000002AAA"
    wire.will_answer(300, [f"/services/data/v68.0/sobjects/Account/{found}" for found in (ID, other)])
    with pytest.raises(Conflict) as caught:
        await connect(wire.url).upsert("Account", "Ext__c", "A1", {"Name": "Acme"})
    assert caught.value.details["candidates"] == [ID, other]


@pytest.mark.parametrize("value", ["\ud800", float("nan")])
async def test_what_is_no_json_is_refused_before_it_is_sent(wire, connect, value):
    with pytest.raises(InvalidInput):
        await connect(wire.url).create("Account", {"Name": value})
    assert wire.seen == []


async def test_a_key_too_long_for_an_address_is_refused_before_it_is_sent(wire, connect):
    with pytest.raises(InvalidInput, match="too long"):
        await connect(wire.url).upsert("Account", "Key__c", "x" * 200_000, {"Name": "Acme"})
    assert wire.seen == []


async def test_a_query_too_long_for_an_address_travels_in_a_composite_request(wire, connect):
    rows = {"totalSize": 1, "done": True, "records": [{"attributes": {"type": "Account"}, "Id": ID}]}
    wire.will_answer(200, {"compositeResponse": [{"body": rows, "httpStatusCode": 200, "referenceId": "read"}]})
    soql = f"SELECT Id FROM Account WHERE Name = '{'é' * 6_000}'"  # noqa: S608
    page = await connect(wire.url).query(soql, page_size=500)
    (sent,) = wire.seen
    (inner,) = sent.json["compositeRequest"]
    assert (sent.method, sent.target) == ("POST", "/services/data/v68.0/composite")
    assert urlsplit(inner["url"]).path == "/services/data/v68.0/query"
    assert parse_qs(urlsplit(inner["url"]).query)["q"] == [soql]
    assert inner["httpHeaders"] == {"Sforce-Query-Options": "batchSize=500"}
    assert page.rows == ((ID,),)


async def test_a_long_query_that_is_refused_is_refused_as_a_short_one_would_be(wire, connect):
    refusal = [{"errorCode": "MALFORMED_QUERY", "message": "unexpected token"}]
    wire.will_answer(200, {"compositeResponse": [{"body": refusal, "httpStatusCode": 400, "referenceId": "read"}]})
    with pytest.raises(InvalidQuery):
        await connect(wire.url).query(f"SELECT Id FROM Account WHERE Name = '{'x' * 17_000}'")  # noqa: S608


async def test_a_long_list_of_fields_is_read_whole(wire, connect):
    record = {"attributes": {"type": "Account"}, "Id": ID}
    wire.will_answer(200, {"compositeResponse": [{"body": record, "httpStatusCode": 200, "referenceId": "read"}]})
    assert await connect(wire.url).get("Account", ID, [f"Field_{n:03}__c" for n in range(1200)]) == {"Id": ID}


@pytest.mark.parametrize(("asked", "sent"), [(1, 200), (500, 500), (9_999, 2_000)])
async def test_the_page_size_is_a_wish_within_salesforces_bounds(wire, connect, asked, sent):
    wire.will_answer(200, {"totalSize": 0, "done": True, "records": []})
    await connect(wire.url).query("SELECT Id FROM Account", page_size=asked)
    assert wire.seen[0].headers["sforce-query-options"] == f"batchSize={sent}"


async def test_a_version_that_has_retired_is_replaced_by_the_newest_both_sides_know(wire, connect):
    wire.will_answer(410, [{"errorCode": "UNSUPPORTED_API_VERSION", "message": "retired"}])
    wire.will_answer(200, [{"version": v, "label": "", "url": ""} for v in ("31.0", "64.0", "65.0")])
    wire.will_answer(200, {})
    wire.will_answer(200, {})
    client = connect(wire.url, api_version="68.0")
    await client.limits()
    await client.limits()
    assert [seen.target for seen in wire.seen] == [
        "/services/data/v68.0/limits",
        "/services/data",
        "/services/data/v65.0/limits",
        "/services/data/v65.0/limits",
    ]
    assert "authorization" not in wire.seen[1].headers
    assert await client.version() == "65.0"


async def test_a_missing_record_asks_for_the_versions_once_at_most(wire, connect):
    wire.will_refuse(404, "NOT_FOUND", "The requested resource does not exist")
    wire.will_answer(200, [{"version": "68.0"}])
    wire.will_refuse(404, "NOT_FOUND", "The requested resource does not exist", times=3)
    client = connect(wire.url)
    for _ in range(2):
        with pytest.raises(NotFound):
            await client.next_page("01g-2000")
    assert [seen.target for seen in wire.seen].count("/services/data") == 1


async def test_a_list_without_versions_is_no_salesforce(wire, connect):
    wire.will_answer(410)
    wire.will_answer(200, [{"version": "latest"}])
    with pytest.raises(Misconfigured):
        await connect(wire.url).limits()


async def test_a_describe_is_kept_for_five_minutes_and_then_asked_about_by_its_etag(wire, connect, clock):
    wire.will_answer(200, {"name": "Account", "fields": []}, ETag='"baf7f695"')
    wire.will_answer(304)
    client = connect(wire.url)
    first = await client.describe("Account")
    clock.time += 299
    assert await client.describe("account") == first
    assert len(wire.seen) == 1
    clock.time += 1
    assert await client.describe("Account") == first
    assert wire.seen[1].headers["if-none-match"] == '"baf7f695"'
    clock.time += 299
    assert await client.describe("Account") == first
    assert len(wire.seen) == 2


async def test_two_users_of_one_process_never_share_a_describe(wire, connect, http, clock):
    from salesforce_mcp.salesforce.client import Salesforce
    from salesforce_mcp.salesforce.credentials import FixedCredential
    from salesforce_mcp.salesforce.describe_cache import DescribeCache

    cache = DescribeCache(clock)
    sessions = [
        Session(wire.url, Secret("a"), "005000000000001AAA", "00D000000000001AAA"),
        Session(wire.url, Secret("b"), "005000000000002AAA", "00D000000000001AAA"),
        Session(wire.url, Secret("c")),  # bare session ids
        Session(wire.url, Secret("d")),
    ]
    for number, session in enumerate(sessions):
        wire.will_answer(200, {"name": "Account", "fields": [{"name": f"Field{number}"}]})
        client = Salesforce(http, FixedCredential(session), api_version="68.0", describes=cache)
        assert (await client.describe("Account"))["fields"] == [{"name": f"Field{number}"}]
    assert len(wire.seen) == 4


async def test_each_api_version_has_a_describe_of_its_own(wire, connect, http, clock):
    from salesforce_mcp.salesforce.client import Salesforce
    from salesforce_mcp.salesforce.credentials import FixedCredential
    from salesforce_mcp.salesforce.describe_cache import DescribeCache

    cache = DescribeCache(clock)
    session = Session(wire.url, Secret("a"), "005000000000001AAA", "00D000000000001AAA")
    for version in ("67.0", "68.0"):
        wire.will_answer(200, {"name": "Account", "fields": [{"name": f"In{version}"}]})
        client = Salesforce(http, FixedCredential(session), api_version=version, describes=cache)
        assert (await client.describe("Account"))["fields"] == [{"name": f"In{version}"}]
    assert len(wire.seen) == 2


async def test_composite_operations_refer_to_each_other_and_each_answer_is_told(wire, connect):
    halted = [{"errorCode": "PROCESSING_HALTED", "message": "The transaction was rolled back"}]
    answers = [
        {"body": {"id": ID, "success": True}, "httpStatusCode": 201, "referenceId": "acc"},
        {"body": halted, "httpStatusCode": 400, "referenceId": "con"},
    ]
    wire.will_answer(200, {"compositeResponse": answers})
    told = await connect(wire.url).composite(
        [
            Subrequest("POST", ("sobjects", "Account"), "acc", {"Name": "Acme"}),
            Subrequest("GET", ("sobjects", "Account", "@{acc.id}"), "con", params={"fields": "Id"}),
        ],
        all_or_none=True,
    )
    sent = wire.seen[0].json
    assert (sent["allOrNone"], sent["collateSubrequests"]) == (True, False)
    assert [entry["url"] for entry in sent["compositeRequest"]] == [
        "/services/data/v68.0/sobjects/Account",
        "/services/data/v68.0/sobjects/Account/@{acc.id}?fields=Id",
    ]
    assert told[0].failure is None
    assert told[1].failure is not None
    assert told[1].failure.code == "PROCESSING_HALTED"


@pytest.mark.parametrize("count", [0, 26])
async def test_a_request_takes_one_to_twenty_five_operations(wire, connect, count):
    with pytest.raises(InvalidInput):
        await connect(wire.url).batch([Subrequest("GET", ("limits",))] * count)
    assert wire.seen == []


async def test_the_daily_allocation_is_read_from_every_answer(wire, connect):
    wire.will_answer(200, {}, Sforce_Limit_Info="api-usage=25/5000; per-app-api-usage=17/250(appName=sample-app)")
    client = connect(wire.url)
    await client.limits()
    assert client.usage is not None
    assert (client.usage.used, client.usage.limit, client.usage.left) == (25, 5000, 4975)


def test_a_secret_is_never_shown():
    secret = Secret("canary")
    for text in (repr(secret), str(secret), f"{secret}", f"{Session('u', secret)}", json.dumps([str(secret)])):
        assert "canary" not in text
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert secret == Secret("canary")
    assert secret != Secret("other")
    assert secret.reveal() == "canary"


async def test_no_failure_shows_the_token(wire, connect):
    wire.will_answer(401, [EXPIRED])
    wire.will_refuse(500, "UNKNOWN_EXCEPTION")
    wire.will_hang_up(times=3)
    for _ in range(3):
        with pytest.raises(Failure) as caught:
            await connect(wire.url).create("Account", {"Name": "Acme"})
        assert "canary" not in repr(caught.value.as_data()) + repr(caught.value) + repr(caught.value.__cause__)
