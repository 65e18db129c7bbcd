"""Clients that insist on *.salesforce.com, by way of the throw-away CA and the tunnel."""

import json
import os
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from emulator_judges.command import address, emulator, exports


def test_unmodified_simple_salesforce_takes_the_emulator_for_salesforce() -> None:
    with emulator("--tls", "--tunnel", "0") as greeting:
        program = Path(__file__).with_name("tunnelled.py")
        env = {**os.environ, **exports(greeting)}
        for name in ("NO_PROXY", "no_proxy", "https_proxy"):
            env.pop(name, None)
        run = subprocess.run([sys.executable, program], env=env, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    assert seen.pop("objects") > 75
    assert seen == {
        "host": "login.salesforce.com",
        "created": True,
        "names": ["Through the tunnel"],
        "loaded": 1,
    }


def test_its_addresses_are_those_that_the_client_used() -> None:
    with emulator("--tls", "--tunnel", "0") as greeting:
        ways = exports(greeting)
        trust = ssl.create_default_context(cafile=ways["SSL_CERT_FILE"])
        with httpx.Client(verify=trust, proxy=ways["HTTPS_PROXY"], trust_env=False) as client:
            form = {
                "grant_type": "password",
                "client_id": _shown(greeting, "consumer key"),
                "client_secret": _shown(greeting, "consumer secret"),
                "username": "sales@demo.example",
                "password": "demo",
            }
            for host in ("acme.my.salesforce.com", "acme--dev.sandbox.my.salesforce.com"):
                token = client.post(f"https://{host}/services/oauth2/token", data=form).json()
                assert token["instance_url"] == f"https://{host}"
            for host in ("example.com", "salesforce.com.example.com", "deep.acme.my.salesforce.com"):
                with pytest.raises(httpx.ProxyError, match="403"):
                    client.get(f"https://{host}/")
            with pytest.raises(httpx.ProxyError, match="403"):
                client.get("https://acme.my.salesforce.com:8443/")
        plain = httpx.get("http://acme.my.salesforce.com/", proxy=ways["HTTPS_PROXY"], trust_env=False)
        assert plain.status_code == 405
        with httpx.Client(verify=trust, trust_env=False) as client:
            assert client.get(f"{address(greeting)}/services/data").json()[-1]["version"] == "68.0"
        folder = Path(ways["SSL_CERT_FILE"]).parent
        assert [path.name for path in sorted(folder.iterdir())] == ["ca.pem", "server.key", "server.pem"]
    assert not folder.exists()


def test_the_tunnel_needs_tls() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "salesforce_emulator.command", "--tunnel"], capture_output=True, text=True
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert "--tunnel carries https: add --tls" in run.stderr


def _shown(greeting: str, what: str) -> str:
    return greeting.split(f"{what}: ")[1].split("\n")[0]
