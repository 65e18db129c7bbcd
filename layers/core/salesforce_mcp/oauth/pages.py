"""The pages a person sees while connecting."""

from datetime import UTC, datetime

from starlette.responses import HTMLResponse

from salesforce_mcp.errors import Failure
from salesforce_mcp.oauth.asked import Asked
from salesforce_mcp.oauth.connections import Connection
from salesforce_mcp.oauth.html import Html, element, joined
from salesforce_mcp.oauth.levels import TITLES, Level
from salesforce_mcp.oauth.page import page
from salesforce_mcp.oauth.redirects import is_loopback, shown_host

# What we ask Salesforce for; never `full`, which would reach further than any tool of ours.
SALESFORCE_SCOPES = "api refresh_token id"


def consent_page(
    asked: Asked, *, form_token: str, login_host: str, levels: list[Level], chosen: Level, login_choice: bool
) -> HTMLResponse:
    """Who wants in, where the answer goes, and how much they may do."""
    buttons = element(
        "p",
        element("button", "Allow and sign in", type="submit", name="decision", value="allow", class_="main"),
        element("button", "Cancel", type="submit", name="decision", value="deny"),
    )
    form = element(
        "form",
        element("input", type="hidden", name="consent", value=form_token),
        _level_choice(levels, chosen),
        _login_choice(login_host) if login_choice else "",
        buttons,
        method="post",
        action="/consent",
    )
    return page(
        f"{asked.client_name} wants to work with Salesforce as you",
        _facts(asked, login_host),
        _warning(asked),
        form,
        element("p", "You can end this at any time under /account on this site.", class_="quiet"),
    )


def continue_page(title: str, text: str, address: str) -> HTMLResponse:
    """An answer of 200 that leads on: Chrome applies form-action to every redirect after a posted form."""
    return page(
        title, element("p", text), element("p", element("a", "Continue", href=address, class_="go")), refresh=address
    )


def connected_page(*, client_name: str, who: str, org: str, warning: str, address: str) -> HTMLResponse:
    """For applications that leave this tab open, and when there is something the person should read."""
    return page(
        "You are connected",
        element("p", f"{client_name} works in {org} as {who}."),
        element("p", warning, class_="warning") if warning else "",
        element("p", element("a", f"Return to {client_name}", href=address, class_="go")),
        element("p", "Wrong org or user? Log out of Salesforce in this browser, then connect again.", class_="quiet"),
        refresh="" if warning else address,
    )


def error_page(failure: Failure, *, status: int, back: str = "", client_name: str = "") -> HTMLResponse:
    """What failed and what mends it; `back` tells the client too."""
    return page(
        "This did not work",
        element("p", failure.message),
        element("p", failure.hint) if failure.hint else "",
        element("p", element("a", f"Return to {client_name}", href=back, class_="go")) if back else "",
        element("p", "Code: ", element("code", failure.code), class_="quiet"),
        status=status,
    )


def _facts(asked: Asked, login_host: str) -> Html:
    vouched = f"described by {asked.vouched_for_by}" if asked.vouched_for_by else "named by itself, not verified"
    rows = [
        ("Application", f"{asked.client_name} ({vouched})"),
        ("You will be sent back to", shown_host(asked.redirect_uri)),
        ("Org", f"{asked.org} (sign-in at {login_host})"),
        ("Salesforce is asked for", SALESFORCE_SCOPES),
    ]
    return element("dl", *(joined(element("dt", name), element("dd", value)) for name, value in rows))


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
    box = element("input", type="radio", name="level", value=level, checked=checked)
    return element("label", box, f" {title}", element("small", meaning))


def _login_choice(login_host: str) -> Html:
    choices = [("production", "Production or Developer Edition"), ("sandbox", "Sandbox"), ("domain", "My Domain")]
    checked = "sandbox" if login_host == "test.salesforce.com" else "production"
    radios = (
        element(
            "label", element("input", type="radio", name="login", value=value, checked=value == checked), f" {text}"
        )
        for value, text in choices
    )
    domain = element(
        "input",
        type="text",
        name="domain",
        placeholder="acme.my.salesforce.com",
        autocomplete="off",
        maxlength="200",
    )
    host = element("label", "Host name of My Domain", domain)
    return element("fieldset", element("legend", "Where you sign in"), *radios, host)


def nobody_page() -> HTMLResponse:
    return page(
        "Nobody is signed in here",
        element(
            "p", "Connect an application first. It opens a sign-in page in this browser; then you see it listed here."
        ),
    )


def account_page(*, who: str, org: str, connections: list[Connection], form_token: str) -> HTMLResponse:
    """Each connected client with its button."""
    clients = [_connected_client(connection, form_token) for connection in connections]
    return page(
        "You are connected" if clients else "Nothing is connected",
        element("p", f"{who} in {org}."),
        element("p", "Wrong org or user? Disconnect, log out of Salesforce and connect again.", class_="quiet"),
        *clients,
    )


def _connected_client(connection: Connection, form_token: str) -> Html:
    since = datetime.fromtimestamp(connection.connected_at, UTC).strftime("%Y-%m-%d")
    return joined(
        element("h2", connection.client_name),
        element("p", f"since {since}, may use {', '.join(connection.scopes)} at {connection.resource}", class_="quiet"),
        element(
            "form",
            element("input", type="hidden", name="form", value=form_token),
            element("input", type="hidden", name="family", value=connection.family),
            element("button", "Disconnect", type="submit", aria_label=f"Disconnect {connection.client_name}"),
            method="post",
            action="/account/disconnect",
        ),
    )
