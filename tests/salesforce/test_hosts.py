"""A token goes to Salesforce and nowhere else: every way of writing another host that we know of."""

import pytest

from salesforce_mcp.salesforce.hosts import identity_in, is_salesforce_host, login_address, salesforce_origin

EMULATED = ("localhost:8001", "127.0.0.1:8001")
GOOD = [
    "https://acme.my.salesforce.com",
    "https://ACME.my.salesforce.com",
    "https://acme-dev-ed.develop.my.salesforce.com",
    "https://acme--uat.sandbox.my.salesforce.com",
    "https://energy-ruby-1234.scratch.my.salesforce.com",
    "https://acme.my.salesforce.mil",
    "https://acme.my.site.com",
    "https://acme.my.salesforce.com/",
]
EVIL = [
    "",
    "acme.my.salesforce.com",
    "//acme.my.salesforce.com",
    "http://acme.my.salesforce.com",
    "ftp://acme.my.salesforce.com",
    "javascript://acme.my.salesforce.com",
    "https://evil.example",
    "https://my.salesforce.com",
    "https://.my.salesforce.com",
    "https://acme.my.salesforce.com.evil.example",
    "https://acmemy.salesforce.com",
    "https://evil.example/acme.my.salesforce.com",
    "https://evil.example#acme.my.salesforce.com",
    "https://evil.example?acme.my.salesforce.com",
    "https://evil.example\\.my.salesforce.com",
    "https://evil.example\\@acme.my.salesforce.com",
    "https://acme.my.salesforce.com@evil.example",
    "https://user:pass@acme.my.salesforce.com",
    "https://user@acme.my.salesforce.com",
    "https://acme.my.salesforce.com:443",
    "https://acme.my.salesforce.com:8443",
    "https://acme.my.salesforce.com:80@evil.example",
    "https://acme.my.salesforce.com.",
    "https://acme..my.salesforce.com",
    "https://-acme.my.salesforce.com",
    "https://acme-.my.salesforce.com",
    "https://a.b.c.my.salesforce.com",
    "https://evil.example.my.salesforce.com",
    "https://acme.my.salesforce.co",
    "https://acme.my.salesforce.comx",
    "https://acme.my.salesforce.com\n.evil.example",
    "https://acme.my.salesforce.com\r\nHost: evil.example",
    "https://acme.my.salesforce.com\t",
    " https://acme.my.salesforce.com",
    "https://acme.my.salesforce.com ",
    "https:// acme.my.salesforce.com",
    "https://аcme.my.salesforce.com",  # a Cyrillic letter
    "https://acme。my。salesforce。com",
    "https://acme.my.salesforce。com",
    "https://xn--acme-5ve.my.salesforce.com",
    "https://acme.my.sales%66orce.com",
    "https://acme%2emy.salesforce.com",
    "https://acme.my.salesforce.com/../evil",
    "https://acme.my.salesforce.com/a?b=c",
    "https://acme.my.salesforce.com/a#b",
    "https://acme.my.salesforce.com//evil.example",
    "https://127.0.0.1",
    "https://[::1]",
    "https://169.254.169.254",
    "http://169.254.169.254/latest/meta-data",
    "https://localhost",
    "http://localhost:8002",
    "https://login.salesforce.com.evil.example",
    "https://salesforce.com",
    "https://force.com",
    "https://acme.force.com",
    "https://acme_evil.my.salesforce.com",
    "https://" + "a" * 64 + ".my.salesforce.com",
]


@pytest.mark.parametrize("url", GOOD)
def test_an_orgs_own_address_is_taken(url):
    assert salesforce_origin(url) == url.lower().rstrip("/")


@pytest.mark.parametrize("url", EVIL)
def test_anything_else_is_refused_as_instance_login_and_identity(url):
    assert salesforce_origin(url, EMULATED) is None
    assert login_address(url, EMULATED) is None
    assert identity_in(f"{url}/id/00D000000000001AAA/005000000000001AAA", EMULATED) is None


@pytest.mark.parametrize("url", ["https://login.salesforce.com", "https://test.salesforce.com"])
def test_the_shared_login_hosts_are_for_signing_in_and_never_for_data(url):
    assert login_address(url) == url
    assert salesforce_origin(url) is None


def test_a_site_is_signed_in_to_under_its_path():
    assert login_address("https://acme.my.site.com/partners/") == "https://acme.my.site.com/partners"


def test_a_host_that_the_operator_named_is_taken_with_exactly_its_port():
    assert salesforce_origin("http://localhost:8001", EMULATED) == "http://localhost:8001"
    assert salesforce_origin("http://localhost:80010", EMULATED) is None
    assert salesforce_origin("http://localhost", EMULATED) is None
    assert salesforce_origin("http://localhost:8001") is None


def test_a_host_alone_is_judged_by_the_same_rules():
    assert is_salesforce_host("acme.my.salesforce.com")
    assert is_salesforce_host("localhost:8001", EMULATED)
    assert not is_salesforce_host("acme.my.salesforce.com:443")
    assert not is_salesforce_host("evil.example")


def test_an_identity_url_names_the_organization_and_the_user():
    told = identity_in("https://login.salesforce.com/id/00D000000000001AAA/005000000000002AAB")
    assert told == ("00D000000000001AAA", "005000000000002AAB")


@pytest.mark.parametrize(
    "path", ["", "/id", "/id/00D000000000001AAA", "/id/005000000000001AAA/00D000000000001AAA", "/x"]
)
def test_another_path_is_no_identity(path):
    assert identity_in(f"https://login.salesforce.com{path}") is None
