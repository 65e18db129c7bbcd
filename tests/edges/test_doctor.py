"""The doctor from outside, on a sound deployment and on ones in which one thing is wrong: that gate and its remedy."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from edges.whole import Whole
from http_api import remap
from oauth.deployment import ORG

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY
from salesforce_mcp.local.doctor import CHECKS, examine

URL = "https://mcp.example.com/mcp"
Spoil = Callable[[httpx.Request, httpx.Response], None]


class Carried(httpx.BaseTransport):
    """From the doctor's thread to the applications of this process; what comes back is spoiled as a test wants it."""

    def __init__(self, whole: Whole, loop: asyncio.AbstractEventLoop, spoil: Spoil) -> None:
        self._behind = {httpx.URL(ORG).host: whole.deployment.salesforce}
        self._product = httpx.ASGITransport(whole.app)
        self._loop, self._spoil = loop, spoil

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = asyncio.run_coroutine_threadsafe(self._carry(request), self._loop).result(60)
        self._spoil(request, answer)
        return answer

    async def _carry(self, request: httpx.Request) -> httpx.Response:
        sent = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
        answer = await self._behind.get(request.url.host, self._product).handle_async_request(sent)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


@pytest.fixture
def examined(whole: Whole, capsys: pytest.CaptureFixture[str]):
    async def run(spoil: Spoil = lambda _request, _answer: None, *, token: str = "") -> tuple[int, list[str]]:
        carried = Carried(whole, asyncio.get_running_loop(), spoil)
        outcome = await asyncio.to_thread(examine, URL, token=token, transport=carried)
        return outcome, capsys.readouterr().out.splitlines()

    return run


async def test_every_gate_of_a_sound_deployment_opens(whole: Whole, examined) -> None:
    outcome, told = await examined(token=await whole.token())
    assert (outcome, [line.split()[0] for line in told]) == (0, ["ok"] * len(CHECKS))


async def test_without_a_token_nothing_is_queried(examined) -> None:
    outcome, told = await examined()
    assert (outcome, [line.split()[0] for line in told]) == (0, ["ok"] * (len(CHECKS) - 1) + ["--"])


def old_clock(_request: httpx.Request, answer: httpx.Response) -> None:
    answer.headers["date"] = "Mon, 01 Jan 2024 00:00:00 GMT"


def renamed(_request: httpx.Request, answer: httpx.Response) -> None:
    remap(answer, {})


def filtered(request: httpx.Request, answer: httpx.Response) -> None:
    if request.url.path == "/mcp":
        answer.status_code = 403


def another_address(_request: httpx.Request, answer: httpx.Response) -> None:
    if found := answer.headers.get("www-authenticate"):
        answer.headers["www-authenticate"] = found.replace("mcp.example.com", "abc.execute-api.example.com")


def under_a_stage(request: httpx.Request, answer: httpx.Response) -> None:
    if "/.well-known/" in request.url.path:
        answer.status_code = 404


def another_issuer(request: httpx.Request, answer: httpx.Response) -> None:
    if request.url.path.startswith(("/.well-known/oauth-authorization", "/.well-known/openid")):
        answer._content = json.dumps({**answer.json(), "issuer": "https://other.example.com"}).encode()


def closed_to_browsers(_request: httpx.Request, answer: httpx.Response) -> None:
    answer.headers.pop("access-control-allow-origin", None)


SPOILED = [
    (old_clock, "clock", "Set this machine's clock"),
    (filtered, "challenge", "A firewall or bot filter"),
    (renamed, "challenge", "must map $response.header.x-mcp-challenge"),
    (another_address, "challenge", "Set PUBLIC_URL to https://mcp.example.com"),
    (under_a_stage, "resource metadata", "without a stage"),
    (another_issuer, "server metadata", "Set PUBLIC_URL to https://mcp.example.com"),
    (closed_to_browsers, "cross origin", "API Gateway's own CORS settings must be off"),
]


@pytest.mark.parametrize(("spoil", "gate", "remedy"), SPOILED, ids=lambda value: getattr(value, "__name__", None))
async def test_what_is_wrong_on_the_way_is_named_with_its_remedy(examined, spoil, gate, remedy) -> None:
    outcome, told = await examined(spoil)
    assert outcome == 1
    assert f"FAIL  {gate}: " in "\n".join(told)
    assert remedy in told[-1]


async def test_a_callback_that_the_app_does_not_have_is_told_character_for_character(whole: Whole, examined) -> None:
    apps = whole.deployment.site.apps
    apps.register(replace(apps.find(DEMO_CONSUMER_KEY), callback_urls=("https://mcp.example.com/callback/",)))
    outcome, told = await examined()
    assert (outcome, told[-2].split(":")[0]) == (1, "FAIL  salesforce app")
    assert "redirect_uri_mismatch" in told[-2]
    assert told[-1].endswith(": https://mcp.example.com/callback")


async def test_a_consumer_key_that_salesforce_does_not_know_is_told(whole: Whole, examined) -> None:
    whole.deployment.org.connection.execute("DELETE FROM _app")
    outcome, told = await examined()
    assert (outcome, "invalid_client_id" in told[-2]) == (1, True)
    assert "consumer key, not the secret" in told[-1]


async def test_a_token_whose_grant_has_ended_is_told(whole: Whole, examined) -> None:
    token = await whole.token()
    whole.deployment.faults.expire_tokens()
    whole.deployment.faults.expire_refresh_tokens()
    outcome, told = await examined(token=token)
    assert (outcome, told[-2].split(":")[0]) == (1, "FAIL  query")
    assert "Connect the client again" in told[-1]
