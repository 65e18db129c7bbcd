"""The pages a person sees while connecting."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse

from salesforce_mcp.errors import Failure
from salesforce_mcp.oauth.asked import Asked
from salesforce_mcp.oauth.connections import Connection
from salesforce_mcp.oauth.html import Html, element, joined
from salesforce_mcp.oauth.levels import TITLES, Level, level_of
from salesforce_mcp.oauth.orgs import OrgApp, all_orgs
from salesforce_mcp.oauth.page import page
from salesforce_mcp.oauth.redirects import is_loopback, shown_host
from salesforce_mcp.settings import Settings

# What we ask Salesforce for; never `full`, which would reach further than any tool of ours.
SALESFORCE_SCOPES = "api refresh_token id"
_WRONG_ORG = "Wrong org or user? Log out of Salesforce in this browser, then connect again."


def consent_page(
    asked: Asked,
    *,
    form_token: str,
    login_host: str,
    levels: list[Level],
    chosen: Level,
    login_choice: bool,
    typed: str = "",
    status: int = 200,
) -> HTMLResponse:
    """Who wants in, where the answer goes, and how much they may do. `typed` is an address that has to be corrected."""
    form = element(
        "form",
        element("input", type="hidden", name="consent", value=form_token),
        _level_choice(levels, chosen),
        _login_choice(login_host, typed) if login_choice else "",
        element(
            "p",
            element("button", "Allow and sign in", type="submit", name="decision", value="allow", class_="main"),
            element("button", "Cancel", type="submit", name="decision", value="deny"),
            class_="buttons",
        ),
        method="post",
        action="/consent",
    )
    return page(
        f"{asked.client_name} wants to work with Salesforce as you",
        _warning(asked),
        _facts(asked, login_host),
        form,
        element(
            "p", "You can end this at any time at ", element("a", "your account", href="/account"), ".", class_="quiet"
        ),
        status=status,
    )


def continue_page(
    title: str, text: str, address: str, *, link: str = "Continue", by_itself: bool = True
) -> HTMLResponse:
    """An answer of 200 that leads on: Chrome applies form-action to every redirect after a posted form."""
    return page(
        title,
        element("p", text),
        element("p", element("a", link, href=address, class_="go")),
        refresh=address if by_itself else "",
    )


def connected_page(*, client_name: str, who: str, org: str, warning: str, address: str) -> HTMLResponse:
    """For applications that leave this tab open, and when there is something the person should read."""
    return page(
        "You are connected",
        element("p", warning, class_="warning", role="note") if warning else "",
        pairs(("Application", client_name), ("Works as", who), ("In the org", org)),
        element("p", element("a", f"Return to {client_name}", href=address, class_="go")),
        element("p", _WRONG_ORG, class_="quiet"),
        refresh="" if warning else address,
        mood="good",
    )


def error_page(failure: Failure, *, status: int, back: str = "", client_name: str = "") -> HTMLResponse:
    """What failed and what mends it; `back` tells the client too."""
    said = str(failure.details.get("salesforceSaid", ""))
    return page(
        "This did not work",
        element("p", _sentence(failure.message), class_="lead"),
        joined(element("h2", "What to do"), element("p", failure.hint, class_="steps")) if failure.hint else "",
        element("p", element("a", f"Return to {client_name}", href=back, class_="go")) if back else "",
        element("p", f"Salesforce said: {said}", class_="quiet") if said else "",
        element("p", "Code, for whoever helps you: ", element("code", failure.code), class_="quiet"),
        status=status,
        mood="bad",
    )


def nobody_page(settings: Settings, *, by_link: bool = False) -> HTMLResponse:
    """`by_link` leads to something of one person: a file to bring, the rows of a job."""
    first = "Connect an application first. It opens a sign-in page in this browser; then you see it listed here."
    if by_link:
        first = "What this link leads to is for one person. Sign in as that person, then open the link again."
    return page(
        "Nobody is signed in here",
        element("p", first),
        "" if by_link else element("p", element("a", "How to connect one", href="/", class_="go")),
        _sign_in_forms([org for org in all_orgs(settings) if not org.is_operated], by_link=by_link),
    )


def nothing_page(status: int) -> HTMLResponse:
    return page(
        "There is no page here",
        element("p", "The address is not complete, or it only takes what a form on another page sends."),
        element("p", element("a", "What this server is", href="/", class_="go")),
        status=status,
    )


def _sign_in_forms(orgs: list[OrgApp], *, by_link: bool) -> Html:
    """To see what was connected on another day, or from another computer."""
    action = "Sign in" if by_link else "Sign in to see it"
    forms = (
        element(
            "form",
            element("input", type="hidden", name="org", value=org.alias),
            _login_choice(urlsplit(org.login_url).netloc, "") if org.has_shared_login else "",
            element(
                "button",
                action + ("" if org.alias == "default" else f" in {org.alias}"),
                type="submit",
                class_=by_link and "main",
            ),
            method="post",
            action="/account/sign-in",
        )
        for org in orgs
    )
    asked = "" if by_link else element("p", "You have connected one already?")
    return joined(asked, *forms) if orgs else Html("")


def account_page(*, who: str, org: str, connections: list[Connection], form_token: str) -> HTMLResponse:
    """Each connected client with its button."""
    clients = [_connected_client(connection, form_token) for connection in connections]
    return page(
        "Your connected applications" if clients else "Nothing is connected",
        pairs(("You", who), ("Org", org)),
        element("p", f"Disconnect what you do not know. {_WRONG_ORG}", class_="quiet"),
        *clients,
    )


def named_org(alias: str, login_host: str) -> str:
    """The default org has no name but its address."""
    return login_host if alias == "default" else f"{alias} (sign-in at {login_host})"


def pairs(*rows: tuple[str, str | Html]) -> Html:
    return element("dl", *(joined(element("dt", name), element("dd", value)) for name, value in rows), class_="facts")


def _facts(asked: Asked, login_host: str) -> Html:
    vouched = f"described by {asked.vouched_for_by}" if asked.vouched_for_by else "named by itself, not verified"
    means = "use its APIs as you, stay signed in, know who you are"
    return pairs(
        ("Application", f"{asked.client_name} ({vouched})"),
        (
            "You will be sent back to",
            joined(element("strong", shown_host(asked.redirect_uri)), element("small", asked.redirect_uri)),
        ),
        ("Org", named_org(asked.org, login_host)),
        ("Salesforce is asked for", joined(element("code", SALESFORCE_SCOPES), element("small", means))),
    )


def _warning(asked: Asked) -> Html:
    if is_loopback(asked.redirect_uri):
        text = "The answer goes to a program on this computer. Continue only if you started it yourself just now."
    elif not asked.vouched_for_by:
        text = "Anybody can give an application this name. Continue only if you know the address you are sent back to."
    else:
        return Html("")
    return element("p", text, class_="warning", role="note")


def _level_choice(levels: list[Level], chosen: Level) -> Html:
    return element("fieldset", element("legend", "It may"), *(_level(level, level == chosen) for level in levels))


def _level(level: Level, checked: bool) -> Html:
    title, meaning = TITLES[level]
    return _radio("level", level, title, meaning, checked=checked)


def _radio(name: str, value: str, title: str, meaning: str, *, checked: bool) -> Html:
    box = element("input", type="radio", name=name, value=value, checked=checked)
    return element("label", box, element("span", element("strong", title), element("small", meaning)), class_="choice")


def _login_choice(login_host: str, typed: str) -> Html:
    sandbox = login_host == "test.salesforce.com"
    choices = [
        ("production", "Production", "login.salesforce.com, Developer Edition too", not sandbox),
        ("sandbox", "Sandbox", "test.salesforce.com", sandbox),
        ("domain", "My Domain", "the address that your company signs in at; give it below", False),
    ]
    radios = (
        _radio("login", value, title, meaning, checked=value == "domain" if typed else checked)
        for value, title, meaning, checked in choices
    )
    domain = element(
        "input",
        type="text",
        name="domain",
        value=typed[:200],
        placeholder="acme.my.salesforce.com",
        autocomplete="off",
        autocapitalize="none",
        spellcheck="false",
        inputmode="url",
        maxlength="200",
        autofocus=bool(typed),
        aria_invalid="true" if typed else False,
        aria_describedby="mistake" if typed else False,
    )
    mistake = element(
        "p",
        "That is not the address of a Salesforce org. It looks like acme.my.salesforce.com: copy it from the address "
        "bar while you are in Salesforce, or ask your administrator (Setup, My Domain).",
        class_="warning",
        id="mistake",
        role="alert",
    )
    host = element("label", "Address of your org, with My Domain", domain, class_="field")
    return element("fieldset", element("legend", "Where you sign in"), *radios, host, mistake if typed else "")


def _connected_client(connection: Connection, form_token: str) -> Html:
    since = datetime.fromtimestamp(connection.connected_at, UTC).strftime("%Y-%m-%d")
    title, _ = TITLES[level_of(connection.scopes)]
    return element(
        "section",
        element("h2", connection.client_name),
        pairs(("May", title), ("Since", since), ("At", connection.resource)),
        element(
            "form",
            element("input", type="hidden", name="form", value=form_token),
            element("input", type="hidden", name="family", value=connection.family),
            element("button", "Disconnect", type="submit", aria_label=f"Disconnect {connection.client_name}"),
            method="post",
            action="/account/disconnect",
        ),
        class_="card",
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
