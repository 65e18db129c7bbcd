"""Every sample event, twice, through AWS's own runtime client in the process that Lambda would run."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lambda_runtime import Sandbox, sandbox
from lambda_world import World, lambda_world
from sam_template import ROOT

pytestmark = pytest.mark.xdist_group("events")

SAMPLE_TOKEN = "sfa_00000000000000000000000000000000_SAMPLE-ACCESS-TOKEN-SAMPLE-ACCESS-TOKEN-SAM"
SAMPLE_CLIENT = "SAMPLE-CLIENT-ID"
FUNCTIONS = ("mcp_endpoint", "oauth_endpoint")

STATUS = {
    "mcp_endpoint/delete": 405,
    "mcp_endpoint/discover": 200,
    "mcp_endpoint/initialize": 200,
    "mcp_endpoint/initialized": 202,
    "mcp_endpoint/invalid_json": 400,
    "mcp_endpoint/preflight": 200,
    "mcp_endpoint/rest_tools_call": 200,
    "mcp_endpoint/rest_tools_list": 200,
    "mcp_endpoint/tools_call": 200,
    "mcp_endpoint/tools_call_base64": 200,
    "mcp_endpoint/tools_call_legacy": 200,
    "mcp_endpoint/tools_list": 200,
    "mcp_endpoint/tools_list_legacy": 200,
    "mcp_endpoint/tools_list_toolset": 200,
    "mcp_endpoint/unauthenticated": 401,
    "mcp_endpoint/unknown_token": 401,
    "oauth_endpoint/account": 200,
    "oauth_endpoint/authorization_server": 200,
    "oauth_endpoint/authorize": 200,
    "oauth_endpoint/authorize_unknown_client": 401,
    "oauth_endpoint/callback_unknown_state": 403,
    "oauth_endpoint/consent_without_cookie": 403,
    "oauth_endpoint/mcp_in_a_browser": 200,
    "oauth_endpoint/mcp_stream": 405,
    "oauth_endpoint/protected_resource": 200,
    "oauth_endpoint/protected_resource_of_mcp": 200,
    "oauth_endpoint/protected_resource_of_toolset": 200,
    "oauth_endpoint/register": 201,
    "oauth_endpoint/rest_authorization_server": 200,
    "oauth_endpoint/rest_token_unknown_code": 400,
    "oauth_endpoint/revoke": 200,
    "oauth_endpoint/status": 200,
    "oauth_endpoint/token_unknown_code": 400,
    "oauth_endpoint/unknown_well_known": 404,
}


@dataclass(frozen=True)
class Stack:
    """The functions, warm or not, and what the samples stand for in this world."""

    world: World
    functions: dict[str, Sandbox]
    samples: dict[str, str]

    def invoke(self, case: str) -> dict[str, Any]:
        return self.functions[case.partition("/")[0]].invoke(self.event(case))

    def event(self, case: str) -> dict[str, Any]:
        """The sample event with this world's token and client in place of the sample ones."""
        event: dict[str, Any] = json.loads(self._real((ROOT / "events" / f"{case}.json").read_text()))
        if event["isBase64Encoded"]:
            event["body"] = b64encode(self._real(b64decode(event["body"]).decode()).encode()).decode()
        return event

    def _real(self, text: str) -> str:
        for sample, real in self.samples.items():
            text = text.replace(sample, real)
        return text


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    logs = tmp_path_factory.mktemp("logs")
    with (
        lambda_world() as world,
        sandbox("mcp_endpoint.handler", world.environment, logs / "mcp.log") as mcp,
        sandbox("oauth_endpoint.handler", world.environment, logs / "oauth.log") as oauth,
    ):
        registration = json.loads((ROOT / "events/oauth_endpoint/register.json").read_text())
        client = json.loads(oauth.invoke(registration)["body"])["client_id"]
        samples = {SAMPLE_TOKEN: world.signed_in(), SAMPLE_CLIENT: client}
        yield Stack(world, {"mcp_endpoint": mcp, "oauth_endpoint": oauth}, samples)


def body_of(answer: dict[str, Any]) -> Any:
    text = b64decode(answer["body"]).decode() if answer["isBase64Encoded"] else answer["body"]
    return json.loads(text)


def test_every_event_file_is_a_case():
    folders = (ROOT / "events" / function for function in FUNCTIONS)
    files = {f"{path.parent.name}/{path.stem}" for folder in folders for path in folder.glob("*.json")}
    assert files == set(STATUS)


@pytest.mark.parametrize("case", sorted(STATUS))
def test_an_event_is_answered_the_same_cold_and_warm(stack, case):
    answers = [stack.invoke(case) for _ in range(2)]
    print(case, answers[1]["statusCode"], str(answers[1].get("body"))[:2000])
    assert [answer["statusCode"] for answer in answers] == [STATUS[case]] * 2


@pytest.mark.parametrize("case", ["tools_call", "tools_call_legacy", "tools_call_base64", "rest_tools_call"])
def test_a_tool_call_brings_rows_of_the_org(stack, case):
    result = body_of(stack.invoke(f"mcp_endpoint/{case}"))["result"]
    assert not result.get("isError"), result
    assert len(result["structuredContent"]["rows"]) == 5


def test_warm_calls_use_the_connections_that_are_open(stack):
    stack.invoke("mcp_endpoint/tools_call")
    org, aws = stack.world.org, stack.world.aws
    to_org, to_aws, queries = set(org.connections), aws.connections, len(org.requests)
    for _ in range(5):
        stack.invoke("mcp_endpoint/tools_call")
    assert len(org.requests) >= queries + 5
    assert set(org.connections) == to_org
    assert aws.connections == to_aws


def test_a_renewal_that_lambda_would_cut_short_is_left_to_the_next_request(stack):
    support = "support@demo.example"
    call = json.loads(
        (ROOT / "events/mcp_endpoint/tools_call.json").read_text().replace(SAMPLE_TOKEN, stack.world.signed_in(support))
    )
    org, function = stack.world.org, stack.functions["mcp_endpoint"]
    org.org.connection.execute("DELETE FROM _session WHERE user_id = ?", (org.site.user_id(support),))
    told = body_of(function.invoke(call, seconds_left=20))["result"]
    assert told["isError"]
    assert "too little time" in told["structuredContent"]["message"]
    assert function.invoke(call)["statusCode"] == 401, "with time enough: this grant has no refresh token"


@pytest.mark.parametrize("case", ["unauthenticated", "unknown_token"])
def test_the_challenge_travels_under_a_name_that_api_gateway_leaves_alone(stack, case):
    headers = stack.invoke(f"mcp_endpoint/{case}")["headers"]
    assert headers["x-mcp-challenge"] == headers["www-authenticate"]
    metadata = 'resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"'
    assert metadata in headers["x-mcp-challenge"]


def test_cookies_go_out_one_by_one(stack):
    answer = stack.invoke("oauth_endpoint/authorize")
    assert answer["cookies"]
    assert all("Secure" in cookie and "HttpOnly" in cookie for cookie in answer["cookies"])
    assert "set-cookie" not in answer["headers"]


def test_a_request_is_one_line_of_json_without_what_is_secret(stack):
    for case in (
        "mcp_endpoint/tools_call",
        "oauth_endpoint/callback_unknown_state",
        "oauth_endpoint/token_unknown_code",
    ):
        stack.invoke(case)
    for function, path in (("mcp_endpoint", "/mcp"), ("oauth_endpoint", "/callback")):
        log = stack.functions[function].log
        lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
        requests = [line for line in lines if line["message"] == "request"]
        assert {"method", "path", "status", "milliseconds", "cold", "request_id"} <= set(requests[-1])
        assert [line["cold"] for line in requests].count(True) == 1
        assert path in {line["path"] for line in requests}
        for secret in (stack.samples[SAMPLE_TOKEN], "aPrxSAMPLE", "af0ifjsldkj", "SELECT Id"):
            assert secret not in log


def test_a_tool_call_leaves_an_audit_line(stack):
    stack.invoke("mcp_endpoint/tools_call")
    lines = [json.loads(line) for line in stack.functions["mcp_endpoint"].log.splitlines() if line.startswith("{")]
    calls = [line["message"] for line in lines if isinstance(line["message"], dict)]
    assert calls[-1]["tool"] == "executeQuery"
    assert calls[-1]["object"] == "Account"


def test_the_oauth_function_never_loads_the_mcp_sdk(stack, tmp_path: Path):
    with sandbox("imported_modules.handler", stack.world.environment | {"PYTHONPATH": str(Path(__file__).parent)},
                 tmp_path / "log") as probe:  # fmt: skip
        loaded = probe.invoke({"import": "oauth_endpoint"})["modules"]
    assert "salesforce_mcp.oauth.app" in loaded
    assert not [name for name in loaded if name.split(".")[0] in {"mcp", "mcp_types", "boto3", "uvicorn"}]
