"""The look-out for secrets sees a leak wherever one could be: each sink is given one."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from canaries import OURS, SALESFORCE, WatchedStore, watch, watched
from emulated_aws import emulated_aws
from starlette.applications import Starlette
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from salesforce_emulator.org import Org
from salesforce_emulator.signin.sessions import Code, Sessions
from salesforce_mcp.aws.store import DynamoStore
from salesforce_mcp.oauth.opaque import new_secret
from salesforce_mcp.ports import Key

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def secrets() -> dict[str, str]:
    """One of each kind, as the worlds of the tests make them."""
    sessions = Sessions(Org.create())
    app = {"consumer_key": "k", "scope": "api", "family": "f"}
    family = "0" * 32
    code = Code(user_id="005", consumer_key="k", scope="", redirect_uri="", challenge="", nonce="")
    return {
        "Salesforce access token": sessions.start("005", **app).token,
        "Salesforce refresh token": sessions.issue_refresh_token("005", **app),
        "Salesforce authorization code": sessions.issue_code(code),
        "consumer secret": SALESFORCE["consumer secret"],
        "private key": "-----BEGIN PRIVATE KEY-----",
        "operator's key": "a secret of the tests, long enough to be one",
        "access token": f"sfa_{family}_{new_secret()}",
        "refresh token": f"sfr_{family}_{new_secret()}",
    }


KINDS = [*SALESFORCE, *OURS]


def found() -> list[str]:
    return [one.split(":")[0].replace("_", " ") for one in watch.take()]


def named(kind: str, where: str) -> str:
    return f"{kind.replace(chr(39), '')} in {where}"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_secret_is_seen_in_a_row_and_in_an_answer(secrets, kind) -> None:
    secret = secrets[kind]
    await WatchedStore().put(Key("thing#1"), {"kept": [secret]})
    assert found() == [named(kind, "rows")]
    page = watched(Starlette(routes=[Route("/page", lambda _: Response(f"<p>{secret}</p>", status_code=400))]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(page), base_url="http://test") as http:
        await http.get("/page")
    assert found() == [named(kind, "answers")]


async def test_a_secret_is_seen_on_its_way_into_dynamodb(secrets) -> None:
    with emulated_aws() as aws:
        store = DynamoStore(aws.client("dynamodb"), aws.create_stack()["TABLE_NAME"])
        await store.put(Key("thing#1"), {"kept": secrets["access token"]})
    assert found() == ["access token in rows"]


async def test_what_has_no_shape_is_known_once_it_was_handed_out() -> None:
    cookie, code = new_secret(), new_secret()

    async def give(_: object) -> Response:
        answer = RedirectResponse(f"https://client.example/callback?code={code}")
        answer.set_cookie("__Host-session", cookie)
        return answer

    app = watched(Starlette(routes=[Route("/give", give), Route("/show", lambda _: Response(f"{cookie} {code}"))]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        await http.get("/give")
        assert watch.found == []
        await http.get("/show")
    await WatchedStore().put(Key("thing#1"), {"kept": code})
    assert found() == ["cookie or code in answers", "cookie or code in rows"]


async def test_the_token_endpoint_may_give_our_tokens_and_never_salesforces(secrets) -> None:
    told = f"{secrets['access token']} {secrets['refresh token']}"
    both = {"ours": told, "theirs": told + secrets["Salesforce refresh token"]}
    for text, leak in zip(both.values(), ([], ["Salesforce refresh token in answers"]), strict=True):
        app = watched(Starlette(routes=[Route("/token", lambda _, text=text: Response(text))]))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
            await http.get("/token")
        assert found() == leak


TOKEN = "sfa_" + "0" * 32 + "_" + "x" * 43
LEAKS = {
    "printed": f"print('{TOKEN}')",
    "logged": f"logging.getLogger('salesforce_mcp.audit').info('%s', '{TOKEN}')",
    "traced": f"""try:
        raise ValueError('{TOKEN}')
    except ValueError:
        logging.getLogger('mcp.server').exception('failed')""",
}


@pytest.mark.parametrize(
    ("leak", "status"), [*((leak, 1) for leak in LEAKS.values()), ("print('nothing')", 0)], ids=[*LEAKS, "nothing"]
)
def test_a_test_in_which_a_secret_is_printed_or_logged_fails(tmp_path, leak, status) -> None:
    """Without pytest's own record of logs, so that only the look-out can have seen it."""
    (tmp_path / "test_leak.py").write_text(f"import logging\n\ndef test_leak():\n    {leak}\n")
    options = ["-p", "conftest", "-p", "no:cacheprovider", "-p", "no:logging", "-q"]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "test_leak.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == status, ended.stdout
    assert ("a secret where none may be: access_token in logs" in ended.stdout) == bool(status)
    assert "looked at in 1 tests" in ended.stdout
