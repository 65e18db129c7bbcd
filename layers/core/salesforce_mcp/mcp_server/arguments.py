"""Arguments as a model sends them: small slips are read as they were meant, all others are refused in plain words."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from salesforce_mcp.bulk.ids import JOB
from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.nearest import nearest

Schema = Mapping[str, Any]


def as_meant(value: Any, schema: Schema) -> Any:
    """One value where a list is wanted, null for what may be left out, names and choices in other capitals, digits."""
    kind = schema.get("type")
    if kind == "array" and _is_one_of(value, schema.get("items", {})):
        return [as_meant(value, schema["items"])]
    if isinstance(value, list):
        return [as_meant(inner, schema.get("items", {})) for inner in value]
    if isinstance(value, Mapping) and "properties" in schema:
        known, required = schema["properties"], schema.get("required", ())
        spelled = {name.lower(): name for name in known if name not in value}
        named = {name if name in known else spelled.get(name.lower(), name): inner for name, inner in value.items()}
        kept = {name: inner for name, inner in named.items() if inner is not None or name in required}
        return {name: as_meant(inner, known.get(name, {})) for name, inner in kept.items()}
    if kind == "string" and type(value) in (int, float):
        return str(value)
    if isinstance(value, str) and "enum" in schema:
        return next((choice for choice in schema["enum"] if str(choice).lower() == value.lower()), value)
    return value


def _is_one_of(value: Any, entry: Schema) -> bool:
    """Whether a value is an entry without its list; a text that begins like one is a list, written as JSON."""
    if entry.get("type") == "object":
        return isinstance(value, Mapping)
    return entry.get("type") == "string" and isinstance(value, str) and not value.lstrip().startswith("[")


def unknown_arguments(arguments: Mapping[str, Any], *, parameters: Mapping[str, Any]) -> InvalidInput | None:
    """A misspelled optional argument would be dropped without a word."""
    unknown = [name for name in arguments if name not in parameters]
    if not unknown:
        return None
    meant = nearest(unknown[0], parameters)
    return InvalidInput(
        f"This tool has no parameter {unknown[0][:80]!r}",
        code="INVALID_ARGUMENTS",
        fields=unknown[:10],
        hint=f"Did you mean {meant[0]}?" if meant else f"It takes {', '.join(parameters) or 'no parameters'}.",
    )


def invalid_arguments(error: ValidationError, schema: Schema) -> InvalidInput:
    """Which parameters are wrong and what they take. Never what was sent: it may be anything, a secret too."""
    problems = error.errors(include_url=False, include_input=False)[:10]
    named = [_place(problem["loc"]) for problem in problems]
    said = [f"{name} {_wanted(problem, schema)}" for name, problem in zip(named, problems, strict=True)]
    return InvalidInput(
        "; ".join(said),
        code="INVALID_ARGUMENTS",
        fields=named,
        hint=f"The parameters are {', '.join(schema.get('properties', {}))}.",
    )


def _place(location: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")


def _part(schema: Schema, location: tuple[int | str, ...]) -> Schema:
    """What the schema says of the place; nothing where the place is not in it."""
    for part in location:
        below = schema.get("items") if isinstance(part, int) else schema.get("properties", {}).get(part)
        if below is None:
            return {}
        schema = below
    return schema


def _wanted(problem: ErrorDetails, schema: Schema) -> str:
    """What a value has to be, with an example."""
    kind, context, part = problem["type"], problem.get("ctx") or {}, _part(schema, problem["loc"])
    if kind == "extra_forbidden":
        return f"is not known here; there are {_names(_part(schema, problem['loc'][:-1]))}"
    if kind in _LIMITS:
        return f"must be {_range(part) or _LIMITS[kind](context)}"
    if kind in _WORDS:
        return _WORDS[kind](context)
    if kind.startswith("model"):
        return f"must be an object with {_names(part)}"
    return f"must be {next((words for start, words in _TYPES.items() if kind.startswith(start)), _AS_DESCRIBED)}"


def _names(part: Schema) -> str:
    return ", ".join(part.get("properties", {}))


def _range(part: Schema) -> str:
    low, high = part.get("minimum"), part.get("maximum")
    return "" if low is None or high is None else f"from {low:g} to {high:g}"


def _entries(context: Mapping[str, Any]) -> str:
    least, most = context.get("min_length"), context.get("max_length")
    bound = f"at least {least}" if most is None else f"at most {most}"
    return f"must have {bound} {'entry' if bound.endswith(' 1') else 'entries'}"


# What a pattern of the catalogue means, for whoever does not read patterns.
FORMS = {
    f"^{JOB}$": "the id that was told when the job was made, job-…",
}

_AS_DESCRIBED = "written as its description says"

_Words = Callable[[Mapping[str, Any]], str]

_LIMITS: Mapping[str, _Words] = {
    "greater_than_equal": lambda context: f"{context['ge']:g} or more",
    "greater_than": lambda context: f"more than {context['gt']:g}",
    "less_than_equal": lambda context: f"{context['le']:g} or less",
    "less_than": lambda context: f"less than {context['lt']:g}",
}
_WORDS: Mapping[str, _Words] = {
    "missing": lambda _: "is missing",
    "literal_error": lambda context: f"must be {context['expected']}",
    "too_short": _entries,
    "too_long": _entries,
    "string_too_short": lambda context: (
        "must not be empty" if context["min_length"] == 1 else f"must have {context['min_length']} characters or more"
    ),
    "string_too_long": lambda context: f"must have {context['max_length']:,} characters or fewer",
    "string_pattern_mismatch": lambda context: f"must be {FORMS.get(context['pattern'], _AS_DESCRIBED)}",
    "value_error": lambda context: str(context["error"]),
}
_MOMENT = "a date and time with its zone, such as 2026-11-24T14:00:00Z"
# By how the kind begins: date_parsing, date_from_datetime_inexact … are all about a date.
_TYPES = {
    "string": "a text",
    "int": "a whole number, such as 30",
    "float": "a number, such as 1250.5",
    "finite": "a number, such as 1250.5",
    "bool": "true or false",
    "datetime": _MOMENT,
    "timezone": _MOMENT,
    "date": "a day, such as 2026-11-24",
    "list": 'a list, such as ["…"]',
    "dict": 'an object, such as {"Name": "Acme"}',
}
