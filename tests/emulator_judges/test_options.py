"""What the command is told: rows, users, the time; and the control path that goes with it."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from emulator_judges.command import address, emulator

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET

ROWS = "SELECT COUNT() FROM BigTable__c"


def signed_in(url: str, username: str = "admin@demo.example") -> httpx.Client:
    app = {"client_id": DEMO_CONSUMER_KEY, "client_secret": DEMO_CONSUMER_SECRET}
    form = {"grant_type": "password", "username": username, "password": "demo", **app}
    token = httpx.post(f"{url}/services/oauth2/token", data=form).raise_for_status().json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    return httpx.Client(base_url=f"{url}/services/data/v68.0", headers=headers, timeout=30)


def count(client: httpx.Client, soql: str) -> int:
    total: int = client.get("/query", params={"q": soql}).raise_for_status().json()["totalSize"]
    return total


def test_rows_and_users_are_there_and_a_file_keeps_them(tmp_path: Path) -> None:
    file = ("--db", str(tmp_path / "org.db"))
    with emulator(*file, "--rows", "3000", "--users", "3") as greeting:
        assert "user1@demo.example" in greeting
        with signed_in(address(greeting)) as client:
            assert count(client, ROWS) == 3000
            created = client.post("/sobjects/BigTable__c", json={"Key__c": "mine"}).json()
            record = client.get(f"/sobjects/BigTable__c/{created['id']}").json()
            assert record["Name"] == "B-00003001"
            sought = client.get("/query", params={"q": "SELECT Id FROM BigTable__c WHERE Key__c = 'K2999'"}).json()
            assert client.get(f"/sobjects/BigTable__c/{sought['records'][0]['Id']}").json()["Name"] == "B-00002999"
    with emulator(*file, "--rows", "4000") as greeting, signed_in(address(greeting), "user3@demo.example") as client:
        assert count(client, ROWS) == 4000
        keys = client.get("/query", params={"q": "SELECT COUNT_DISTINCT(Name) n FROM BigTable__c"}).json()
        assert keys["records"][0]["n"] == 4000


def test_the_clock_is_set_moved_and_stopped() -> None:
    with emulator("--clock", "2030-01-01T00:00:00Z") as greeting:
        control = f"{address(greeting)}/__emulator__/clock"
        assert httpx.get(control).json()["now"].startswith("2030-01-01T00:0")
        assert httpx.post(control, json={"stop": True}).status_code == 200
        assert httpx.post(control, json={"set": "2030-05-05T12:00:00+02:00"}).json() == {
            "now": "2030-05-05T10:00:00.000Z"
        }
        with signed_in(address(greeting)) as client:
            record_id = client.post("/sobjects/Account", json={"Name": "May"}).json()["id"]
            created = client.get(f"/sobjects/Account/{record_id}?fields=CreatedDate").json()["CreatedDate"]
            assert created == "2030-05-05T10:00:00.000+0000"
            assert httpx.post(control, json={"advance": 3 * 3600}).json() == {"now": "2030-05-05T13:00:00.000Z"}
            assert client.get("/limits").json()[0]["errorCode"] == "INVALID_SESSION_ID"
        assert httpx.post(control, json={"run": True}).json()["now"].startswith("2030-05-05T13:00:0")
        for wrong in ({"set": "yesterday"}, {"set": "2030-05-05T12:00:00"}, {"advance": "x"}, {"back": 1}, [], {}):
            refused = httpx.post(control, json=wrong)
            assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "INVALID_INPUT")
        assert httpx.post(control, json={"advance": 1e12}).status_code == 400


def test_a_snapshot_is_a_state_to_go_back_to() -> None:
    with emulator() as greeting, signed_in(address(greeting)) as client:
        control = f"{address(greeting)}/__emulator__"
        client.post("/sobjects/Account", json={"Name": "Kept"})
        kept = {"snapshots": ["started", "with an account"]}
        assert httpx.post(f"{control}/snapshot", json={"name": "with an account"}).json() == kept
        client.post("/sobjects/Account", json={"Name": "Lost"})
        assert httpx.post(f"{control}/reset", json={"name": "with an account"}).status_code == 204
        assert count(client, "SELECT COUNT() FROM Account WHERE Name IN ('Kept', 'Lost')") == 1
        assert httpx.get(f"{control}/snapshot").json() == kept
        assert httpx.post(f"{control}/reset", json={"name": "never"}).status_code == 404
        assert httpx.post(f"{control}/snapshot", json={"name": ""}).status_code == 400
        assert httpx.post(f"{control}/reset").status_code == 204
        with signed_in(address(greeting)) as again:
            assert count(again, "SELECT COUNT() FROM Account WHERE Name = 'Kept'") == 0


@pytest.mark.parametrize(
    ("option", "value"), [("--rows", "-1"), ("--rows", "many"), ("--clock", "noon"), ("--users", "x")]
)
def test_a_senseless_option_is_refused_by_name(option: str, value: str) -> None:
    command = [sys.executable, "-m", "salesforce_emulator.command", option, value]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 2
    assert f"argument {option}: " in run.stderr
    assert value in run.stderr
    assert " value: " not in run.stderr, "argparse's own words name a function of ours"
    assert "Traceback" not in run.stderr
