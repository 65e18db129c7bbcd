"""Resources: the objects of the org and their fields, with completion of names."""

from typing import TYPE_CHECKING, Any

from mcp_types import Completion, CompletionArgument, CompletionContext, PromptReference, ResourceTemplateReference

from salesforce_mcp.errors import Failure
from salesforce_mcp.policy.caller import current
from salesforce_mcp.policy.untrusted import clean
from salesforce_mcp.tools.core.description import described
from salesforce_mcp.tools.core.schema import listAllObjects
from salesforce_mcp.tools.results import text_of

if TYPE_CHECKING:
    from mcp.server import MCPServer

_OBJECT = "salesforce://objects/{name}"
# The protocol allows at most 100 values in a completion.
_MOST = 100


def add_resources(server: "MCPServer[Any]") -> None:
    server.resource("salesforce://objects", name="objects", title="Objects", description="Objects this user may use.")(
        _objects
    )
    server.resource(
        _OBJECT,
        name="object",
        title="Object",
        description="Fields, types, picklist values and references of one object.",
    )(_object)
    server.completion()(_complete)  # type: ignore[no-untyped-call]


async def _objects() -> str:
    return text_of(clean(await listAllObjects(await current.get().org())))


async def _object(name: str) -> str:
    org = await current.get().org()
    return text_of(clean(described(await org.describe(name), with_children=True)))


async def _complete(
    ref: PromptReference | ResourceTemplateReference, argument: CompletionArgument, _context: CompletionContext | None
) -> Completion | None:
    if isinstance(ref, ResourceTemplateReference) and ref.uri == _OBJECT and argument.name == "name":
        return await _object_names(argument.value)
    return None


async def _object_names(start: str) -> Completion | None:
    try:
        objects = await (await current.get().org()).objects()
    except Failure as failure:
        current.get().refused.append(failure)
        return None  # completing is a courtesy: without the org there is nothing to offer
    words = start.lower()
    names = sorted(
        (str(entry["name"]) for entry in objects if words in str(entry["name"]).lower()),
        key=lambda name: (not name.lower().startswith(words), name),
    )
    return Completion(values=[clean(name) for name in names[:_MOST]], total=len(names), has_more=len(names) > _MOST)
