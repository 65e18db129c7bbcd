"""The product as `make run` starts it: a process of its own, known by what it prints."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx

COMMAND = Path(sys.executable).with_name("salesforce-mcp")
DEV = (str(COMMAND), "dev", "--port", "{port}", "--org-port", "{org_port}")
SECONDS_TO_END = 30
UNFINISHED = b"\r\n".join(
    [
        b"POST /token HTTP/1.1",
        b"Host: localhost",
        b"Content-Type: application/x-www-form-urlencoded",
        b"Content-Length: 100",
        b"Expect: 100-continue",
        b"\r\n",
    ]
)


@dataclass(frozen=True)
class Product:
    """The running product and what it printed until it was ready."""

    url: str
    org_url: str
    token: str
    output: str
    folder: Path
    process: subprocess.Popen[str]
    reader: threading.Thread
    later: list[str]

    def rows(self, soql: str) -> list[dict[str, Any]]:
        """What the org itself answers, asked past the product."""
        return ask_org(self.org_url, soql)

    @property
    def unfolded(self) -> str:
        """What was printed, with lines of a shell that end in a backslash joined with the next."""
        return re.sub(r"\\\n\s*", "", self.output)

    @property
    def desktop_entries(self) -> list[dict[str, Any]]:
        """The server entries that it says to put into Claude Desktop's configuration."""
        texts = re.findall(r"^ {4}\{\n.*?^ {4}\}$", self.output, re.DOTALL | re.MULTILINE)
        return [json.loads(text)["mcpServers"]["salesforce"] for text in texts]

    def stop(self) -> tuple[int, str]:
        """Press Ctrl-C; return the exit code and what was printed since it was ready."""
        os.killpg(self.process.pid, signal.SIGINT)  # a terminal sends it to the whole group
        self.process.wait(timeout=SECONDS_TO_END)
        self.reader.join()
        if self.process.stdout:
            self.process.stdout.close()
        return self.process.returncode, "".join(self.later)


def start(folder: Path, command: Sequence[str] = DEV, *, env: Mapping[str, str] | None = None) -> Product:
    """Start the product on two free ports, which the command names as {port} and {org_port}.

    What it keeps goes into the folder.
    """
    port, org_port = free_port(), free_port()
    process = subprocess.Popen(
        [part.format(port=port, org_port=org_port) for part in command],
        cwd=folder,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    output = _until_ready(process)
    token = re.search(r"Bearer token\s+(\S+)", output)
    assert token, output
    later: list[str] = []
    # A full pipe would stop the server in the middle of a log line.
    reader = threading.Thread(target=lambda: later.extend(process.stdout or ()), daemon=True)
    reader.start()
    return Product(
        f"http://localhost:{port}/mcp", f"http://localhost:{org_port}", token[1], output, folder, process, reader, later
    )


def _until_ready(process: subprocess.Popen[str]) -> str:
    lines: list[str] = []
    for line in process.stdout or ():
        lines.append(line)
        if line.strip() == "Ready.":
            return "".join(lines)
    process.communicate()
    raise AssertionError(f"ended with {process.returncode} before it was ready:\n{''.join(lines)}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def unfinished_request(port: int) -> Iterator[None]:
    """A request that is being read, and never comes to its end."""
    with socket.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(UNFINISHED)
        assert slow.recv(100).startswith(b"HTTP/1.1 100 ")
        yield


def is_open(port: int) -> bool:
    with suppress(ConnectionError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


async def revoke(product: Product, client: Mapping[str, Any], token: str) -> None:
    """As the client itself may, from wherever its tokens are kept."""
    form = {name: client[name] for name in ("client_id", "client_secret") if client.get(name)}
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{product.url.removesuffix('/mcp')}/revoke", data={**form, "token": token})
    assert answer.status_code == 200, answer.text


def org_session(org_url: str) -> str:
    """Sign in to the org over SOAP, which needs no client; return the session id."""
    envelope = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:u="urn:partner.soap.sforce.com"><e:Body>'
        "<u:login><u:username>admin@demo.example</u:username><u:password>demo</u:password></u:login>"
        "</e:Body></e:Envelope>"
    )
    headers = {"content-type": "text/xml", "soapaction": '""'}
    answer = httpx.post(f"{org_url}/services/Soap/u/64.0", content=envelope, headers=headers, timeout=30)
    session = ElementTree.fromstring(answer.text).findtext(".//{urn:partner.soap.sforce.com}sessionId")  # noqa: S314 - our own org
    assert session, answer.text
    return session


def ask_org(org_url: str, soql: str) -> list[dict[str, Any]]:
    headers = {"authorization": f"Bearer {org_session(org_url)}"}
    answer = httpx.get(f"{org_url}/services/data/v68.0/query", params={"q": soql}, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    return [{name: row[name] for name in row if name != "attributes"} for row in answer.json()["records"]]
