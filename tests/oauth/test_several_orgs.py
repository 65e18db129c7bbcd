"""Two orgs in one deployment: everything a person, a client and the store see of one is of that one."""

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace

import httpx
import pytest
from edges.whole import ALL_SECRETS, Whole, opened
from held_open import held_open
from oauth.application import ISSUER, Application
from oauth.browser import Browser, Page, query_of
from oauth.deployment import ORG, SALES, SETTINGS, Wire

from salesforce_emulator.app import build_app
from salesforce_emulator.org import Org
from salesforce_emulator.signin.apps import DEMO_CONSUMER_SECRET, App
from salesforce_mcp.embedded import LocalSecrets

EMEA = "https://emea.my.salesforce.com"
EMEA_ID = "00DE00000000002MAA"
KEY, SECRET = "3MVG9the.app.in.emea", "the consumer secret in emea"
BASES = {"default": f"{ISSUER}/mcp", "emea": f"{ISSUER}/mcp/o/emea"}
HOMES = {"default": ORG, "emea": EMEA}


@dataclass
class TwoOrgs:
    whole: Whole
    wires: dict[str, Wire]

    def browser(self) -> Browser:
        hosts = {HOMES[alias].removeprefix("https://"): wire for alias, wire in self.wires.items()}
        return Browser({"mcp.example.com": self.whole.deployment.server, **hosts})

    async def consent_page(self, browser: Browser, application: Application, alias: str) -> Page:
        page = await browser.open(application.authorization_url(resource=BASES[alias]))
        assert isinstance(page, Page)
        return page

    async def connect(self, alias: str, browser: Browser | None = None) -> tuple[Application, dict]:
        browser = browser or self.browser()
        application = await Application.register(self.whole.deployment.http)
        page = await browser.submit(
            await self.consent_page(browser, application, alias), level="read", decision="allow"
        )
        for _ in range(2):
            if isinstance(page, Page):
                entries = {"un": SALES, "pw": "demo"} if "un" in page.forms[0].fields else {"decision": "allow"}
                page = await browser.submit(page, **entries)
        code = query_of(page if isinstance(page, str) else page.links[0])["code"]
        answer = await application.redeem(code, resource=BASES[alias])
        assert answer.status_code == 200, answer.text
        return application, answer.json()

    async def accounts(self, token: str, alias: str) -> httpx.Response:
        path = BASES[alias].removeprefix(ISSUER)
        return await self.whole.call(token, "executeQuery", path=path, soql="SELECT Name FROM Account LIMIT 3")


@pytest.fixture
async def two(seeded: Org, clock) -> AsyncIterator[TwoOrgs]:
    callback = [f"{ISSUER}/callback"]
    home, emea = seeded.copy(), seeded.copy()
    emea.connection.execute("UPDATE Organization SET Id = ?, Name = 'Acme EMEA', IsSandbox = 1", (EMEA_ID,))
    emea.connection.execute("UPDATE Account SET Name = 'EMEA ' || Name")
    app = App(KEY, SECRET, name="MCP in EMEA", callback_urls=tuple(callback))
    wires = {
        "default": Wire(build_app(home, callback_urls=callback)),
        "emea": Wire(build_app(emea, apps=[app])),
    }
    http = httpx.AsyncClient(mounts={f"all://{HOMES[alias][8:]}": wire for alias, wire in wires.items()})
    settings = replace(SETTINGS, orgs=(f"emea {EMEA} {KEY}",))
    secrets = LocalSecrets({**ALL_SECRETS, "salesforce-client-secret-emea": SECRET})
    with closing(emea):
        async for whole in held_open(opened(home, clock, settings=settings, http=http, login=http, secrets=secrets)):
            yield TwoOrgs(whole, wires)


async def test_each_address_brings_the_rows_of_its_own_org(two):
    for alias, prefix in (("default", ""), ("emea", "EMEA ")):
        _, answer = await two.connect(alias)
        rows = (await two.accounts(answer["access_token"], alias)).json()["result"]["structuredContent"]["rows"]
        assert len(rows) == 3
        assert all(row[0].startswith(prefix) for row in rows)
        assert alias == "emea" or not any(row[0].startswith("EMEA ") for row in rows)


async def test_an_unsigned_request_is_led_to_the_metadata_of_its_org(two):
    for alias, base in BASES.items():
        refused = await two.accounts("", alias)
        assert refused.status_code == 401
        path = base.removeprefix(ISSUER)
        metadata = f"{ISSUER}/.well-known/oauth-protected-resource{path}"
        assert f'resource_metadata="{metadata}"' in refused.headers["www-authenticate"]
        told = (await two.whole.deployment.http.get(metadata)).json()
        assert told["resource"] == base


@pytest.mark.parametrize(("own", "other"), [("default", "emea"), ("emea", "default")])
async def test_a_token_never_crosses_orgs(two, own, other):
    application, answer = await two.connect(own)
    before = len(two.wires[other].requests)
    assert (await two.accounts(answer["access_token"], other)).status_code == 401
    crossed = await application.refresh(answer["refresh_token"], resource=BASES[other])
    assert crossed.json()["error"] == "invalid_target"
    assert len(two.wires[other].requests) == before
    assert (await two.accounts(answer["access_token"], own)).status_code == 200


async def test_a_code_of_one_org_is_not_redeemed_for_another(two):
    browser = two.browser()
    application = await Application.register(two.whole.deployment.http)
    page = await browser.submit(await two.consent_page(browser, application, "emea"), level="read", decision="allow")
    page = await browser.submit(page, un=SALES, pw="demo")
    code = query_of(await browser.submit(page, decision="allow"))["code"]
    refused = await application.redeem(code, resource=BASES["default"])
    assert refused.json()["error"] == "invalid_target"


async def test_the_consent_page_names_the_org_and_each_secret_goes_to_its_own_org_only(two):
    browser = two.browser()
    application = await Application.register(two.whole.deployment.http)
    page = await two.consent_page(browser, application, "emea")
    assert "emea" in page.text
    assert "emea.my.salesforce.com" in page.text
    await two.connect("emea")
    await two.connect("default")
    sent = {alias: b"".join(request.content for request in wire.requests) for alias, wire in two.wires.items()}
    form = {alias: text.decode().replace("+", " ") for alias, text in sent.items()}
    assert SECRET in form["emea"]
    assert SECRET not in form["default"]
    assert DEMO_CONSUMER_SECRET in form["default"]
    assert DEMO_CONSUMER_SECRET not in form["emea"]


async def test_the_same_user_id_in_two_orgs_is_two_people(two):
    """Sandboxes are copies: their users have the same ids."""
    _, home = await two.connect("default")
    _, emea = await two.connect("emea")
    first = await two.whole.deployment.access(home)
    second = await two.whole.deployment.access(emea)
    assert first.user_id == second.user_id
    assert first.organization_id != second.organization_id == EMEA_ID
    assert len(two.whole.deployment.rows("grant#")) == 2
    two.wires["emea"].app.state.site.faults.expire_refresh_tokens()
    two.wires["emea"].app.state.site.faults.expire_tokens()
    assert (await two.accounts(emea["access_token"], "emea")).status_code == 401
    assert (await two.accounts(home["access_token"], "default")).status_code == 200


async def test_one_browser_that_knows_both_orgs_is_told_when_it_changes_between_them(two):
    browser = two.browser()
    await two.connect("default", browser)
    application = await Application.register(two.whole.deployment.http)
    page = await browser.submit(await two.consent_page(browser, application, "emea"), level="read", decision="allow")
    page = await browser.submit(page, un=SALES, pw="demo")
    page = await browser.submit(page, decision="allow")
    assert isinstance(page, Page)
    assert "Acme EMEA (sandbox)" in page.text


async def test_an_alias_that_was_taken_away_is_no_address_any_more(two):
    for path in ("/mcp/o/apac", "/mcp/o/default", "/mcp/o/EMEA"):
        assert (await two.whole.call("", "executeQuery", path=path, soql="")).status_code == 404
        assert (await two.whole.deployment.http.get(path, headers={"accept": "text/html"})).status_code == 404
