"""An HTTP CONNECT proxy that leads every Salesforce host to the emulated org: RFC 9110 §9.3.6."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from salesforce_emulator.tls.authority import is_named

LONGEST_REQUEST = 16_384
PIECE = 65_536


@asynccontextmanager
async def tunnel(listener: socket.socket, *, host: str, port: int) -> AsyncIterator[None]:
    """Serve the proxy on `listener`; what goes through comes out at the org."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _serve(reader, writer, (host, port))
        finally:
            writer.close()

    server = await asyncio.start_server(connected, sock=listener, limit=LONGEST_REQUEST)
    try:
        yield
    finally:
        server.close()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, org: tuple[str, int]) -> None:
    try:
        request = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return
    refusal = _refusal(request)
    if refusal:
        writer.write(refusal)
        with suppress(ConnectionError):
            await writer.drain()
        return
    org_reader, org_writer = await asyncio.open_connection(*org)
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    ways = [asyncio.create_task(_pipe(reader, org_writer)), asyncio.create_task(_pipe(org_reader, writer))]
    try:
        # TLS has no half-closed connections: when one side ends, both do.
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        org_writer.close()


def _refusal(request: bytes) -> bytes:
    """Empty when the request may pass: the tunnel leads to the emulated org and nowhere else."""
    method, _, rest = request.split(b"\r\n", 1)[0].decode("latin-1").partition(" ")
    if method != "CONNECT":
        return _answer("405 Method Not Allowed", "This proxy understands CONNECT only.")
    host, _, port = rest.partition(" ")[0].rpartition(":")
    if port != "443" or not is_named(host):
        return _answer("403 Forbidden", "This proxy leads to Salesforce hosts on port 443 only.")
    return b""


def _answer(status: str, sentence: str) -> bytes:
    body = f"{sentence}\n"
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
