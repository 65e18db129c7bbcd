"""Resources: the objects of the org, their fields, and its files."""

from typing import TYPE_CHECKING, Any

from salesforce_mcp.mcp_server.completions import FIELD, OBJECT, complete
from salesforce_mcp.policy.caller import current
from salesforce_mcp.policy.untrusted import clean
from salesforce_mcp.tools.collaboration.files import file_content, text_in
from salesforce_mcp.tools.core.description import described, field_in_full
from salesforce_mcp.tools.core.schema import listAllObjects
from salesforce_mcp.tools.results import text_of

if TYPE_CHECKING:
    from mcp.server import MCPServer

FILE = "salesforce://files/{file}"


def add_resources(server: "MCPServer[Any]") -> None:
    server.resource("salesforce://objects", name="objects", title="Objects", description="Objects this user may use.")(
        _objects
    )
    server.resource(
        OBJECT,
        name="object",
        title="Object",
        description="Fields, types, picklist values and references of one object.",
    )(_object)
    server.resource(FIELD, name="field", title="Field", description="One field of an object, in full.")(_field)
    server.resource(
        FILE, name="file", title="File", description="A file of up to 2.5 MB, by the id that readFiles told."
    )(_file)
    server.completion()(complete)  # type: ignore[no-untyped-call]


def subject_in(uri: str) -> dict[str, str]:
    """What a resource is about, as arguments of a tool name it."""
    kind, _, named = uri.removeprefix("salesforce://").partition("/")
    subject = {"objects": "objectName", "files": "recordId"}.get(kind)
    return {subject: named.partition("/")[0]} if subject else {}


async def _objects() -> str:
    return text_of(clean(await listAllObjects(await current.get().org())))


async def _object(name: str) -> str:
    org = await current.get().org()
    return text_of(clean(described(await org.describe(name), with_children=True)))


async def _field(name: str, field: str) -> str:
    org = await current.get().org()
    return text_of(clean(field_in_full(await org.describe(name), field)))


async def _file(file: str) -> str | bytes:
    content = (await file_content(await current.get().org(), file)).content
    text = text_in(content)
    return content if text is None else str(clean(text))
