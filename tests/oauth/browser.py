"""A person at a browser without scripts: follows redirects and refreshes, reads pages, posts their forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx


@dataclass
class Form:
    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[dict[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """What a browser makes of a page: its elements, text, forms, links and where it goes by itself."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(convert_charrefs=True)
        self.response = response
        self.url = str(response.url)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.refresh = ""
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.elements.append((tag, found))
        if tag == "form":
            self.forms.append(Form(found.get("method", "get"), found.get("action", "")))
        elif tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "meta" and found.get("http-equiv") == "refresh":
            self.refresh = found["content"].partition("url=")[2]
        elif tag == "button" and self.forms:
            self.forms[-1].buttons.append(found)
        elif tag == "input" and "name" in found and (found.get("type") != "radio" or "checked" in found):
            self.forms[-1].fields[found["name"]] = found.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] != "style":
            self.text += data


class Browser:
    """`sites` are the hosts it can reach; the first address outside them is where a walk ends."""

    def __init__(self, sites: dict[str, httpx.AsyncBaseTransport]) -> None:
        self._sites = sites
        self.http = httpx.AsyncClient(
            mounts={f"all://{host}": site for host, site in sites.items()}, transport=_nowhere
        )
        self.visited: list[str] = []

    async def get(self, url: str) -> Page:
        self.visited.append(url)
        return Page(await self.http.get(url))

    async def open(self, url: str, *, refreshes: bool = True) -> Page | str:
        """Go there and on, until a page waits for a person or the way leads out; that address is not visited."""
        for _ in range(20):
            if urlsplit(url).netloc not in self._sites:
                return url
            page = await self.get(url)
            if page.response.is_redirect:
                url = urljoin(url, page.response.headers["location"])
            elif page.refresh and refreshes:
                url = urljoin(url, page.refresh)
            else:
                return page
        raise AssertionError(f"going in circles: {self.visited[-20:]}")

    async def submit(self, page: Page, *, refreshes: bool = True, **entries: str) -> Page | str:
        """Fill in the page's first form, post it and go on."""
        answer = await self.post_only(page, **entries)
        if answer.response.is_redirect:
            return await self.open(urljoin(answer.url, answer.response.headers["location"]), refreshes=refreshes)
        if answer.refresh and refreshes:
            return await self.open(urljoin(answer.url, answer.refresh))
        return answer

    async def post_only(self, page: Page, **entries: str) -> Page:
        form = page.forms[0]
        target = urljoin(page.url, form.action)
        self.visited.append(target)
        headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
        return Page(await self.http.post(target, data={**form.fields, **entries}, headers=headers))

    async def close(self) -> None:
        await self.http.aclose()


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def _no_route(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"the browser went to {request.url.host}")


_nowhere = httpx.MockTransport(_no_route)


def told_to_the_client(answer: httpx.Response | Page | str) -> dict[str, str]:
    """What the client would hear: where the browser goes by itself, or by the one link of a page that waits."""
    if isinstance(answer, str):
        return query_of(answer)
    response = answer.response if isinstance(answer, Page) else answer
    if response.is_redirect:
        return query_of(response.headers["location"])
    [back] = Page(response).links
    return query_of(back)
