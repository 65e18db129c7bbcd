"""An org that the server signs in to by itself: who may use it, each way in, and what each refusal says to do."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fake_clock import FakeClock
from oauth.application import ISSUER, Application
from oauth.browser import told_to_the_client
from oauth.deployment import ORG, SALES, SETTINGS, deployed
from oauth.operated import ADMIN, PROGRAM, operated

from salesforce_emulator.org import Org
from salesforce_mcp.errors import Misconfigured, SignInRequired
from salesforce_mcp.local.setup import KeyPair, key_pair
from salesforce_mcp.oauth.app import build_oauth_app
from salesforce_mcp.oauth.renewal import LEASE_SECONDS
from salesforce_mcp.salesforce.client import Salesforce

LOOPBACK = "http://localhost:8000"


@pytest.fixture(scope="module")
def pairs() -> list[KeyPair]:
    return [key_pair("mcp.example.com") for _ in range(2)]


@pytest.fixture
def org(seeded: Org, clock: FakeClock) -> Org:
    """Both sides look at one clock: a signed assertion lives for minutes."""
    return seeded.copy(clock=lambda: datetime.fromtimestamp(clock.now(), UTC))


def key_secret(*pairs: KeyPair) -> dict[str, list[str]]:
    return {"salesforce-jwt-key": [pair.private.decode() for pair in pairs]}


async def username_behind(world, answer) -> str:
    deployment = world.deployment
    access = await deployment.access(answer.json())
    credential = await deployment.grants.credential(access)
    told = await Salesforce(deployment.services.http, credential, api_version="68.0").user_info()
    return told["preferred_username"]


async def test_a_named_program_works_as_the_user_of_the_signed_assertion(org, clock, pairs):
    async with operated(org, clock, f"jwt:{SALES}", secrets=key_secret(pairs[0])) as world:
        world.trust(pairs[0], SALES)
        answer = await world.ask()
        assert answer.status_code == 200, answer.text
        assert answer.json().keys() == {"access_token", "token_type", "expires_in", "scope"}
        assert answer.json()["scope"] == "sf.read sf.write"
        assert answer.headers["cache-control"] == "no-store"
        assert await username_behind(world, answer) == SALES
        access = await world.deployment.access(answer.json())
        assert (access.client_id, access.resource) == ("nightly-sync", f"{ISSUER}/mcp")


async def test_a_program_can_have_a_user_of_its_own(org, clock, pairs):
    own = {**PROGRAM, "salesforce_username": "support@demo.example"}
    async with operated(org, clock, "jwt", secrets=key_secret(pairs[0]), clients=[own]) as world:
        world.trust(pairs[0], "support@demo.example")
        assert await username_behind(world, await world.ask()) == "support@demo.example"


async def test_a_program_without_a_user_where_none_is_named_is_told_where_to_name_one(org, clock, pairs):
    async with operated(org, clock, "jwt", secrets=key_secret(pairs[0])) as world:
        told = (await world.ask()).json()
        assert told["error"] == "invalid_grant"
        assert "salesforce_username" in told["error_description"]


async def test_client_credentials_work_as_the_user_that_the_app_runs_as(org, clock):
    async with operated(org, clock, "client-credentials") as world:
        assert await username_behind(world, await world.ask()) == ADMIN


async def test_while_a_key_is_rotated_the_certificate_of_either_is_good(org, clock, pairs):
    old, new = pairs
    async with operated(org, clock, f"jwt:{SALES}", secrets=key_secret(new, old)) as world:
        for known_to_the_app in (old, new):
            world.trust(known_to_the_app, SALES)
            answer = await world.ask()
            assert answer.status_code == 200, answer.text
            assert await username_behind(world, answer) == SALES


async def test_a_session_that_has_died_is_followed_by_another_without_the_program(org, clock, pairs):
    async with operated(org, clock, f"jwt:{SALES}", secrets=key_secret(pairs[0])) as world:
        world.trust(pairs[0], SALES)
        answer = await world.ask()
        before = len(world.deployment.salesforce.sent_to("/services/oauth2/token"))
        world.deployment.faults.expire_tokens()
        assert await username_behind(world, answer) == SALES
        assert len(world.deployment.salesforce.sent_to("/services/oauth2/token")) == before + 1


async def test_a_worker_that_died_while_signing_in_holds_up_nobody_longer_than_its_lease(org, clock, pairs):
    """Nothing was used up by it: unlike a refresh token's, its grant goes on."""
    async with operated(org, clock, f"jwt:{SALES}", secrets=key_secret(pairs[0])) as world:
        world.trust(pairs[0], SALES)
        answer = await world.ask()
        world.deployment.faults.expire_tokens()
        world.deployment.faults.reset_after(matching="/services/oauth2/token")
        with pytest.raises(ConnectionResetError):  # nothing of ours explains it: as if the process had been killed
            await username_behind(world, answer)
        clock.advance(LEASE_SECONDS + 1)
        assert await username_behind(world, answer) == SALES


REFUSALS = {
    "the key's certificate is not the app's": (
        lambda world, pairs: world.trust(pairs[1], SALES),
        "Upload the certificate",
    ),
    "the user is not pre-authorized": (lambda world, pairs: world.trust(pairs[0], ADMIN), "Permitted Users"),
    "nobody has approved the app": (
        lambda world, pairs: world.change_app(certificate=pairs[0].certificate.decode()),
        "Permitted Users",
    ),
    "the user is deactivated": (lambda world, _: world.deactivate(SALES), "deactivated"),
    "the address is outside the org's ranges": (
        lambda world, _: world.deployment.faults.refuse_sign_ins("invalid_grant", "ip restricted"),
        "Login IP Ranges",
    ),
    "the app is not in the org": (
        lambda world, _: world.deployment.faults.refuse_sign_ins("app_not_found", "not installed"),
        "External Client App",
    ),
    "the user signs in too often": (
        lambda world, _: world.deployment.faults.refuse_sign_ins("rate_limit_exceeded", "login rate exceeded"),
        "Wait an hour",
    ),
    "the flow is off": (
        lambda world, _: world.deployment.faults.refuse_sign_ins("unsupported_grant_type", "not supported"),
        "tick the flow",
    ),
}


@pytest.mark.parametrize("case", list(REFUSALS))
async def test_a_refused_sign_in_tells_the_program_what_mends_it(org, clock, pairs, case):
    break_it, remedy = REFUSALS[case]
    async with operated(org, clock, f"jwt:{SALES}", secrets=key_secret(pairs[0])) as world:
        if case in {"the user is deactivated", "the address is outside the org's ranges"}:
            world.trust(pairs[0], SALES)
        break_it(world, pairs)
        answer = await world.ask()
        assert answer.status_code in {400, 503}
        assert answer.json()["error"] in {"invalid_grant", "temporarily_unavailable"}
        assert remedy in answer.json()["error_description"]
        assert answer.json()["error_description"].isascii(), "RFC 6749 §5.2"
        assert world.deployment.rows("family#") == []


async def test_a_user_who_is_deactivated_later_is_a_dead_grant_not_a_loop(org, clock, pairs):
    async with operated(org, clock, f"jwt:{SALES}", secrets=key_secret(pairs[0])) as world:
        world.trust(pairs[0], SALES)
        answer = await world.ask()
        world.deactivate(SALES)
        world.deployment.faults.expire_tokens()
        before = len(world.deployment.salesforce.sent_to("/services/oauth2/token"))
        with pytest.raises(SignInRequired):
            await username_behind(world, answer)
        assert len(world.deployment.salesforce.sent_to("/services/oauth2/token")) == before + 1


async def test_another_user_of_the_operators_choice_never_continues_the_first_ones_tokens(org, clock):
    async with operated(org, clock, "client-credentials") as world:
        answer = await world.ask()
        world.change_app(run_as=SALES)
        world.deployment.faults.expire_tokens()
        with pytest.raises(SignInRequired):
            await username_behind(world, answer)
        assert await username_behind(world, await world.ask()) == SALES


@pytest.mark.parametrize(
    ("secrets", "way", "named"),
    [
        ({}, f"jwt:{SALES}", "salesforce-jwt-key"),
        ({"salesforce-jwt-key": "no key"}, f"jwt:{SALES}", "PEM"),
        ({"salesforce-client-secret": []}, "client-credentials", "salesforce-client-secret"),
        ({"salesforce-client-secret": "wrong"}, "client-credentials", "consumer secret"),
    ],
)
async def test_what_the_operator_has_not_stored_or_stored_wrong_is_named(org, clock, secrets, way, named):
    async with operated(org, clock, way, secrets=secrets) as world:
        told = (await world.ask()).json()
        assert named in told["error_description"]
        assert "no key" not in told["error_description"]


async def test_only_a_program_that_the_operator_named_gets_in(org, clock):
    person = {"client_id": "a-persons", "client_secret": "s" * 32, "redirect_uris": ["https://app.example/callback"]}
    async with operated(org, clock, "client-credentials", clients=[PROGRAM, person]) as world:
        registered = await Application.register(
            world.deployment.http, token_endpoint_auth_method="client_secret_basic", grant_types=["authorization_code"]
        )
        stranger = {"client_id": registered.client_id, "client_secret": registered.secret}
        for client in (person, stranger):
            told = await world.ask(client)
            assert (told.status_code, told.json()["error"]) == (400, "unauthorized_client")
        wrong = await world.ask({**PROGRAM, "client_secret": "guessed"})
        assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
        assert world.deployment.salesforce.requests == []


async def test_nobody_with_a_browser_becomes_the_operators_user(org, clock):
    async with operated(org, clock, "client-credentials") as world:
        application = await Application.register(world.deployment.http)
        landed = await world.deployment.browser().open(application.authorization_url())
        assert told_to_the_client(landed)["error"] == "unauthorized_client"
        assert told_to_the_client(landed)["iss"] == ISSUER
        assert world.deployment.salesforce.requests == []


async def test_where_people_sign_in_a_program_has_nobodys_rights(org, clock):
    async with operated(org, clock, "people", orgs=(f"agents {ORG} - client-credentials",)) as world:
        told = (await world.ask()).json()
        assert told["error"] == "unauthorized_client"
        assert "people sign in" in told["error_description"]


async def test_a_program_stays_in_its_org_and_within_its_scopes(org, clock):
    agent = {**PROGRAM, "org": "agents", "scope": "sf.read"}
    orgs = (f"agents {ORG} - client-credentials", f"others {ORG} - client-credentials")
    async with operated(org, clock, "people", orgs=orgs, clients=[agent]) as world:
        answer = await world.ask(agent)
        access = await world.deployment.access(answer.json())
        assert (access.org, access.resource, access.scopes) == ("agents", f"{ISSUER}/mcp/o/agents", {"sf.read"})
        for resource in (f"{ISSUER}/mcp", f"{ISSUER}/mcp/o/others", "https://elsewhere.example/mcp"):
            assert (await world.ask(agent, resource=resource)).json()["error"] == "invalid_target"
        assert (await world.ask(agent, scope="sf.read sf.delete")).json()["scope"] == "sf.read"
        assert (await world.ask(agent, scope="sf.delete")).json()["error"] == "invalid_scope"


async def test_reading_is_all_that_a_program_may_do_of_which_nothing_is_said(org, clock):
    silent = {name: value for name, value in PROGRAM.items() if name != "scope"}
    async with operated(org, clock, "client-credentials", clients=[silent]) as world:
        assert (await world.ask(silent)).json()["scope"] == "sf.read"


async def test_a_programs_token_ends_with_its_hour_and_leaves_nothing_to_renew(org, clock):
    async with operated(org, clock, "client-credentials") as world:
        answer = await world.ask()
        clock.advance(3601)
        assert await world.deployment.access(answer.json()) is None
        assert (
            world.deployment.store._connection.execute("SELECT 1 FROM item WHERE value LIKE '%sfr_%'").fetchall() == []
        )


async def test_a_program_cannot_make_salesforce_lock_its_user_out(org, clock):
    async with operated(org, clock, "client-credentials") as world:
        answers = [(await world.ask()).status_code for _ in range(31)]
        assert answers == [200] * 30 + [429]


async def test_the_grant_is_told_only_where_it_is_offered(org, clock, deployment):
    path = "/.well-known/oauth-authorization-server"
    assert "client_credentials" not in (await deployment.http.get(path)).json()["grant_types_supported"]
    async with operated(org, clock, "client-credentials") as world:
        assert "client_credentials" in (await world.deployment.http.get(path)).json()["grant_types_supported"]


# Legacy: on this machine only.


async def test_on_this_machine_a_password_signs_in(org, clock, caplog):
    secrets = {"salesforce-password": "demo"}
    async with operated(org, clock, f"password:{SALES}", secrets=secrets, public_url=LOOPBACK) as world:
        assert await username_behind(world, await world.ask()) == SALES
    assert "legacy" in caplog.text


async def test_a_wrong_password_is_explained_and_not_repeated(org, clock):
    secrets = {"salesforce-password": "wrong-0815"}
    async with operated(org, clock, f"password:{SALES}", secrets=secrets, public_url=LOOPBACK) as world:
        told = (await world.ask()).json()["error_description"]
        assert "security token" in told
        assert "wrong-0815" not in told


async def test_on_this_machine_a_session_id_serves_until_it_ends(org, clock, caplog):
    async with deployed(org, clock) as elsewhere:
        sales = elsewhere.site.user_id(SALES)
        session = elsewhere.site.sessions.start(sales)
        secrets = {"salesforce-session": session.token}
        async with operated(org, clock, "session", secrets=secrets, public_url=LOOPBACK) as world:
            answer = await world.ask()
            assert await username_behind(world, answer) == SALES
            world.deployment.faults.expire_tokens()
            with pytest.raises(SignInRequired):
                await username_behind(world, answer)
            assert "new access token or session id" in (await world.ask()).json()["error_description"]
    assert "legacy" in caplog.text


@pytest.mark.parametrize("way", ["password:sales@demo.example", "session"])
@pytest.mark.parametrize("further", [False, True], ids=["default", "further org"])
def test_a_public_server_with_a_legacy_way_does_not_start(way, further):
    changes = {"orgs": (f"old {ORG} - {way}",)} if further else {"sign_in": way}
    with pytest.raises(Misconfigured, match="refused by a server that others can reach"):
        build_oauth_app(replace(SETTINGS, **changes), connect=None)


@pytest.mark.parametrize(
    "way", ["", "magic", "jwt ", "people:x", "client-credentials:x", "session:x", "password", "JWT"]
)
def test_a_way_that_is_none_stops_the_start_and_names_those_there_are(way):
    with pytest.raises(Misconfigured, match="is not a way to sign in") as caught:
        build_oauth_app(replace(SETTINGS, public_url=LOOPBACK, sign_in=way), connect=None)
    assert "client-credentials" in caught.value.hint


def test_two_orgs_of_one_alias_stop_the_start():
    with pytest.raises(Misconfigured, match="names 'emea' twice"):
        build_oauth_app(replace(SETTINGS, orgs=(f"emea {ORG}", f"emea {ORG}")), connect=None)
