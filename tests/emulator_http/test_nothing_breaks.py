"""Whatever a client sends, the answer is an answer or a refusal: 501 is the only 5xx."""

import json
from typing import Any

import httpx
import pytest
from emulator_http.world import ADMIN, BASE_URL, Clock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesforce_emulator.app import RESOURCES, build_app
from salesforce_emulator.org import Org

WORDS = st.sampled_from(
    [
        "Account", "contact", "Id", "Name", "ERP_Id__c", "001000000000000AAA", "001E00000000001", "zzz", "*", "'",
        "%00", "describe", "Contacts", "Owner", "VersionData", "Wide__c", "Support_Tier__mdt", "a%2Fb", "\u00e9", "-1",
    ]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "Name": VALUES, "Id": VALUES, "attributes": VALUES, "OwnerId": VALUES, "Industry": VALUES,
        "BillingAddress": VALUES, "AnnualRevenue": VALUES, "IsDeleted": VALUES, "records": VALUES, "allOrNone": VALUES,
        "ids": VALUES, "fields": VALUES, "q": VALUES, "sobjects": VALUES,
    },
)  # fmt: skip
WRAPPED = RECORDS | st.fixed_dictionaries(
    {
        "allOrNone": VALUES,
        "records": st.lists(
            RECORDS | st.builds(lambda one: {"attributes": {"type": "Account"}, **one}, RECORDS), max_size=3
        ),
        "compositeRequest": st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "method": st.sampled_from(["GET", "POST", "PATCH", "DELETE"]) | VALUES,
                    "url": st.builds(lambda tail: f"/services/data/v68.0/{tail}", st.text(max_size=9)) | VALUES,
                    "referenceId": st.sampled_from(["a", "b"]) | VALUES,
                    "body": RECORDS | VALUES,
                    "httpHeaders": VALUES,
                },
            ),
            max_size=3,
        ),
    }
)
VERBS = st.sampled_from(["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"])
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "If-Match",
            "If-None-Match",
            "If-Modified-Since",
            "If-Unmodified-Since",
            "Sforce-Query-Options",
            "Accept",
            "Sforce-Mru",
        ]
    ),
    st.sampled_from(["", '"x"', "yesterday", "Sun, 22 Nov 2026 10:00:00 GMT", "batchSize=abc", "application/xml"]),
    max_size=2,
)


@pytest.fixture(scope="module")
def shared() -> Any:
    """One org for every example: what they leave behind is part of the weather."""
    org = Org.create(clock=Clock(), seed=False)
    app = build_app(org)
    token = app.state.site.sessions.start(app.state.site.user_id(ADMIN)).token
    return app, {"Authorization": f"Bearer {token}"}


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    resource=st.sampled_from([one for one in RESOURCES if one.handlers]),
    words=st.lists(WORDS, min_size=4, max_size=4),
    verb=VERBS,
    body=WRAPPED | VALUES,
    parameters=st.dictionaries(
        st.sampled_from(["q", "fields", "ids", "start", "end", "limit", "explain", "columns", "sobject", "updateOnly"]),
        st.text(max_size=10) | WORDS,
        max_size=3,
    ),
    headers=HEADERS,
)
async def test_any_request_gets_an_answer(
    shared: Any,
    resource: Any,
    words: list[str],
    verb: str,
    body: Any,
    parameters: dict[str, str],
    headers: dict[str, str],
) -> None:
    app, session = shared
    left = iter(words)
    path = "/".join(next(left) if one.startswith("{") else one for one in resource.template.split("/"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
        response = await client.request(
            verb,
            f"/services/data/v68.0{path}",
            params=parameters,
            content=b"" if verb in ("GET", "HEAD") else json.dumps(body).encode(),
            headers={**headers, **session, "Content-Type": "application/json"},
        )
    assert response.status_code < 500 or response.status_code == 501, response.text
    if response.status_code >= 400 and verb != "HEAD" and headers.get("Accept") != "application/xml":
        shown = response.json()
        assert (shown["results"] if isinstance(shown, dict) else shown)[0]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=60) | st.text(alphabet='{}[]":,\\unul0-9eE.', max_size=30).map(str.encode))
async def test_any_body_gets_an_answer(shared: Any, content: bytes) -> None:
    app, session = shared
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
        for path in (
            "sobjects/Account",
            "composite",
            "composite/batch",
            "composite/tree/Account",
            "parameterizedSearch",
        ):
            response = await client.post(f"/services/data/v68.0/{path}", content=content, headers=session)
            assert response.status_code in (200, 400), response.text
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        for path in ("oauth2/token", "oauth2/revoke", "oauth2/introspect", "oauth2/approve"):
            response = await client.post(f"/services/{path}", content=content, headers=form)
            assert response.status_code == 400, response.text
