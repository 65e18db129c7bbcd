"""Runners killed with SIGKILL at every await point of every step, and started again: no row doubled, none lost."""

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from bulk.runner import MACHINE
from full_counts import FULL, full
from org_on_loopback import LoopbackOrg, org_on_loopback

from salesforce_mcp.bulk.ledger import Ledger, Load
from salesforce_mcp.bulk.worker import STEPS
from salesforce_mcp.embedded import FolderUploads, LocalCipher, LocalJobs, SqliteStore
from salesforce_mcp.oauth.grant import Grant, GrantTokens, State, seal, write_grant
from salesforce_mcp.ports import SystemClock
from salesforce_mcp.salesforce.session import Secret

TESTS = Path(__file__).parents[1]
ROWS, BAD = 60, 7  # one row is refused by the org, and counted
ADMIN = "admin@demo.example"


@dataclass
class Scene:
    """An org that outlives every runner, and a process that makes runners."""

    org: LoopbackOrg
    runners: subprocess.Popen[str]
    folder: Path
    count: int = 0

    def run(self, **task: Any) -> dict[str, Any]:
        assert self.runners.stdin is not None
        assert self.runners.stdout is not None
        self.runners.stdin.write(json.dumps({"org_url": self.org.url, **task}) + "\n")
        self.runners.stdin.flush()
        return dict(json.loads(self.runners.stdout.readline()))

    def rows(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self.org.org.connection.execute(statement, parameters).fetchall()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    program = [sys.executable, "-m", "bulk.runner"]
    with org_on_loopback() as org:
        runners = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=TESTS)
        yield Scene(org, runners, tmp_path_factory.mktemp("killed"))
        runners.communicate()


@dataclass(frozen=True)
class History:
    """One way through the workflow. `csv` has {mark} where the names of this run go."""

    operation: str = "insert"
    object: str = "Contact"
    csv: str = ""
    limits: Mapping[str, int] = field(default_factory=dict)
    ends: str = "complete"


def contacts() -> str:
    emails = ("none" if number == BAD else f"p{number}@import.example" for number in range(ROWS))
    rows = "".join(f"{{mark}} {number},{email}\n" for number, email in enumerate(emails))
    return f"LastName,Email\n{rows}"


PARTS = {"part_rows": 20}
HISTORIES = {
    "rows in": History(csv=contacts(), limits=PARTS),
    "rows in, parked": History(csv=contacts(), limits={**PARTS, "most_polls": 1}),
    "rows out": History(operation="query"),
    "a part is given up": History(object="CaseStatus", csv=contacts(), limits=PARTS, ends="failed"),
    "the file cannot be read": History(csv=contacts() + '"never closed\n', limits=PARTS, ends="failed"),
}


def begin(scene: Scene, history: History) -> tuple[Path, Load]:
    """What a tool leaves behind when it has ordered a job: the file, the job in the ledger, an execution to be run."""
    scene.count += 1
    folder, mark = scene.folder / str(scene.count), f"Run{scene.count}"
    folder.mkdir()
    user, organization = scene.org.site.user_id(ADMIN), scene.org.org.organization_id
    export = history.operation == "query"
    load = Load(
        id=f"job-{scene.count:024}",
        owner=f"{organization}/{user}",
        object=history.object,
        operation=history.operation,
        created_at=int(SystemClock().now()),
        source="" if export else "uploads/rows.csv",
        soql="SELECT Id, LastName FROM Contact WHERE LastName LIKE 'Seen %'" if export else "",
    )
    grant = Grant(
        organization_id=organization,
        user_id=user,
        org="default",
        login_url=scene.org.url,
        instance_url=scene.org.url,
        generation=1,
        state=State.OK,
    )

    async def keep() -> None:
        store, uploads = SqliteStore(folder / "store.db"), FolderUploads(folder / "files")
        tokens = GrantTokens(Secret(scene.org.site.sessions.start(user).token), Secret(""))
        await write_grant(store, SystemClock(), None, await seal(LocalCipher(bytes(32)), grant, tokens))
        if load.source:
            await uploads.write(load.source, history.csv.replace("{mark}", mark).encode())
        await Ledger(store).add(load)
        kind = "export" if export else "load"
        state = {"job": load.id, "owner": load.owner, "round": 1, "kind": kind}
        await LocalJobs(MACHINE, store=store, uploads=uploads, clock=SystemClock()).start(f"{load.id}-1", state)
        store.close()

    asyncio.run(keep())
    return folder, load


def end(scene: Scene, history: History, *, kills: list[int], delivery: str = "once") -> dict[str, Any]:
    """Run a job, killed as often as there are kills, to its end; check what is in the org and what is told."""
    folder, load = begin(scene, history)
    before = scene.rows("SELECT count(*) FROM _write_log")[0][0]
    for kill_at in [*kills, 0]:
        done = scene.run(folder=str(folder), kill_at=kill_at, delivery=delivery, limits=dict(history.limits))
    store = SqliteStore(folder / "store.db")
    load = asyncio.run(Ledger(store).load(load.owner, load.id))
    store.close()
    written = ROWS - 1 if history.csv and history.ends == "complete" else 0
    where = f"{kills} {delivery}: {load}"
    assert load.state == history.ends, where
    log = "SELECT record_id, operation FROM _write_log WHERE object = 'Contact' LIMIT -1 OFFSET ?"
    contacts_before = scene.rows("SELECT count(*) FROM _write_log WHERE object = 'Contact'")[0][0]
    assert scene.rows("SELECT count(*) FROM _write_log")[0][0] - before == written, where
    records = [one for one, operation in scene.rows(log, contacts_before - written) if operation == "insert"]
    assert len(set(records)) == len(records) == written, where
    mark = f"Run{scene.count} %"
    found = scene.rows("SELECT count(*), count(DISTINCT LastName) FROM Contact WHERE LastName LIKE ?", mark)
    assert found == [(written, written)], where
    if written:
        assert (load.rows, load.succeeded, load.failed, load.unprocessed) == (ROWS, ROWS - 1, 1, 0), where
    if history.operation == "query":
        text = "".join(file.read_text() for file in sorted((folder / "files").rglob("rows/*.csv")))
        assert (load.rows, text.count("Seen ")) == (40, 40), where
    return done


@pytest.fixture(scope="module")
def seen(scene: Scene) -> None:
    """Rows that are exported."""
    caller = scene.org.org.caller(scene.org.site.user_id(ADMIN))
    for number in range(40):
        scene.org.org.insert(caller, "Contact", {"LastName": f"Seen {number}"})


@pytest.mark.full_counts
@pytest.mark.parametrize("name", HISTORIES)
def test_a_runner_that_is_killed_anywhere_ends_its_job_when_it_is_started_again(
    scene: Scene, seen: None, name: str, record_property
) -> None:
    history = HISTORIES[name]
    points = end(scene, history, kills=[])["points"]
    places = range(1, len(points) + 1)
    if not FULL:
        seed = random.randrange(2**32)  # noqa: S311 - chance, not secrecy
        print(f"seed {seed}")
        places = sorted(random.Random(seed).sample(places, 6))  # noqa: S311
    for place in places:
        end(scene, history, kills=[place])
    record_property("workflows killed at an await point: ended right", len(places))
    print(f"{name}: killed at {len(places)} of {len(points)} await points")


@pytest.mark.full_counts
@pytest.mark.parametrize("delivery", ["twice", "side by side"])
@pytest.mark.parametrize("name", HISTORIES)
def test_every_step_may_be_delivered_twice_and_killed_as_well(
    scene: Scene, seen: None, name: str, delivery: str, record_property
) -> None:
    history = HISTORIES[name]
    points = end(scene, history, kills=[], delivery=delivery)["points"]
    places = range(1, len(points) + 1, full(1, share=len(points) // 2))
    for place in places:
        end(scene, history, kills=[place], delivery=delivery)
    record_property(f"workflows whose steps came {delivery}, killed as well: ended right", len(places))


@pytest.mark.full_counts
def test_a_runner_that_is_killed_again_and_again_ends_its_job(scene: Scene, seen: None) -> None:
    seed = random.randrange(2**32)  # noqa: S311 - chance, not secrecy
    print(f"seed {seed}")
    chance = random.Random(seed)  # noqa: S311
    for _ in range(full(60, share=3)):
        end(scene, HISTORIES["rows in"], kills=[chance.randrange(1, 120) for _ in range(5)])


@pytest.mark.full_counts
def test_the_histories_pass_through_every_step_of_the_workflow(scene: Scene, seen: None) -> None:
    steps = {step for history in HISTORIES.values() for step in end(scene, history, kills=[])["steps"]}
    assert steps == set(STEPS)
