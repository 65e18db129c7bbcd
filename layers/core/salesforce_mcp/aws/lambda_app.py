"""An ASGI application as a Lambda handler: one event loop and one lifespan for the life of the environment.

`Mangum(app)` alone would start and stop the lifespan on each invocation: every connection would be lost, and the
MCP session manager, which starts once, would fail on the second.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger
from mangum import Mangum
from starlette.applications import Starlette

from salesforce_mcp.ports import work_ends

# Also the name of the standard library's logger behind it, for what else wants to write lines of this kind.
LOG = "salesforce-mcp"
logger = Logger(service=LOG)


class LambdaApp:
    """The handler. `build` runs at INIT, so what it makes is part of the SnapStart snapshot: no secret, no socket."""

    def __init__(self, build: Callable[[], Starlette]) -> None:
        self._build = build
        self._unused: Starlette | None = build()
        self._app: Starlette | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._life: asyncio.Task[None] | None = None

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        started, cold = time.monotonic(), self._loop is None
        app = self._running_app()
        work_ends.set(time.time() + context.get_remaining_time_in_millis() / 1000)
        answer = Mangum(app, lifespan="off")(event, context)
        logger.info(
            "request",
            extra={
                **_request_line(event),
                "status": answer["statusCode"],
                "milliseconds": round((time.monotonic() - started) * 1000, 1),
                "cold": cold,
                "request_id": getattr(context, "aws_request_id", ""),
            },
        )
        return answer

    def _running_app(self) -> Starlette:
        # Not at INIT: a loop holds a selector and a pair of sockets.
        self._loop = self._loop or asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        if self._app is None or self._life is None or self._life.done():
            # A lifespan can be entered once: after a failed start the next request gets a new application.
            app, self._unused, self._app = self._unused or self._build(), None, None
            self._life = self._start(app, self._loop)
            self._app = app
        return self._app

    def _start(self, app: Starlette, loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
        ready: asyncio.Future[None] = loop.create_future()
        life = loop.create_task(_live(app, ready))
        loop.run_until_complete(ready)
        return life


async def _live(app: Starlette, ready: asyncio.Future[None]) -> None:
    """Hold the lifespan open. One task enters and leaves it, as task groups require."""
    try:
        async with app.router.lifespan_context(app):
            ready.set_result(None)
            await asyncio.Event().wait()
    except Exception as error:
        if ready.done():
            raise
        ready.set_exception(error)


def _request_line(event: dict[str, Any]) -> dict[str, str]:
    """Method and path of either event shape. Never the query, a header or the body: codes and tokens travel there."""
    http = event.get("requestContext", {}).get("http", {})
    return {
        "method": str(http.get("method") or event.get("httpMethod", "")),
        "path": str(event.get("rawPath") or event.get("path", "")),
    }
