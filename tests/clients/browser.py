"""A person at a browser without JavaScript: follows redirects, fills in the forms, presses the agreeing button."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

ADMIN = "admin@demo.example"
PASSWORD = "demo"
REFUSALS = ("deny", "cancel", "refuse", "reject", "log out")


@dataclass
class Form:
    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    buttons: list[dict[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """The forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.refresh = ""  # where the page leads by itself
        self._button: dict[str, str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "meta" and found.get("http-equiv") == "refresh":
            self.refresh = found.get("content", "").partition("url=")[2]
        elif tag == "form":
            self.forms.append(Form(found.get("method", "get").lower(), found.get("action", "")))
        elif tag == "button" or (tag == "input" and found.get("type") == "submit"):
            self._button = {"text": found.get("value", ""), **found} if self.forms else None
            if self._button is not None:
                self.forms[-1].buttons.append(self._button)
        elif tag == "input" and self.forms and "name" in found and self._chosen(found):
            self.forms[-1].fields[found["name"]] = found.get("value", "")
            self.forms[-1].types[found["name"]] = found.get("type", "text")

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._button["text"] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button":
            self._button = None

    @staticmethod
    def _chosen(found: dict[str, str]) -> bool:
        return found.get("type") not in {"checkbox", "radio"} or "checked" in found


async def sign_in(address: str, *, callback: str, username: str = ADMIN, password: str = PASSWORD) -> str:
    """In a browser of its own; see `walk`."""
    async with httpx.AsyncClient(timeout=30) as http:
        return await walk(http, address, callback=callback, username=username, password=password)


async def walk(
    http: httpx.AsyncClient, address: str, *, callback: str, username: str = ADMIN, password: str = PASSWORD
) -> str:
    """From the authorization address to the client's callback; return the callback's full address, unvisited."""
    response = await http.get(address)
    for _ in range(20):
        if response.is_redirect:
            target = urljoin(str(response.url), response.headers["location"])
            if target.startswith(callback):
                return target
            response = await http.get(target)
            continue
        if onward := Page(response.text).refresh:
            target = urljoin(str(response.url), onward)
            if target.startswith(callback):
                return target
            response = await http.get(target)
            continue
        assert response.status_code == 200, f"{response.status_code} at {response.url}: {response.text[:2000]}"
        response = await _submit(http, response, username=username, password=password)
    raise AssertionError(f"no callback after twenty pages; last at {response.url}")


async def _submit(http: httpx.AsyncClient, page: httpx.Response, *, username: str, password: str) -> httpx.Response:
    form = next(form for form in Page(page.text).forms if _agreeing(form) is not None)
    button = _agreeing(form) or {}
    fields = dict(form.fields)
    if "password" in form.types.values():
        for name, kind in form.types.items():
            fields[name] = {"password": password, "text": username, "email": username}.get(kind, fields[name])
    if button.get("name"):
        fields[button["name"]] = button.get("value", "")
    target = urljoin(str(page.url), form.action)
    # A browser names the page's origin on a form it posts; servers check it.
    headers = {"origin": f"{page.url.scheme}://{page.url.netloc.decode()}", "referer": str(page.url)}
    if form.method == "get":
        return await http.get(target, params=fields, headers=headers)
    return await http.post(target, data=fields, headers=headers)


def _agreeing(form: Form) -> dict[str, str] | None:
    agreeing = (button for button in form.buttons if not button["text"].strip().lower().startswith(REFUSALS))
    return next(agreeing, None)
