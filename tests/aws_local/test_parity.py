"""One state machine, two runners: whatever happens to a job, both tell the same of it in the end."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from typing import Any

import pytest
import pytest_asyncio
from aws_local.engines import Engine, interpreter, step_functions
from aws_local.histories import HISTORIES, LABELS, History
from aws_local.ministack import ministack
from aws_local.stage import Stage, watched
from aws_local.world import listen, served
from starlette.types import ASGIApp, Receive, Scope, Send

from salesforce_emulator.app import build_app
from salesforce_emulator.org import Org
from salesforce_emulator.signin.apps import DEMO_CONSUMER_KEY
from salesforce_mcp.bulk.ending import start
from salesforce_mcp.bulk.ledger import Load
from salesforce_mcp.oauth.grants import Grants
from salesforce_mcp.salesforce.session import Secret
from salesforce_mcp.salesforce.sign_in import TokenAnswer

pytestmark = [pytest.mark.xdist_group("parity"), pytest.mark.asyncio(loop_scope="module")]

# Of the moment, or of the runner: what no two jobs have in common.
PASSING = {"created_at", "ended_at", "intent_at", "salesforce_job", "processed", "refused", "locator"}


class Address:
    """One address of the org for all histories: the functions are told it once."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@dataclass(frozen=True)
class Runners:
    address: Address
    seeded: Org
    engines: dict[str, Engine]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runners(tools: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Runners]:
    listener = listen(0)
    address = Address(f"http://127.0.0.1:{listener.getsockname()[1]}")
    folder = tmp_path_factory.mktemp("parity")
    with ministack(folder, wait_scale=0.001, roles=False) as aws:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(served(address, listener))
            engines: dict[str, Engine] = {
                "make run": await stack.enter_async_context(interpreter(address.url, folder / "files")),
                "Step Functions": await stack.enter_async_context(step_functions(aws, address.url)),
            }
            yield Runners(address, Org.create(), engines)


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.name)
async def test_both_runners_end_a_history_alike(runners: Runners, history: History) -> None:
    told = {}
    for name, engine in runners.engines.items():
        told[name] = await lived(runners, engine, history)
        job = told[name]["job"]
        ends = (job["state"], job["succeeded"], job["failed"], job["unprocessed"])
        assert ends == history.ends, f"{name}: {job['message']} {[part['message'] for part in told[name]['parts']]}"
    assert differences(told["make run"], told["Step Functions"]) == []


async def lived(runners: Runners, engine: Engine, history: History) -> dict[str, Any]:
    """What is told of the job, its parts, its files and the org when nothing is running any more."""
    org = runners.seeded.copy()
    app = build_app(org)
    stage = Stage(org, app.state.site, engine, load_of(org, app.state.site, engine, history))
    runners.address.app = watched(app, stage)
    await sign_in(stage, runners.address.url)
    csv = history.csv(org) if callable(history.csv) else history.csv
    await engine.workshop.uploads.write("uploads/rows.csv", csv.encode())
    await engine.workshop.ledger.add(stage.load)
    if history.before:
        await history.before(stage)
    await start(engine.workshop, stage.load)
    await engine.idle()
    return {
        "job": lasting(await engine.workshop.ledger.load(stage.load.owner, stage.load.id)),
        "parts": [lasting(part) for part in await engine.workshop.ledger.parts(stage.load.id)],
        "files": await files(stage),
        "org": rows_of(org),
    }


def load_of(org: Org, site: Any, engine: Engine, history: History) -> Load:
    usual = {"object": "Contact", "operation": "insert", "source": "uploads/rows.csv", "columns": LABELS}
    number = HISTORIES.index(history)
    return Load(
        id=f"job-{number:024}",
        owner=f"{org.organization_id}/{site.user_id(history.user)}",
        created_at=engine.workshop.now(),
        **{**usual, **history.job},
    )


async def sign_in(stage: Stage, url: str) -> None:
    organization, _, user = stage.load.owner.partition("/")
    app = {"consumer_key": DEMO_CONSUMER_KEY, "scope": "api refresh_token id", "family": "family"}
    answer = TokenAnswer(
        access_token=Secret(stage.site.sessions.start(user, **app).token),
        refresh_token=Secret(stage.site.sessions.issue_refresh_token(user, **app)),
        instance_url=url,
        organization_id=organization,
        user_id=user,
    )
    await Grants(stage.engine.services).keep(answer, org="default", login_url=url)


def lasting(told: Any) -> dict[str, Any]:
    return {name: value for name, value in asdict(told).items() if name not in PASSING}


async def files(stage: Stage) -> dict[str, str]:
    """Each file by its content, but for the ids that the org gave to new records."""
    uploads, found = stage.engine.workshop.uploads, {}
    for name in await uploads.names(f"{stage.load.folder}/"):
        lines = (await uploads.read(name)).decode().splitlines()
        new = "successful/" in name and stage.load.operation in {"insert", "upsert"}
        kept = [line.partition(",")[2] for line in lines] if new else lines
        found[name] = hashlib.sha256("\n".join(kept).encode()).hexdigest()
    return found


def rows_of(org: Org) -> list[tuple[Any, ...]]:
    return org.connection.execute(
        "SELECT LastName, Email, Title, IsDeleted FROM Contact UNION ALL "
        "SELECT Name, ERP_Id__c, NULL, IsDeleted FROM Account ORDER BY 1, 2, 3, 4"
    ).fetchall()


def differences(one: Any, other: Any, where: str = "") -> list[str]:
    """Where the two accounts differ, and how."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [line for name in one for line in differences(one[name], other[name], f"{where}.{name}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [line for at in range(len(one)) for line in differences(one[at], other[at], f"{where}[{at}]")]
    return [] if one == other else [f"{where}: {one!r} and {other!r}"]
