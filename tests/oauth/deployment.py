"""The authorization server in front of an emulated org, in one process, with everything to look at."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import httpx
from canaries import WatchedStore, watched
from fake_clock import FakeClock
from no_network import TRUST, resolve
from oauth.application import CALLBACK, ISSUER, Application
from oauth.browser import Browser, Page, query_of
from starlette.applications import Starlette

from salesforce_emulator.app import build_app
from salesforce_emulator.faults import Faults
from salesforce_emulator.org import Org
from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET
from salesforce_mcp.embedded import LocalCipher, LocalSecrets, SqliteStore
from salesforce_mcp.oauth.app import build_oauth_app
from salesforce_mcp.oauth.tokens import Access, Tokens
from salesforce_mcp.services import Services
from salesforce_mcp.settings import Settings

ORG = "https://acme.my.salesforce.com"
SALES = "sales@demo.example"
SETTINGS = Settings(public_url=ISSUER, login_url=ORG, client_id=DEMO_CONSUMER_KEY)
SECRETS = {"salesforce-client-secret": DEMO_CONSUMER_SECRET}


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to an application in this process, and keeps what was sent."""

    def __init__(self, app: Starlette) -> None:
        self.app = app
        self._inner = httpx.ASGITransport(app if hasattr(app.state, "site") else watched(app))
        self.requests: list[httpx.Request] = []
        self.withholds_refresh_tokens = False  # as the policy "Immediately expire refresh token" does
        self.instance_url = ""  # said in place of the org's own

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        response = await self._inner.handle_async_request(request)
        if request.url.path != "/services/oauth2/token" or not (self.withholds_refresh_tokens or self.instance_url):
            return response
        told = json.loads(await response.aread())
        if self.withholds_refresh_tokens:
            told.pop("refresh_token")
        return httpx.Response(200, json={**told, "instance_url": self.instance_url or told["instance_url"]})

    def sent_to(self, path: str) -> list[httpx.Request]:
        return [request for request in self.requests if request.url.path == path]


@dataclass
class Deployment:
    settings: Settings
    services: Services
    clock: FakeClock
    store: SqliteStore
    org: Org
    faults: Faults
    salesforce: Wire
    server: Wire
    app: Starlette
    http: httpx.AsyncClient  # a client of ours, without cookies

    def browser(self) -> Browser:
        return Browser({urlsplit(self.settings.public_url).netloc: self.server, urlsplit(ORG).netloc: self.salesforce})

    @property
    def tokens(self) -> Tokens:
        return Tokens(self.store, self.clock)

    @property
    def grants(self):
        return self.app.state.grants

    @property
    def site(self):
        """The emulated org behind its own HTTP."""
        return self.salesforce.app.state.site

    async def consent_page(self, browser: Browser, application: Application, **changes: str | None) -> Page:
        page = await browser.open(application.authorization_url(**changes))
        assert isinstance(page, Page)
        return page

    async def approve(self, browser: Browser, page: Page, *, username: str = SALES, level: str = "read") -> str | Page:
        """From our consent page through the org's pages to wherever that leads."""
        page = await browser.submit(page, level=level, decision="allow")
        for _ in range(3):
            if not isinstance(page, Page) or not page.forms or not page.url.startswith(ORG):
                return page
            entries = {"un": username, "pw": "demo"} if "un" in page.forms[0].fields else {"decision": "allow"}
            page = await browser.submit(page, **entries)
        return page

    async def sign_in(
        self, application: Application, *, username: str = SALES, level: str = "read", browser: Browser | None = None
    ) -> str:
        """The code that the client's callback receives."""
        browser = browser or self.browser()
        landed = await self.approve(
            browser, await self.consent_page(browser, application), username=username, level=level
        )
        assert isinstance(landed, str), landed.text
        answer = query_of(landed)
        assert answer["state"] == application.state
        assert answer["iss"] == ISSUER
        return answer["code"]

    async def connect(self, *, username: str = SALES, level: str = "read", **metadata) -> tuple[Application, dict]:
        """A registered, signed-in application and its first tokens."""
        application = await Application.register(self.http, **metadata)
        answer = await application.redeem(await self.sign_in(application, username=username, level=level))
        assert answer.status_code == 200, answer.text
        return application, answer.json()

    async def access(self, answer: dict) -> Access | None:
        return await self.tokens.verify(answer["access_token"])

    def rows(self, prefix: str = "") -> list[tuple[str, str, str]]:
        """Everything that is stored, as it stands there."""
        found = self.store._connection.execute("SELECT partition, sort, value FROM item ORDER BY 1, 2").fetchall()
        return [row for row in found if row[0].startswith(prefix)]


@asynccontextmanager
async def deployed(
    org: Org, clock: FakeClock, *, settings: Settings = SETTINGS, **changes
) -> AsyncIterator[Deployment]:
    """In front of this org, which ends with it."""
    faults = Faults(sleep=clock.sleep)
    salesforce = Wire(build_app(org, faults=faults, callback_urls=[f"{settings.public_url}/callback"]))
    store = WatchedStore(clock=clock)
    http = httpx.AsyncClient(transport=salesforce)
    services = Services(
        settings=settings,
        store=store,
        cipher=LocalCipher(LocalCipher.new_key()),
        secrets=LocalSecrets(SECRETS),
        clock=clock,
        http=http,
        login=http,
        resolve=resolve,
        trust=TRUST,
    )
    services = replace(services, **changes)

    @asynccontextmanager
    async def connect() -> AsyncIterator[Services]:
        yield services

    app = build_oauth_app(settings, connect)
    server = Wire(app)
    with closing(org), closing(store):
        async with (
            app.router.lifespan_context(app),
            services.http,
            httpx.AsyncClient(transport=server, base_url=settings.public_url) as http,
        ):
            yield Deployment(settings, services, clock, store, org, faults, salesforce, server, app, http)


__all__ = ["CALLBACK", "ISSUER", "ORG", "SALES", "SETTINGS", "Deployment", "deployed"]
