"""An org, as seen by one signed-in user.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_list.htm
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx

from salesforce_mcp.errors import Failure, InvalidInput, NotFound, OutcomeUnknown, Refused
from salesforce_mcp.ports import SystemClock
from salesforce_mcp.salesforce import lost_create, nearest, picklists
from salesforce_mcp.salesforce.actions import Actions
from salesforce_mcp.salesforce.bulk import Bulk
from salesforce_mcp.salesforce.collections import Collections
from salesforce_mcp.salesforce.composite import (
    SubAnswer,
    Subrequest,
    batch_answers,
    batch_body,
    bodies_of,
    composite_answers,
    composite_body,
    only_reads,
)
from salesforce_mcp.salesforce.connection import Call, Connection
from salesforce_mcp.salesforce.describe_cache import DescribeCache, DescribeKey
from salesforce_mcp.salesforce.metadata import Metadata
from salesforce_mcp.salesforce.page import Page, flat_record, page_of, pages_by_object
from salesforce_mcp.salesforce.paths import api_name, record_id, shown
from salesforce_mcp.salesforce.retry import Kind, Patience
from salesforce_mcp.salesforce.session import Credential, Identity
from salesforce_mcp.salesforce.soap import Soap
from salesforce_mcp.salesforce.soql import Statement, read, without_side_effects
from salesforce_mcp.salesforce.sosl import require_find
from salesforce_mcp.salesforce.usage import Usage
from salesforce_mcp.salesforce.versions import ApiVersions
from salesforce_mcp.salesforce.wire import body_of


class Salesforce:
    """What can be done in an org. `describes` and `versions` are shared by all clients of a process."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        credential: Credential,
        *,
        api_version: str,
        describes: DescribeCache | None = None,
        versions: ApiVersions | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._describes = describes or DescribeCache(SystemClock())
        self._patience = patience = patience or Patience()
        self._connection = Connection(
            http, credential, api_version=api_version, versions=versions or ApiVersions(), patience=patience
        )
        self.collections = Collections(self._connection, self._explain)
        self.soap = Soap(http, credential, version=self._connection.version, patience=patience)

    @property
    def usage(self) -> Usage | None:
        """API requests used of the daily allocation, as the last answer told."""
        return self._connection.usage

    @property
    def actions(self) -> Actions:
        """Flows, invocable Apex, standard actions."""
        return Actions(self._connection)

    @property
    def metadata(self) -> Metadata:
        """The Metadata API of the org."""
        return Metadata(self.soap, self.version)

    @property
    def bulk(self) -> Bulk:
        """The Bulk API 2.0 of the org."""
        return Bulk(self._connection)

    async def version(self) -> str:
        """The API version in use, such as 68.0."""
        return await self._connection.version()

    async def versions(self) -> list[dict[str, Any]]:
        """The API versions of the org: label, url, version; the oldest first."""
        return await self._connection.offered_versions()

    async def resources(self) -> dict[str, str]:
        """The REST resources of this version: name → path."""
        return _object(await self._connection.read())

    async def limits(self) -> dict[str, Any]:
        """Every allocation of the org: name → {"Max", "Remaining"}."""
        return _object(await self._connection.read("limits"))

    async def user_info(self) -> dict[str, Any]:
        """Who is signed in: user_id, organization_id, name, email, preferred_username, zoneinfo …"""
        call = Call(Kind.READ, "GET", ("services", "oauth2", "userinfo"), versioned=False)
        return _object(body_of(await self._connection.send(call)))

    async def identity(self) -> Identity:
        """Whose org this is, and who is signed in."""
        session = await self._connection.session()
        if session.organization_id and session.user_id:
            return Identity(session.organization_id, session.user_id)
        told = await self.user_info()
        return Identity(str(told["organization_id"]), str(told["user_id"]))

    async def objects(self) -> list[dict[str, Any]]:
        """The objects this user may use (describeGlobal). The entries are shared: read them, do not change them."""
        found: list[dict[str, Any]] = (await self._described("sobjects"))["sobjects"]
        return found

    async def describe(self, name: str) -> dict[str, Any]:
        """An object's fields, child relationships and record types. The answer is shared: read it, do not change it."""
        async with self._suggesting(name):
            return await self._described("sobjects", api_name(name), "describe")

    async def create(self, name: str, fields: Mapping[str, Any]) -> str:
        """Create a record and return its id. One whose answer was lost is looked for, and never sent again."""
        began = self._patience.clock.now()
        try:
            async with self._suggesting(name):
                created = await self._write(Kind.CREATE, "POST", "sobjects", api_name(name), body=fields)
        except OutcomeUnknown as unknown:
            return await self._recognised(unknown, name, fields, since=began)
        return str(created["id"])

    async def get(self, name: str, identifier: str, fields: Sequence[str] | None = None) -> dict[str, Any]:
        """A record's fields, or the chosen ones; a parent's field is called Account.Name."""
        params = {"fields": ",".join(fields)} if fields else {}
        async with self._suggesting(name):
            record = await self._connection.read("sobjects", api_name(name), record_id(identifier), params=params)
        return flat_record(_object(record))

    async def update(self, name: str, identifier: str, fields: Mapping[str, Any]) -> None:
        """Change the given fields of a record; the others stay."""
        async with self._suggesting(name):
            await self._write(Kind.WRITE, "PATCH", "sobjects", api_name(name), record_id(identifier), body=fields)

    async def upsert(self, name: str, external_field: str, value: str, fields: Mapping[str, Any]) -> tuple[str, bool]:
        """Update the record with this external id, or create it. Returns its id, and whether it was created."""
        path = ("sobjects", api_name(name), api_name(external_field), value)
        body = _without_key(fields, external_field, value)
        async with self._suggesting(name):
            answer = await self._write(Kind.WRITE, "PATCH", *path, body=body)
            if not answer:  # 204, up to v45: updated
                answer = {"id": (await self._connection.read(*path, params={"fields": "Id"}))["Id"]}
        return str(answer["id"]), bool(answer.get("created", False))

    async def delete(self, name: str, identifier: str) -> None:
        """Move a record to the recycle bin."""
        async with self._suggesting(name):
            await self._write(Kind.WRITE, "DELETE", "sobjects", api_name(name), record_id(identifier))

    async def query(self, soql: str, *, all_rows: bool = False, page_size: int | None = None) -> Page:
        """Run a SELECT. `all_rows` finds deleted and archived rows too; `page_size` (200 to 2,000) is a wish."""
        statement = read(soql)
        wish = {"Sforce-Query-Options": f"batchSize={min(max(page_size, 200), 2000)}"} if page_size else {}
        resource = "queryAll" if all_rows or statement.all_rows else "query"
        async with self._suggesting(statement.main_object):
            answer = await self._connection.read(resource, params={"q": without_side_effects(soql)}, headers=wish)
        return page_of(_object(answer), statement)

    async def next_page(self, locator: str, *, soql: str | None = None) -> Page:
        """Continue at a page's cursor. With the same statement the columns keep the order of its SELECT clause."""
        statement: Statement | None = read(soql) if soql else None
        return page_of(_object(await self._connection.read("query", locator)), statement)

    async def tooling(self, soql: str, locator: str | None = None) -> Page:
        """Run a SELECT over the Tooling API: classes, logs, definitions; or go on at a page's cursor."""
        params = {} if locator else {"q": without_side_effects(soql)}
        answer = await self._connection.read("tooling", "query", *([locator] if locator else []), params=params)
        return page_of(_object(answer), read(soql))

    async def explain(self, soql: str) -> dict[str, Any]:
        """How Salesforce would run a query: its plans, the cheapest first."""
        async with self._suggesting(read(soql).main_object):
            return _object(await self._connection.read("query", params={"explain": without_side_effects(soql)}))

    async def search(self, sosl: str) -> dict[str, Page]:
        """Run a FIND: one page an object, by the object's name."""
        async with self._suggesting():
            answer = await self._connection.read("search", params={"q": require_find(sosl)})
        return pages_by_object(_object(answer).get("searchRecords") or [])

    async def composite(self, subrequests: Sequence[Subrequest], *, all_or_none: bool) -> list[SubAnswer]:
        """Run up to 25 operations in order; later ones may refer to earlier ones. Answers in the same order."""
        answer = await self._several(
            subrequests,
            "composite",
            build=lambda version: composite_body(version, subrequests, all_or_none=all_or_none),
        )
        answers = composite_answers(answer)
        await self._explain(_failed(subrequests, answers))
        return answers

    async def together(
        self, subrequests: Sequence[Subrequest], *, wanted: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Run a composite request whole or not at all: what each answered, by its reference id."""
        return bodies_of(await self.composite(subrequests, all_or_none=True), wanted=wanted or {})

    async def batch(self, subrequests: Sequence[Subrequest], *, halt_on_error: bool = False) -> list[SubAnswer]:
        """Run up to 25 operations that know nothing of each other. Answers in the same order."""
        answer = await self._several(
            subrequests,
            "composite",
            "batch",
            build=lambda version: batch_body(version, subrequests, halt_on_error=halt_on_error),
        )
        answers = batch_answers(answer, subrequests)
        await self._explain(_failed(subrequests, answers))
        return answers

    async def address(self, identifier: str) -> str:
        """Where a person opens this record in the browser."""
        return f"{(await self._connection.session()).instance_url}/{record_id(identifier)}"

    async def resource(self, *path: str, params: Mapping[str, str] | None = None) -> Any:
        """GET a REST resource that has no method of its own; `path` is its segments below the version."""
        async with self._suggesting(path[1] if path[0] == "sobjects" and len(path) > 1 else ""):
            return await self._connection.read(*path, params=params)

    async def invoke(
        self,
        method: str,
        *path: str,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        only_reads: bool = False,
    ) -> Any:
        """Send to such a resource; `only_reads` where it may be sent twice, for it changes nothing."""
        kind = Kind.READ if only_reads else Kind.CREATE
        content = (lambda _version: dict(body)) if body is not None else None
        return body_of(await self._connection.send(Call(kind, method, path, params or {}, body=content)))

    async def blob(self, name: str, identifier: str, field: str) -> bytes:
        """The content of a field that holds a file."""
        path = ("sobjects", api_name(name), record_id(identifier), api_name(field))
        return (await self._connection.transfer(Call(Kind.READ, "GET", path, headers={"Accept": "*/*"}))).content

    async def log(self, identifier: str) -> bytes:
        """The text of a debug log."""
        path = ("tooling", "sobjects", "ApexLog", record_id(identifier), "Body")
        return (await self._connection.transfer(Call(Kind.READ, "GET", path, headers={"Accept": "*/*"}))).content

    async def _several(
        self, subrequests: Sequence[Subrequest], *path: str, build: Callable[[str], Any]
    ) -> dict[str, Any]:
        kind = Kind.READ if only_reads(subrequests) else Kind.CREATE
        return _object(body_of(await self._connection.send(Call(kind, "POST", path, body=build))))

    async def _write(self, kind: Kind, method: str, *path: str, body: Mapping[str, Any] | None = None) -> Any:
        fields = dict(body) if body is not None else None
        call = Call(kind, method, path, body=(lambda _version: fields) if fields is not None else None)
        return body_of(await self._connection.send(call))

    async def _recognised(self, unknown: OutcomeUnknown, name: str, fields: Mapping[str, Any], *, since: float) -> str:
        found: list[str] = []
        with suppress(Failure):  # what is not known stays unknown
            described, user = await self.describe(name), (await self.identity()).user_id
            if soql := lost_create.query_for(described, fields, user_id=user, since=since):
                found = [str(record["Id"]) for record in (await self.query(soql)).records]
        if len(found) == 1:
            return found[0]
        raise lost_create.several(unknown, found) if found else unknown

    async def _described(self, *path: str) -> dict[str, Any]:
        session = await self._connection.session()
        key = DescribeKey.of(session, await self.version(), "/".join(path))
        if (fresh := self._describes.fresh(key)) is not None:
            return fresh
        call = Call(Kind.READ, "GET", path, headers=self._describes.validators(key))
        response = await self._connection.send(call)
        if response.status_code == 304 and (kept := self._describes.confirm(key)) is not None:
            return kept
        return self._describes.keep(key, _object(body_of(response)), headers=response.headers)

    @asynccontextmanager
    async def _suggesting(self, name: str = "") -> AsyncIterator[None]:
        """Where a name is misspelled, put the nearest into the hint of the refusal."""
        try:
            yield
        except Refused as failure:
            await self._explain([(name, failure)])
            raise

    async def _explain(self, failed: Sequence[tuple[str, Failure]]) -> None:
        """Add to each refusal what the object's describe knows: values that a picklist takes, the names that exist."""
        with suppress(Failure):  # a hint is not worth another error
            for name, failure in failed:
                if isinstance(failure, Refused):
                    await self._suggest(failure, name)

    async def _suggest(self, failure: Refused, name: str) -> None:
        if picklists.is_bad_value(failure) and name:
            picklists.offer_values(failure, await self._described("sobjects", api_name(name), "describe"))
        elif field := nearest.missing_field(failure):
            described = await self._described("sobjects", api_name(field[1]), "describe")
            nearest.suggest(failure, field[0], nearest.field_names(described))
        elif (relationship := nearest.missing_relationship(failure)) and name:
            described = await self._described("sobjects", api_name(name), "describe")
            nearest.suggest(failure, relationship, nearest.relationship_names(described))
        elif (key := nearest.missing_key(failure)) and name:
            keys = nearest.key_names(await self._described("sobjects", api_name(name), "describe"))
            if key.lower() not in map(str.lower, keys):
                failure.hint = f"External ids of {name}: {', '.join(keys) or 'there are none'}."
        elif missing := nearest.missing_object(failure) or (name if isinstance(failure, NotFound) else ""):
            objects = await self.objects()
            known = [entry["name"] for entry in objects]
            if missing.lower() not in map(str.lower, known):
                nearest.suggest(failure, missing, known)
            elif prefix := nearest.missing_record(failure)[:3]:
                kinds = [entry["name"] for entry in objects if entry.get("keyPrefix") == prefix]
                if kinds and kinds[0].lower() != missing.lower():
                    failure.hint = f"This is the id of a record of {kinds[0]}."


def _object(body: Any) -> dict[str, Any]:
    return body if isinstance(body, dict) else {}


def _failed(subrequests: Sequence[Subrequest], answers: Sequence[SubAnswer]) -> list[tuple[str, Failure]]:
    """The refusals of operations on records, each with its object."""
    pairs = zip(subrequests, answers, strict=False)
    return [(asked.path[1], told.failure) for asked, told in pairs if told.failure and asked.path[0] == "sobjects"]


def _without_key(fields: Mapping[str, Any], external_field: str, value: str) -> dict[str, Any]:
    """Salesforce takes the external id from the address alone: in the body it is an error."""
    for name, given in fields.items():
        if name.lower() == external_field.lower() and given is not None and str(given) != value:
            raise InvalidInput(
                f"{name} is {shown(str(given))} in the fields, but the record is looked up by {shown(value)}",
                hint=f"Leave {name} out of the fields.",
            )
    return {name: given for name, given in fields.items() if name.lower() != external_field.lower()}
