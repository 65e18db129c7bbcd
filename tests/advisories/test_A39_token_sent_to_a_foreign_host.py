"""A token answer, or a person, that names a host which is not Salesforce's."""

import pytest
from oauth import test_consent

from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.salesforce.hosts import salesforce_origin
from salesforce_mcp.salesforce.sign_in import token_answer

FOREIGN = [
    "https://evil.example", "https://my.salesforce.com", "https://acme.my.salesforce.com.evil.example",
    "https://acme.my.salesforce.com@evil.example", "https://evil.example/acme.my.salesforce.com",
    "https://acme.my.salesforce.com:444", "http://acme.my.salesforce.com", "https://acme.my.salesforce.com.",
    "https://evilmy.salesforce.com", "https://acme.my.salesforce.com\\@evil.example", "//acme.my.salesforce.com",
    "https://acme.my.salesforce.co", "https://acme.my.salesforce.com#@evil.example", "https://127.0.0.1",
    "https://xn--acme.my.salesforce.com", "https://acme.my.salesforce.com%2eevil.example", "", "acme.my.salesforce.com",
    "https://login.salesforce.com", "https://a.b.my.salesforce.com", "javascript:alert(1)",
    "https://acme.my.salesforce.com\nevil",
]  # fmt: skip
IDENTITY = "https://login.salesforce.com/id/00DE00000000001AAA/005E00000000001AAA"


@pytest.mark.parametrize("address", FOREIGN, ids=repr)
def test_the_answer_is_refused_whole(address):
    assert salesforce_origin(address) is None
    with pytest.raises(Misconfigured):
        token_answer({"access_token": "t", "instance_url": address, "id": IDENTITY})
    with pytest.raises(Misconfigured):
        token_answer({"access_token": "t", "instance_url": "https://acme.my.salesforce.com", "id": f"{address}/id/x/y"})


test_another_host_is_refused_and_not_kept = (
    test_consent.test_a_token_answer_that_names_another_host_is_refused_and_not_kept
)
