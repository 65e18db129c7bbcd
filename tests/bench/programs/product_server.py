"""What functions/mcp_endpoint.py runs, with the store, cipher and secrets of `make run` in place of AWS's."""

import gc

gc.disable()

import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from salesforce_mcp.aws.lambda_app import LambdaApp
from salesforce_mcp.server import build_app
from salesforce_mcp.services import Services
from salesforce_mcp.settings import Settings

settings = Settings.load(os.environ)
kept = Path(os.environ["KEPT"])


@asynccontextmanager
async def connect() -> AsyncIterator[Services]:
    import httpx

    from salesforce_mcp.embedded import LocalCipher, LocalSecrets, SqliteStore
    from salesforce_mcp.mcp_server.desk import STATE_KEY
    from salesforce_mcp.ports import SystemClock

    key, clock, trust = (kept / "key").read_bytes(), SystemClock(), ssl.create_default_context()
    async with httpx.AsyncClient(verify=trust, timeout=httpx.Timeout(25, connect=5)) as http:
        yield Services(
            settings=settings,
            store=SqliteStore(kept / "store.db"),
            cipher=LocalCipher(key),
            secrets=LocalSecrets({STATE_KEY: key.hex()}),
            clock=clock,
            http=http,
            login=http,
            trust=trust,
        )


handler = LambdaApp(lambda: build_app(settings, connect))
gc.enable()
gc.freeze()
