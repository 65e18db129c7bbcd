"""A million rows by our workflow, in the deployed shape: the state machine calls handlers in processes of their own."""

import asyncio
import json
import os
import ssl
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from tests.bench.bytecode import REPOSITORY
from tests.bench.environments import Environments, environments
from tests.bench.orgs import OBJECT, PASSWORD, SOQL, USER, Site
from tests.bench.taken import Taken

from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY, DEMO_CONSUMER_SECRET
from salesforce_mcp.bulk.ledger import Ledger
from salesforce_mcp.embedded import FolderUploads, LocalCipher, LocalSecrets, SqliteStore
from salesforce_mcp.embedded.states import States
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.ports import SystemClock
from salesforce_mcp.salesforce.session import Secret
from salesforce_mcp.salesforce.sign_in import exchange, password
from salesforce_mcp.services import Services
from salesforce_mcp.settings import Settings

MACHINE = json.loads((REPOSITORY / "functions/bulk_job.asl.json").read_text())


def measure(at: Site) -> Taken:
    return asyncio.run(_measure(at))


async def _measure(at: Site) -> Taken:
    kept = at.folder / "kept"
    (kept / "files").mkdir(parents=True)
    (kept / "key").write_bytes(LocalCipher.new_key())
    environment = {
        **at.environment,
        "KEPT": str(kept),
        "PUBLIC_URL": "https://mcp.example.com",
        "SALESFORCE_LOGIN_URL": at.url,
        "SALESFORCE_EXTRA_HOSTS": at.url.removeprefix("https://"),
    }
    owner = await _signed_in(at, kept, Settings.load(environment))
    (kept / "files/uploads" / owner).mkdir(parents=True)
    os.link(at.csv, kept / "files/uploads" / owner / "up-1.csv")
    async with environments(environment) as running:
        order = {"owner": owner, "object": OBJECT, "operation": "insert", "upload": "up-1"}
        seconds_in = await _run(running, kept, {"step": "order", "order": order}, rows=at.rows)
        export = {"owner": owner, "soql": SOQL, "all_rows": False}
        seconds_out = await _run(running, kept, {"step": "order", "export": export}, rows=at.rows)
        return Taken.at(at, seconds_in, seconds_out, megabytes=max(running.peaks.values()), steps=running.peaks)


async def _run(running: Environments, kept: Path, order: Mapping[str, Any], *, rows: int) -> float:
    """Order a job, be its workflow, and look that every row is there. The seconds that it took."""
    began = time.perf_counter()
    _, state = await running.invoke(order)
    states = States(invoke=running.invoke, read=FolderUploads(kept / "files").read, clock=SystemClock())
    await states.run(MACHINE, state)
    seconds = time.perf_counter() - began
    load = await Ledger(SqliteStore(kept / "store.db")).load(state["owner"], state["job"])
    assert (load.state, load.rows, load.failed) == ("complete", rows, 0), load
    return seconds


async def _signed_in(at: Site, kept: Path, settings: Settings) -> str:
    """Keep a grant, as after consent and callback; whose it is."""
    trust = ssl.create_default_context(cafile=at.authority)
    async with httpx.AsyncClient(verify=trust) as http:
        services = Services(
            settings=settings,
            store=SqliteStore(kept / "store.db"),
            cipher=LocalCipher((kept / "key").read_bytes()),
            secrets=LocalSecrets({}),
            clock=SystemClock(),
            http=http,
            login=http,
            trust=trust,
        )
        form = password(
            client_id=DEMO_CONSUMER_KEY,
            client_secret=Secret(DEMO_CONSUMER_SECRET),
            username=USER,
            password=Secret(PASSWORD),
        )
        answer = await exchange(http, at.url, form, extra_hosts=settings.extra_org_hosts)
        await Grants(services).keep(answer, org="default", login_url=at.url, username=USER)
        return f"{answer.organization_id}/{answer.user_id}"
