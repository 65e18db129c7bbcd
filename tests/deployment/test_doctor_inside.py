"""The doctor with the operator's credentials: every gate inside a stack, open and closed."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from lambda_world import PUBLIC_URL, World, lambda_world

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY
from salesforce_mcp.aws.services import connector
from salesforce_mcp.local.doctor_inside import OF_A_GRANT, OF_THE_STACK, examine_inside
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.oauth.tokens import Permission, Tokens
from salesforce_mcp.salesforce.session import Secret
from salesforce_mcp.salesforce.sign_in import exchange, password
from salesforce_mcp.settings import Settings

pytestmark = pytest.mark.xdist_group("events")

SALES = "sales@demo.example"
SCOPES = "api refresh_token id"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with lambda_world() as world:
        yield world


@pytest.fixture
def examined(world, capsys, monkeypatch):
    """Run it as the operator would, some variables changed; return what it said."""

    def examine(token: str = "", **changes: str) -> tuple[int, str]:
        environment = {**world.environment, **changes}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        outcome = examine_inside(f"{PUBLIC_URL}/mcp", token=token, environment=os.environ)
        return outcome, capsys.readouterr().out

    return examine


async def signed_in(settings: Settings, world: World, *, refresh_token: bool) -> str:
    """A token of ours; the refresh token is what the web server flow would have given."""
    async with connector(settings)() as services:
        [secret, *_] = await services.secrets.get(settings.client_secret_name)
        form = password(
            client_id=settings.client_id, client_secret=Secret(secret), username=SALES, password=Secret("demo")
        )
        answer = await exchange(services.login, settings.login_url, form, extra_hosts=settings.extra_org_hosts)
        if refresh_token:
            sessions = world.org.site.sessions
            given = sessions.issue_refresh_token(
                answer.user_id, consumer_key=DEMO_CONSUMER_KEY, scope=SCOPES, family="a-family"
            )
            answer = replace(answer, refresh_token=Secret(given))
        await Grants(services).keep(answer, org="default", login_url=settings.login_url, username=SALES)
        subject = f"{answer.organization_id}/{answer.user_id}"
        permission = Permission(subject, "default", "doctor", frozenset({"sf.read"}), f"{PUBLIC_URL}/mcp")
        return (await Tokens(services.store, services.clock).issue(permission)).access_token


@pytest.fixture
def token(world, monkeypatch):
    def make(*, refresh_token: bool = True) -> str:
        for name, value in world.environment.items():
            monkeypatch.setenv(name, value)
        return asyncio.run(signed_in(Settings.load(os.environ), world, refresh_token=refresh_token))

    return make


def gates(told: str) -> list[tuple[str, str]]:
    lines = [line for line in told.splitlines() if not line.startswith("      ")]
    return [(line[:4].strip(), line[6:].partition(":")[0]) for line in lines]


def test_every_gate_inside_a_sound_stack_opens(examined, token):
    outcome, told = examined(token())
    assert outcome == 0, told
    assert [state for state, _ in gates(told)] == ["ok"] * len([*OF_THE_STACK, *OF_A_GRANT])


def test_without_a_token_nobodys_grant_is_touched(world, examined, token):
    token()
    before = len([one for one in world.org.requests if "oauth2/token" in one])
    outcome, told = examined()
    assert outcome == 0, told
    states = [state for state, _ in gates(told)]
    assert states == ["ok"] * len(OF_THE_STACK) + ["--"] * len(OF_A_GRANT)
    assert len([one for one in world.org.requests if "oauth2/token" in one]) == before


@pytest.mark.parametrize(
    ("changes", "gate", "remedy"),
    [
        ({"PUBLIC_URL": "https://other.example.com"}, "settings of the stack", "functions' own environment"),
        ({"SALESFORCE_ORGS": "EMEA https://emea.my.salesforce.com"}, "settings of the stack", "small letters"),
        ({"SALESFORCE_CLIENT_SECRET_NAME": "no-such-secret"}, "secrets", "Store the consumer secret"),
        ({"SALESFORCE_SIGN_IN": f"jwt:{SALES}"}, "secrets", "setup with --stack"),
        ({"SECRET_PREFIX": "no-such-stack/"}, "secrets", "Store the consumer secret"),
        ({"TABLE_NAME": "NoSuchTable"}, "table", "Compare the function's role"),
        ({"KMS_KEY_ID": "alias/no-such-key"}, "key of the grants", "Compare the function's role"),
        ({"SALESFORCE_LOGIN_URL": "http://127.0.0.1:9"}, "login hosts and clock", "SALESFORCE_LOGIN_URL"),
        (
            {"SALESFORCE_CLIENT_ID": "3MVG9nobody", "SALESFORCE_SIGN_IN": "client-credentials"},
            "operators sign in",
            "key",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_what_is_wrong_with_the_stack_is_named_with_its_remedy(examined, changes, gate, remedy):
    outcome, told = examined(**changes)
    assert outcome == 1
    assert gates(told)[-1] == ("FAIL", gate)
    assert remedy in told.splitlines()[-1]


def test_a_token_that_is_none_of_the_stacks_is_said_so(examined):
    outcome, told = examined("sfa_00000000000000000000000000000000_" + "A" * 43)
    assert (outcome, gates(told)[-1]) == (1, ("FAIL", "grant"))


def test_a_policy_that_withholds_the_refresh_token_is_named(examined, token):
    outcome, told = examined(token(refresh_token=False))
    assert (outcome, gates(told)[-1]) == (1, ("FAIL", "renewal"))
    assert "Immediately expire refresh token" in told


def test_a_refresh_token_that_the_org_has_ended_is_named_before_people_notice(world, examined, token):
    mine = token()
    world.org.org.connection.execute("UPDATE _refresh_token SET state = 'dead'")
    outcome, told = examined(mine)
    assert (outcome, gates(told)[-1]) == (1, ("FAIL", "renewal"))
    assert "Connect again" in told


def test_sessions_that_end_before_they_would_be_renewed_are_named_with_the_number_to_set(examined, token):
    outcome, told = examined(token(), SALESFORCE_SESSION_MINUTES="240")
    assert (outcome, gates(told)[-1]) == (1, ("FAIL", "session timeout"))
    assert "SessionMinutes=120" in told


def test_an_org_without_requests_left_is_named(world, examined, token):
    mine, usage = token(), world.org.site.usage
    before, usage.used = usage.used, usage.maximum - 20
    try:
        outcome, told = examined(mine)
    finally:
        usage.used = before
    assert (outcome, gates(told)[-1]) == (1, ("FAIL", "org and its limits"))
    assert "come back over 24 hours" in told
