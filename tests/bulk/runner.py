"""Runners of the workflow that may be killed: each line asks for one, which is a process of its own (a fork).

A runner dies by SIGKILL in front of its nth await point: a call of the store, of the files or of the org.
"""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from no_network import TRUST, resolve

from salesforce_mcp.bulk_steps import steps_of
from salesforce_mcp.embedded import FolderUploads, LocalCipher, LocalJobs, LocalSecrets, SqliteStore
from salesforce_mcp.ports import SystemClock
from salesforce_mcp.services import Services
from salesforce_mcp.settings import Settings

MACHINE = json.loads((Path(__file__).parents[2] / "functions/bulk_job.asl.json").read_text())


class Points:
    """Every await point is passed here, and at one of them the process ends."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at = kill_at
        self.passed: list[str] = []

    def pass_by(self, name: str) -> None:
        self.passed.append(name)
        if len(self.passed) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


class Watched:
    """A port whose every call is an await point."""

    def __init__(self, port: Any, name: str, points: Points) -> None:
        self._port, self._name, self._points = port, name, points

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self._points.pass_by(f"{self._name}.{method}")
            return getattr(self._port, method)(*arguments, **named)

        return call


class Wire(httpx.AsyncHTTPTransport):
    def __init__(self, points: Points) -> None:
        super().__init__(verify=TRUST)
        self._points = points

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._points.pass_by(f"{request.method} {request.url.path.rpartition('/')[2]}")
        return await super().handle_async_request(request)


class Hurried(SystemClock):
    """The workflow waits seconds where this runner waits a moment."""

    async def sleep(self, seconds: float) -> None:  # noqa: ARG002 - as a Clock has it
        await asyncio.sleep(0.01)


async def run(task: Mapping[str, Any]) -> dict[str, Any]:
    """Take up what is under way and do it to its end."""
    folder, url, points, clock = Path(task["folder"]), task["org_url"], Points(task["kill_at"]), Hurried()
    settings = replace(Settings(), login_url=url, extra_org_hosts=(url.removeprefix("http://"),))
    store, uploads = SqliteStore(folder / "store.db"), FolderUploads(folder / "files")
    watched, files = Watched(store, "store", points), Watched(uploads, "files", points)
    jobs = LocalJobs(MACHINE, store=watched, uploads=files, clock=clock)
    async with httpx.AsyncClient(transport=Wire(points), timeout=30) as http:
        services = Services(
            settings=settings,
            store=watched,
            cipher=LocalCipher(bytes(32)),
            secrets=LocalSecrets({}),
            clock=clock,
            http=http,
            login=http,
            resolve=resolve,
            trust=TRUST,
            uploads=files,
            jobs=jobs,
        )
        step, steps = steps_of(services, **task["limits"]), Counter[str]()

        async def deliver(payload: Mapping[str, Any]) -> dict[str, Any]:
            steps[payload["step"]] += 1
            if task["delivery"] == "side by side":
                both = await asyncio.gather(step(payload), step(payload), return_exceptions=True)
                answers = [one for one in both if not isinstance(one, BaseException)]
                if not answers:
                    raise both[0]
                return answers[0]
            answer = await step(payload)
            return answer if task["delivery"] == "once" else await step(payload)

        async with jobs.running(deliver):
            await jobs.idle()
    return {"points": points.passed, "steps": sorted(steps)}


def forked(task: Mapping[str, Any]) -> dict[str, Any]:
    """What a runner did; {} of one that was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as out:
            json.dump(asyncio.run(run(task)), out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        said = told.read()
    _, status = os.waitpid(child, 0)
    assert os.WIFEXITED(status) or os.WTERMSIG(status) == signal.SIGKILL
    return dict(json.loads(said)) if os.WIFEXITED(status) else {}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(forked(json.loads(line))), flush=True)
