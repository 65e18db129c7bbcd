"""A program of the operator's, with the Python SDK's own client, where `make run` signs in by itself."""

import asyncio
import re
from asyncio.subprocess import PIPE
from pathlib import Path

import httpx2
import pytest
from clients import product as running
from clients.product import COMMAND
from clients.python_sdk import Keychain
from clients.rows import ACCOUNTS, as_records
from full_counts import full
from mcp.client import Client
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.client.streamable_http import streamable_http_client

SALES = "sales@demo.example"


WAYS = {
    "jwt": (f"jwt:{SALES}", False),
    "session": ("session", True),
    "client-credentials": ("client-credentials", False),
    "password": (f"password:{SALES}", True),
}
# Each starts a product of its own; tests/oauth tries every way within one process.
TRIED = full(list(WAYS), share=["jwt", "session"])


@pytest.mark.full_counts
@pytest.mark.parametrize("name", TRIED)
async def test_a_program_signs_in_by_itself_and_gets_rows(tmp_path: Path, name: str) -> None:
    way, legacy = WAYS[name]
    product = running.start(tmp_path, env={"SALESFORCE_SIGN_IN": way})
    try:
        assert ("legacy way" in product.output) is legacy
        shown = re.search(r"curl -s -u (\S+):(\S+) -d grant_type=client_credentials", product.output)
        assert shown, product.output
        doctor = await asyncio.create_subprocess_exec(str(COMMAND), "doctor", product.url, stdout=PIPE)
        told, _ = await asyncio.wait_for(doctor.communicate(), 60)
        assert doctor.returncode == 0, told.decode()
        program = ClientCredentialsOAuthProvider(
            product.url, Keychain(), shown[1], shown[2], issuer=product.url.removesuffix("/mcp")
        )
        async with (
            httpx2.AsyncClient(auth=program, timeout=60) as http,
            Client(streamable_http_client(product.url, http_client=http), mode="auto") as client,
        ):
            result = await client.call_tool("executeQuery", {"soql": ACCOUNTS})
        assert as_records(result.structured_content or {}) == product.rows(ACCOUNTS)
    finally:
        code, _ = product.stop()
    assert code == 0
