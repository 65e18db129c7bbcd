"""A refresh that is sent on a connection which the other side has given up is lost, and the token with it."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from salesforce_mcp.aws.services import connector
from salesforce_mcp.errors import OutcomeUnknown
from salesforce_mcp.salesforce.session import Secret
from salesforce_mcp.salesforce.sign_in import exchange, refresh_token
from salesforce_mcp.settings import Settings

ORG, USER = "00D000000000001AAA", "005000000000001AAA"
REFRESH = refresh_token(client_id="app", client_secret=None, token=Secret("5Aep861"))


@asynccontextmanager
async def edge_that_gives_up_idle_connections() -> AsyncIterator[str]:
    """Each connection is good for one answer; it is closed when the next request is on its way."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        at = f"http://127.0.0.1:{writer.get_extra_info('sockname')[1]}"
        token = {"access_token": f"{ORG}!x", "instance_url": at, "id": f"{at}/id/{ORG}/{USER}"}
        body = json.dumps(token).encode()
        length = re.search(rb"content-length: (\d+)", (await reader.readuntil(b"\r\n\r\n")).lower())
        assert length
        await reader.readexactly(int(length[1]))
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await reader.read(1)  # the next request, or the other side's end
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_no_sign_in_is_lost_to_a_connection_that_had_been_idle(stack, monkeypatch) -> None:
    for name, value in stack.items():
        monkeypatch.setenv(name, value)
    async with edge_that_gives_up_idle_connections() as edge:
        hosts = (edge.removeprefix("http://"),)
        async with connector(Settings.load(os.environ))() as services:
            for _ in range(3):
                assert (await exchange(services.login, edge, REFRESH, extra_hosts=hosts)).user_id == USER
            await exchange(services.http, edge, REFRESH, extra_hosts=hosts)
            with pytest.raises(OutcomeUnknown):  # as it would have been
                await exchange(services.http, edge, REFRESH, extra_hosts=hosts)
