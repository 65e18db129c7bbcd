"""cloudflare/ai #51: a secret in the sample, the log, the page or the error."""

import pytest
from oauth import test_sign_in

from salesforce_mcp.salesforce.session import Secret, Session


@pytest.mark.parametrize("show", [repr, str, "{}".format, "%s".__mod__, "{0!r}".format])
def test_a_secret_shows_itself_to_nobody(show):
    assert "canary" not in show(Secret("canary"))
    assert "canary" not in show(Session("https://acme.my.salesforce.com", Secret("canary")))


PATHS = ["/", "/account", "/callback", "/authorize", "/consent", "/token", "/revoke", "/register", "/mcp", "/nothing"]


@pytest.mark.parametrize("path", PATHS)
async def test_no_answer_holds_a_secret_of_the_operator(whole, path):
    await whole.token()
    secrets = ["request-state-key", "salesforce-client-secret"]
    held = [text for name in secrets for text in await whole.services.secrets.get(name)]
    for method in ("GET", "POST", "PUT"):
        answer = await whole.http.request(method, path, headers={"accept": "text/html"})
        assert answer.status_code < 500
        assert not [text for text in held if text in f"{answer.text}{answer.headers}"]


test_nothing_secret_is_stored_in_clear = test_sign_in.test_nothing_secret_is_stored_in_clear_or_travels_in_an_address
