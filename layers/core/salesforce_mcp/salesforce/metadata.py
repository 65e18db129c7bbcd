"""The Metadata API: what an org is made of, listed, read, made and deployed.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_calls_intro.htm
"""

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from salesforce_mcp.salesforce.retry import Kind
from salesforce_mcp.salesforce.soap import Api, Outcome, Soap, outcome_of
from salesforce_mcp.salesforce.soap_xml import element, elements

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
_METADATA = Api("m", NAMESPACE)
MOST_READ = MOST_MADE = 10


@dataclass(frozen=True)
class MetadataType:
    """A kind of component, and where its files stand in a deployment."""

    name: str
    directory: str
    suffix: str
    has_meta_file: bool  # the file itself is no XML, and what describes it stands beside it


class Metadata:
    """One user's way to the metadata of one org."""

    def __init__(self, soap: Soap, version: Callable[[], Awaitable[str]]) -> None:
        self._soap = soap
        self._version = version

    async def types(self) -> list[MetadataType]:
        body = element("urn:asOfVersion", await self._version())
        described = await self._results(Kind.READ, "describeMetadata", body)
        return [_type(plain(one)) for one in described[0].get("metadataObjects") or []]

    async def listed(self, kind: str, folder: str = "") -> list[dict[str, Any]]:
        """The components of a type: fullName, lastModifiedDate, lastModifiedByName …"""
        query = {"urn:folder": folder or None, "urn:type": kind}
        body = element("urn:queries", query) + element("urn:asOfVersion", await self._version())
        return [plain(one) for one in await self._results(Kind.READ, "listMetadata", body)]

    async def read(self, kind: str, names: Sequence[str]) -> list[dict[str, Any]]:
        """At most ten components; those that are not there are left out."""
        body = element("urn:type", kind) + element("urn:fullNames", list(names))
        found = await self._results(Kind.READ, "readMetadata", body)
        return [plain(record) for record in found[0].get("records") or [] if record]

    async def create(self, kind: str, components: Sequence[Mapping[str, Any]]) -> list[Outcome]:
        """Make at most ten components of a type, all or none; `fullName` is the first element of each."""
        prefixed = [elements(_prefixed(component)) for component in components]
        body = "".join(f'<urn:metadata xsi:type="urn:{kind}">{one}</urn:metadata>' for one in prefixed)
        headers = f"<urn:AllOrNoneHeader>{element('urn:allOrNone', True)}</urn:AllOrNoneHeader>"
        return [outcome_of(one) for one in await self._results(Kind.CREATE, "createMetadata", body, headers=headers)]

    async def deploy(self, archive: bytes, *, check_only: bool, tests: Sequence[str]) -> str:
        """Begin to deploy a zip file, all of it or nothing; the id under which its status is asked for."""
        options = {
            "urn:checkOnly": check_only,
            "urn:rollbackOnError": True,
            "urn:runTests": list(tests),
            "urn:singlePackage": True,
            "urn:testLevel": "RunSpecifiedTests" if tests else None,
        }
        body = element("urn:ZipFile", base64.b64encode(archive).decode()) + element("urn:DeployOptions", options)
        return str(plain((await self._results(Kind.CREATE, "deploy", body))[0])["id"])

    async def deployment(self, identifier: str) -> dict[str, Any]:
        """How far a deployment is, and what failed in it."""
        body = element("urn:asyncProcessId", identifier) + element("urn:includeDetails", True)
        found: dict[str, Any] = plain((await self._results(Kind.READ, "checkDeployStatus", body))[0])
        return found

    async def _results(self, kind: Kind, operation: str, body: str, *, headers: str = "") -> list[dict[str, Any]]:
        return await self._soap.results(kind, operation, body, headers=headers, api=_METADATA)


def plain(value: Any) -> Any:
    """An element as data: what stands there once is not a list of one."""
    if not isinstance(value, Mapping):
        return value
    return {
        name: plain(found[0]) if len(found) == 1 else [plain(one) for one in found] for name, found in value.items()
    }


def _type(told: Mapping[str, Any]) -> MetadataType:
    return MetadataType(
        name=str(told["xmlName"]),
        directory=str(told["directoryName"]),
        suffix=str(told.get("suffix") or ""),
        has_meta_file=told.get("metaFile") == "true",
    )


def _prefixed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Names in the namespace of the API. Its elements stand in the order of the alphabet, after the name."""
    order = sorted(values, key=lambda name: (name != "fullName", name))
    return {f"urn:{name}": _prefixed_value(values[name]) for name in order}


def _prefixed_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _prefixed(value)
    return [_prefixed_value(one) for one in value] if isinstance(value, list) else value
