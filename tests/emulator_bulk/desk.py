"""What a client of the Bulk API does, in one line each."""

import csv
import io
from dataclasses import dataclass, replace
from typing import Any

import httpx

from salesforce_emulator.org import Org
from salesforce_emulator.site import Site

ACCOUNTS = {"object": "Account", "operation": "insert"}


def names(org: Org, living: int = 1) -> list[str]:
    """Of the accounts that live, or of all."""
    query = 'SELECT Name FROM "Account" WHERE IsDeleted != ? ORDER BY Name'
    return [row[0] for row in org.connection.execute(query, (living,))]


@dataclass(frozen=True)
class Desk:
    client: httpx.AsyncClient
    site: Site
    token: str = ""
    version: str = "68.0"

    def signed_in(self, username: str) -> "Desk":
        user_id = self.site.user_id(username)
        assert user_id
        return replace(self, token=self.site.sessions.start(user_id).token)

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        url = path if path.startswith("/services") else f"/services/data/v{self.version}/{path}"
        return await self.client.request(method, url, headers=headers, **more)

    async def create(self, **order: str) -> str:
        answer = await self.call("POST", "jobs/ingest", json=order)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    async def upload(self, job: str, content: str | bytes) -> httpx.Response:
        return await self.call(
            "PUT", f"jobs/ingest/{job}/batches", content=content, headers={"Content-Type": "text/csv"}
        )

    async def close(self, job: str) -> httpx.Response:
        return await self.call("PATCH", f"jobs/ingest/{job}", json={"state": "UploadComplete"})

    async def run(self, content: str | bytes, **order: str) -> str:
        """A whole job, to its end."""
        job = await self.create(**order)
        assert (await self.upload(job, content)).status_code == 201
        assert (await self.close(job)).status_code == 200
        self.site.bulk.finish()
        return job

    async def read(self, job: str, kind: str = "ingest") -> dict[str, Any]:
        answer = await self.call("GET", f"jobs/{kind}/{job}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def text(self, job: str, results: str) -> str:
        answer = await self.call("GET", f"jobs/ingest/{job}/{results}")
        assert answer.status_code == 200, answer.text
        return answer.text

    async def rows(self, job: str, results: str, delimiter: str = ",") -> list[list[str]]:
        text = await self.text(job, results)
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))

    async def query(self, soql: str, **order: str) -> str:
        answer = await self.call("POST", "jobs/query", json={"operation": "query", "query": soql, **order})
        assert answer.status_code == 200, answer.text
        self.site.bulk.finish()
        return str(answer.json()["id"])
