"""The outermost layer: tidy paths, and the faults that somebody asked for."""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from salesforce_emulator.site import Site

SLASHES = re.compile("/{2,}")


class Edge:
    """Clients write //services/data and /query/: both are meant as the platform reads them."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._faults = site.faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = SLASHES.sub("/", scope["path"])
        path = path if path == "/" else path.rstrip("/")
        scope = {**scope, "path": path}
        if path.startswith("/__emulator__/"):
            await self._app(scope, receive, send)
            return
        request = f"{scope['method']} {path}?{scope['query_string'].decode('latin-1')}"
        await self._faults.delay(request)
        play = self._faults.take(request)
        if play is None:
            await self._app(scope, receive, send)
            return
        await play(self._app, scope, receive, send)
