"""Every tool, by toolset, and which of them a URL offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from inspect import cleandoc, signature
from typing import Any, get_type_hints

from mcp.server.mcpserver.tools import Tool

from salesforce_mcp.policy.scopes import Scope
from salesforce_mcp.tools import analytics, bulk, collaboration, core, marketing, platform, quality, sales, service
from salesforce_mcp.tools.tool import Effect, Function, mark_of

TOOLSETS: dict[str, tuple[Function, ...]] = {
    "core": core.TOOLS,
    "sales": sales.TOOLS,
    "quality": quality.TOOLS,
    "bulk": bulk.TOOLS,
    "service": service.TOOLS,
    "marketing": marketing.TOOLS,
    "analytics": analytics.TOOLS,
    "collaboration": collaboration.TOOLS,
    "platform": platform.TOOLS,
}

# What the plain URL offers: at most 45 tools within 6,000 tokens.
DEFAULT: frozenset[str] = frozenset(function.__name__ for function in core.TOOLS) | {
    "assignLead",
    "convertLead",
    "addProducts",
    "getPipelineForecast",
    "createQuote",
    "generateQuotePdf",
    "getApprovalStatus",
    "logCall",
    "scheduleMeeting",
    "findDuplicates",
    "mergeRecords",
    "standardizeAddresses",
    "createCaseFromEmail",
    "escalateCase",
    "resolveCase",
    "getCaseTimeline",
    "searchKnowledge",
    "writeArticle",
    "getCampaignPerformance",
    "previewImport",
    "createBulkJob",
    "getBulkJob",
    "listReports",
    "getReport",
}

ALL = "all"


@dataclass(frozen=True)
class Entry:
    """One tool of the catalogue."""

    name: str
    toolset: str
    effect: Effect
    scopes: frozenset[Scope]  # all that a token needs to be offered this tool
    function: Function


def entries() -> dict[str, Entry]:
    """The catalogue, in the order in which it is listed."""
    return {
        function.__name__: Entry(
            name=function.__name__,
            toolset=toolset,
            effect=mark_of(function).effect,
            scopes=_scopes(toolset, function),
            function=function,
        )
        for toolset, functions in TOOLSETS.items()
        for function in functions
    }


def _scopes(toolset: str, function: Function) -> frozenset[Scope]:
    bulk = {Scope.BULK} if toolset == "bulk" else set()
    return frozenset({mark_of(function).scope, *bulk})


CATALOGUE = entries()


@lru_cache(maxsize=128)
def offered(toolsets: frozenset[str] | None, *, read_only: bool = False) -> frozenset[str]:
    """The names of the tools of these toolsets; of the plain URL when there are none named."""
    if toolsets is None:
        chosen = DEFAULT
    elif ALL in toolsets:
        chosen = frozenset(CATALOGUE)
    else:
        chosen = frozenset(name for name, entry in CATALOGUE.items() if entry.toolset in toolsets)
    return frozenset(name for name in chosen if not read_only or CATALOGUE[name].effect is Effect.READS)


def unknown_toolsets(names: Iterable[str]) -> list[str]:
    return sorted(set(names) - {*TOOLSETS, ALL})


@cache
def registered(function: Function) -> Tool:
    """The function as the SDK serves it: the docstring is the description, the annotations are the schema.

    Made when first needed: deriving a schema takes a millisecond, and a first call needs one of eighty.
    """
    mark = mark_of(function)
    made = Tool.from_function(
        function,
        title=mark.title,
        description=_description(function),
        annotations=mark.effect.annotations,
        structured_output=False,
    )
    made.parameters = _lean(_inlined(made.parameters))
    made.fn_metadata.output_schema = _output_schema(function)
    return made


def _description(function: Function) -> str:
    """The docstring with its lines joined: a model pays for line breaks and indents too."""
    paragraphs = cleandoc(function.__doc__ or "").split("\n\n")
    return "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs).strip()


def _output_schema(function: Function) -> dict[str, Any] | None:
    """Published where the result type says so; built by hand, because deriving it costs every cold start."""
    returned = get_type_hints(function, include_extras=True).get("return", signature(function).return_annotation)
    schema: dict[str, Any] | None = getattr(returned, "output_schema", None)
    return schema


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with each definition where it is used: some clients do not follow references."""
    definitions = schema.get("$defs", {})

    def follow(part: Any) -> Any:
        if isinstance(part, list):
            return [follow(item) for item in part]
        if not isinstance(part, dict):
            return part
        if isinstance(reference := part.get("$ref"), str):
            return follow(definitions[reference.rpartition("/")[2]])
        return {key: follow(value) for key, value in part.items() if key != "$defs"}

    inlined: dict[str, Any] = follow(schema)
    return inlined


def _lean(schema: Any) -> Any:
    """The schema without what a model has no use for: titles that repeat a name, defaults that anybody would expect,
    how long a text may be. The server checks all of it whatever the schema says."""
    if isinstance(schema, list):
        return [_lean(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        key: {name: _lean(inner) for name, inner in value.items()} if key == "properties" else _lean(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
        and not (key == "default" and not value)
        and not (key == "additionalProperties" and isinstance(value, bool))
        and key not in ("minLength", "maxLength")
        and not (key == "minItems" and value == 1)
    }
    return _without_null(kept)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """An optional parameter is left out, not sent as null: `anyOf: [string, null]` says no more than `string`."""
    choices = schema.get("anyOf")
    if not isinstance(choices, list):
        return schema
    real = [choice for choice in choices if choice != {"type": "null"}]
    if len(real) != 1 or len(real) == len(choices):
        return schema
    return {**{key: value for key, value in schema.items() if key != "anyOf"}, **real[0]}
