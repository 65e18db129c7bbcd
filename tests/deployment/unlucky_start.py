"""A handler whose first start fails, as it does when AWS cannot be reached for a moment."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from salesforce_mcp.aws.lambda_app import LambdaApp

starts: list[int] = []


async def answer(request: Request) -> JSONResponse:
    if request.query_params.get("break"):
        raise ValueError("a mistake of ours")
    return JSONResponse({"starts": len(starts), "process": os.getpid()})


def build() -> Starlette:
    built = []

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        built.append(app)
        if len(built) > 1:
            raise RuntimeError("a lifespan can be entered once, as the MCP session manager's")
        starts.append(1)
        if len(starts) == 1:
            raise ConnectionError("AWS is out of reach")
        yield

    return Starlette(routes=[Route("/{path:path}", answer)], lifespan=lifespan)


handler = LambdaApp(build)
