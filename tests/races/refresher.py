"""A process of the race: so many workers, each with caches of its own, over one store. One line in, one line out."""

import asyncio
import json
import socket
import sys
from dataclasses import replace

import httpx
from no_network import TRUST, resolve

from salesforce_mcp.aws.clients import open_clients, warm_session
from salesforce_mcp.aws.store import DynamoStore
from salesforce_mcp.embedded import LocalCipher, LocalSecrets, SqliteStore
from salesforce_mcp.errors import Failure
from salesforce_mcp.oauth.grants import GrantCredential, Grants
from salesforce_mcp.ports import Store, SystemClock
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.services import Services
from salesforce_mcp.settings import Settings


def store_of(task: dict) -> Store:
    """A file, or a table as on AWS: its address and credentials are in the environment."""
    if "table" in task:
        return DynamoStore(open_clients(warm_session()).dynamodb, task["table"])
    return SqliteStore(task["store"])


async def main(task: dict) -> None:
    url = task["org_url"]
    settings = replace(
        Settings(), login_url=url, client_id=task["client_id"], extra_org_hosts=(url.removeprefix("http://"),)
    )
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=20)) as http:
        services = Services(
            settings=settings,
            store=store_of(task),
            cipher=LocalCipher(bytes.fromhex(task["key"])),
            secrets=LocalSecrets({settings.client_secret_name: task["client_secret"]}),
            clock=SystemClock(),
            http=http,
            login=http,
            resolve=resolve,
            trust=TRUST,
        )
        workers = [GrantCredential(Grants(services), tuple(task["who"])) for _ in range(task["workers"])]
        loop = asyncio.get_running_loop()
        print(json.dumps("ready"), flush=True)
        while await loop.run_in_executor(None, sys.stdin.readline):
            outcomes = await asyncio.gather(*(one(http, worker) for worker in workers))
            print(json.dumps(outcomes), flush=True)


async def one(http: httpx.AsyncClient, worker: GrantCredential) -> str:
    """One call of a tool: who am I? Its session is that of the last round."""
    try:
        return str((await Salesforce(http, worker, api_version="68.0").user_info())["user_id"])
    except Failure as failure:
        return f"{type(failure).__name__}: {failure.message}"


if __name__ == "__main__":
    socket.setdefaulttimeout(60)
    asyncio.run(main(json.loads(sys.argv[1])))
