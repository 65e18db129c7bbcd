"""A server whose tools were all made beforehand, for a snapshot, is the one that makes them when they are needed."""

import gc
import logging
import os
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from types import FrameType
from typing import Any

import httpx
import pytest
from mcp.server.request_state import RequestStateSecurity
from server.world import JSON, ORIGIN, World, call, given, tool_call

from salesforce_mcp.mcp_server.desk import StateKeys
from salesforce_mcp.mcp_server.tool_server import ToolServer
from salesforce_mcp.policy.audit import Audit
from salesforce_mcp.server import build_app
from salesforce_mcp.tools.catalogue import CATALOGUE, registered

UNIQUE = {
    time.time, time.time_ns, time.monotonic, time.monotonic_ns, time.perf_counter, time.perf_counter_ns, os.urandom,
}  # fmt: skip
# Whether pydantic loads plugins is the same in every restored environment.
HARMLESS = {"PYDANTIC_DISABLE_PLUGINS"}


@asynccontextmanager
async def endpoint(world: World, *, prepared: bool) -> AsyncIterator[httpx.AsyncClient]:
    settings = replace(world.services.settings, calls_per_minute=10_000)
    services = replace(world.services, settings=settings)
    app = build_app(settings, lambda: given(services), prepared=prepared)
    token = (await world.sign_in()).access_token
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=ORIGIN, headers={**JSON, "Authorization": f"Bearer {token}"}
        ) as http,
    ):
        yield http


async def test_both_list_the_same_tools_resources_and_prompts(world: World) -> None:
    asked = ["tools/list", "resources/list", "resources/templates/list", "prompts/list"]
    async with endpoint(world, prepared=True) as made, endpoint(world, prepared=False) as lazy:
        for path in ("/mcp", "/mcp/x/all", "/mcp/x/sales,bulk/readonly"):
            for method in asked:
                answers = [(await one.post(path, json=call(method))).json() for one in (made, lazy)]
                assert answers[0] == answers[1], (path, method)
                assert answers[0]["result"]


async def test_both_answer_a_wrong_call_of_every_tool_the_same(world: World) -> None:
    """The answer names the tool's parameters: it is made from what preparing makes."""
    async with endpoint(world, prepared=True) as made, endpoint(world, prepared=False) as lazy:
        for name in CATALOGUE:
            wrong = tool_call(name, noSuchParameter=1)
            answers = [(await one.post("/mcp/x/all", json=wrong)).json()["result"] for one in (made, lazy)]
            assert answers[0] == answers[1]
            assert answers[0]["structuredContent"]["code"] == "INVALID_ARGUMENTS", name


RIGHT: dict[str, dict[str, Any]] = {
    "executeQuery": {"soql": "SELECT Name, Industry FROM Account ORDER BY Name LIMIT 20"},
    "describeObject": {"objectName": "Opportunity"},
    "getUserInfo": {},
    "getRecord": {"objectName": "Account", "recordId": "001000000000000AAA"},
}


@pytest.mark.parametrize("name", RIGHT)
async def test_both_answer_a_right_call_the_same(world: World, name: str) -> None:
    async with endpoint(world, prepared=True) as made, endpoint(world, prepared=False) as lazy:
        answers = [(await one.post("/mcp/x/all", json=tool_call(name, **RIGHT[name]))).json() for one in (made, lazy)]
    assert answers[0] == answers[1]
    assert answers[0]["result"]["structuredContent"]


def test_preparing_reads_no_clock_no_chance_and_no_environment() -> None:
    """What is in a snapshot is in every environment restored from it. The interpreter tells what is called."""
    server = ToolServer(
        find_caller=lambda _: None,  # type: ignore[arg-type,return-value]
        request_state=RequestStateSecurity(codec=StateKeys()),
        audit=Audit(logging.getLogger("salesforce_mcp.audit")),
    )
    registered.cache_clear()
    calls, read = [], set()

    def watch(frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call":
            calls.append(called.__name__)
            if called in UNIQUE or isinstance(getattr(called, "__self__", None), random.Random):
                read.add(called.__name__)
        elif event == "call" and frame.f_code is type(os.environ).__getitem__.__code__:
            read.add(frame.f_locals["key"])

    gc.disable()  # as in the function: what the test tools do at a collection is not ours
    sys.setprofile(watch)
    try:
        server.prepare()
    finally:
        sys.setprofile(None)
        gc.enable()
    assert len(calls) > 10_000, "nothing was watched"
    assert read <= HARMLESS
