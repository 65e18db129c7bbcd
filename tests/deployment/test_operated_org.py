"""From `setup --stack` to a tool call: a deployed server that signs in by itself, in the processes Lambda would run."""

import json
import os
import subprocess
from base64 import b64decode, b64encode
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from clients.product import COMMAND
from lambda_runtime import FunctionError, sandbox
from lambda_world import World, lambda_world
from sam_template import ROOT

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY

pytestmark = pytest.mark.xdist_group("events")

SALES = "sales@demo.example"
PROGRAM = {
    "client_id": "nightly-sync",
    "client_secret": "a-secret-of-the-nightly-sync-long-enough",
    "grant_types": ["client_credentials"],
}


def token_event() -> dict[str, Any]:
    event: dict[str, Any] = json.loads((ROOT / "events/oauth_endpoint/token_unknown_code.json").read_text())
    proof = {"client_id": PROGRAM["client_id"], "client_secret": PROGRAM["client_secret"]}
    return event | {"body": b64encode(urlencode({"grant_type": "client_credentials", **proof}).encode()).decode()}


def call_event(token: str) -> dict[str, Any]:
    text = (ROOT / "events/mcp_endpoint/tools_call.json").read_text()
    event: dict[str, Any] = json.loads(text)
    return event | {"headers": event["headers"] | {"authorization": f"Bearer {token}"}}


def told(answer: dict[str, Any]) -> dict[str, Any]:
    text = b64decode(answer["body"]).decode() if answer["isBase64Encoded"] else answer["body"]
    found: dict[str, Any] = json.loads(text)
    return found


def set_up(world: World, folder: Any) -> str:
    """As an operator types it; the certificate is then uploaded to the app."""
    stack = world.environment["SECRET_PREFIX"].rstrip("/")
    command = [str(COMMAND), "setup", "https://mcp.example.com", "--folder", str(folder), "--stack", stack]
    outcome = subprocess.run(command, env=os.environ | world.environment, capture_output=True, text=True, timeout=60)
    assert outcome.returncode == 0, outcome.stderr
    assert not (folder / "salesforce-jwt.key").exists(), "the key is in Secrets Manager and nowhere else"
    assert "BEGIN PRIVATE" not in outcome.stdout
    return (folder / "salesforce-jwt.crt").read_text()


def test_a_deployed_server_signs_in_with_the_key_that_setup_stored_also_while_it_is_rotated(tmp_path):
    with lambda_world() as world:
        first, second = tmp_path / "first", tmp_path / "second"
        certificates = [set_up(world, first), set_up(world, second)]
        world.aws.client("secretsmanager").put_secret_value(
            SecretId=world.environment["SECRET_PREFIX"] + "oauth-clients", SecretString=json.dumps([PROGRAM])
        )
        environment = world.environment | {"SALESFORCE_SIGN_IN": f"jwt:{SALES}"}
        with (
            sandbox("oauth_endpoint.handler", environment, tmp_path / "oauth.log") as oauth,
            sandbox("mcp_endpoint.handler", environment, tmp_path / "mcp.log") as mcp,
        ):
            app = world.org.site.apps.find(DEMO_CONSUMER_KEY)
            for certificate in certificates:
                world.org.site.apps.register(replace(app, certificate=certificate, admin_approved=(SALES,)))
                call = call_event(told(oauth.invoke(token_event()))["access_token"])
                assert len(told(mcp.invoke(call))["result"]["structuredContent"]["rows"]) == 5
                if certificate is certificates[0]:  # the MCP function signs in again by itself, as its role lets it
                    world.org.org.connection.execute("DELETE FROM _session")
                    assert len(told(mcp.invoke(call))["result"]["structuredContent"]["rows"]) == 5
            world.org.site.apps.register(replace(app, certificate=certificates[1], admin_approved=()))
            refused = oauth.invoke(token_event())
            assert refused["statusCode"] == 400
            assert "Permitted Users" in told(refused)["error_description"]
            for log in (oauth.log, mcp.log):
                assert PROGRAM["client_secret"] not in log
                assert "PRIVATE KEY" not in log


@pytest.mark.parametrize("handler", ["oauth_endpoint.handler", "mcp_endpoint.handler"])
def test_a_public_function_with_a_password_does_not_start(tmp_path, handler):
    environment = {"PUBLIC_URL": "https://mcp.example.com", "SALESFORCE_SIGN_IN": f"password:{SALES}"}
    event = json.loads((ROOT / "events/oauth_endpoint/status.json").read_text())
    with sandbox(handler, environment, tmp_path / "log") as function, pytest.raises(FunctionError, match="refused by"):
        function.invoke(event)
