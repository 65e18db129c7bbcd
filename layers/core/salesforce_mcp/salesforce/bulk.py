"""Bulk API 2.0: jobs that load rows, and jobs that export them.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0.htm
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from salesforce_mcp.errors import Refused
from salesforce_mcp.salesforce.connection import Call, Connection
from salesforce_mcp.salesforce.paths import api_name, record_id
from salesforce_mcp.salesforce.retry import Kind
from salesforce_mcp.salesforce.soql import without_side_effects
from salesforce_mcp.salesforce.wire import body_of

Results = Literal["successfulResults", "failedResults", "unprocessedrecords"]
ENDED = frozenset({"JobComplete", "Failed", "Aborted"})
CLOSED = ENDED | {"UploadComplete", "InProgress"}
PAGE_ROWS = 50_000
_CSV = {"Accept": "text/csv"}


@dataclass(frozen=True)
class BulkJob:
    """A job as Salesforce tells of it."""

    id: str
    state: str
    object: str
    operation: str
    processed: int
    failed: int
    error: str
    created: str
    created_by: str
    external_id: str

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "BulkJob":
        return cls(
            id=str(told.get("id", "")),
            state=str(told.get("state", "")),
            object=str(told.get("object", "")),
            operation=str(told.get("operation", "")),
            processed=int(told.get("numberRecordsProcessed") or 0),
            failed=int(told.get("numberRecordsFailed") or 0),
            error=str(told.get("errorMessage") or ""),
            created=str(told.get("createdDate", "")),
            created_by=str(told.get("createdById", "")),
            external_id=str(told.get("externalIdFieldName") or ""),
        )

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED


@dataclass(frozen=True)
class ExportPage:
    pieces: AsyncIterator[bytes]
    rows: int
    locator: str  # where the next page begins; empty on the last


@dataclass(frozen=True)
class ExportLinks:
    pages: Sequence[Mapping[str, str]]  # what to ask `export_page` for
    locator: str  # where the next links are; empty with the last


class Bulk:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open(self, name: str, operation: str, *, external_id: str = "") -> BulkJob:
        """A new job that waits for its rows."""
        body = {"object": api_name(name), "operation": operation, "contentType": "CSV", "lineEnding": "LF"}
        if external_id:
            body["externalIdFieldName"] = api_name(external_id)
        return await self._create("ingest", body)

    async def upload(self, job: str, content: bytes) -> None:
        """Give the job its rows. Once they are there, giving the same rows again changes nothing."""
        path = ("jobs", "ingest", record_id(job), "batches")
        call = Call(Kind.WRITE, "PUT", path, headers={"Content-Type": "text/csv; charset=UTF-8"})
        try:
            await self._connection.transfer(call, content)
        except Refused as refused:
            if "multiple contents" not in refused.message.lower():
                raise

    async def close(self, job: str) -> None:
        """Have the job worked on; that it is already is no failure."""
        await self._move("ingest", job, "UploadComplete", already=CLOSED)

    async def abort(self, job: str, *, kind: Literal["ingest", "query"] = "ingest") -> None:
        """Stop the job; that it has ended is no failure."""
        await self._move(kind, job, "Aborted", already=ENDED)

    async def read(self, job: str, *, kind: Literal["ingest", "query"] = "ingest") -> BulkJob:
        return BulkJob.of(await self._connection.read("jobs", kind, record_id(job)))

    async def jobs(self) -> list[BulkJob]:
        """The user's ingest jobs of the last seven days."""
        found: list[BulkJob] = []
        params: dict[str, str] = {"jobType": "V2Ingest"}
        while True:
            page = await self._connection.read("jobs", "ingest", params=params)
            found += [BulkJob.of(told) for told in page.get("records") or []]
            locator = _asked(str(page.get("nextRecordsUrl") or "")).get("queryLocator")
            if page.get("done", True) or not locator:
                return found
            params = {**params, "queryLocator": locator}

    @asynccontextmanager
    async def results(self, job: str, which: Results) -> AsyncIterator[AsyncIterator[bytes]]:
        """One of the three accounts of a job that has ended, as CSV, in pieces."""
        call = Call(Kind.READ, "GET", ("jobs", "ingest", record_id(job), which), headers=_CSV)
        async with self._connection.download(call) as response:
            yield response.aiter_bytes()

    async def open_export(self, soql: str, *, all_rows: bool = False) -> BulkJob:
        operation = "queryAll" if all_rows else "query"
        return await self._create("query", {"operation": operation, "query": without_side_effects(soql)})

    @asynccontextmanager
    async def export_page(self, job: str, asked: Mapping[str, str] | None = None) -> AsyncIterator[ExportPage]:
        """So many rows of an export, with the header: `asked` is what a link of `export_links` asks for."""
        path = ("jobs", "query", record_id(job), "results")
        call = Call(Kind.READ, "GET", path, asked or {"maxRecords": str(PAGE_ROWS)}, headers=_CSV)
        async with self._connection.download(call) as response:
            rows = response.headers.get("Sforce-NumberOfRecords", "")
            yield ExportPage(
                pieces=response.aiter_bytes(),
                rows=int(rows) if rows.isdecimal() else 0,
                locator=_locator(response.headers.get("Sforce-Locator", "")),
            )

    async def export_links(self, job: str, locator: str = "") -> ExportLinks:
        """Pages that may be fetched at the same time, and where the next ones are told.

        https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_get_parallel_job_results.htm
        """
        params = {"locator": locator} if locator else None
        told = await self._connection.read("jobs", "query", record_id(job), "resultPages", params=params)
        # The guide writes resultUrl, the OpenAPI document resultLink.
        links = [str(link.get("resultUrl") or link.get("resultLink")) for link in told.get("resultPages") or []]
        following = _asked(str(told.get("nextRecordsUrl") or "")).get("locator", "")
        return ExportLinks([_asked(link) for link in links], "" if told.get("done", True) else following)

    async def _create(self, kind: str, body: Mapping[str, str]) -> BulkJob:
        call = Call(Kind.CREATE, "POST", ("jobs", kind), body=lambda _version: dict(body))
        return BulkJob.of(body_of(await self._connection.send(call)) or {})

    async def _move(self, kind: Literal["ingest", "query"], job: str, state: str, *, already: frozenset[str]) -> None:
        path = ("jobs", kind, record_id(job))
        call = Call(Kind.WRITE, "PATCH", path, body=lambda _version: {"state": state})
        try:
            await self._connection.send(call)
        except Refused:
            if (await self.read(job, kind=kind)).state not in already:
                raise


def _asked(link: str) -> dict[str, str]:
    """What a link asks for. Where it leads is ours to know: a token goes to no address that an answer names."""
    return dict(parse_qsl(urlsplit(link).query))


def _locator(header: str) -> str:
    return "" if header == "null" else header
