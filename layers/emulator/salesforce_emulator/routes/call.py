"""One request to a data resource and its answer, free of sockets: what composite sub-requests need too."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NoReturn

from starlette.datastructures import QueryParams

from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.org import Org
from salesforce_emulator.schema.model import Object
from salesforce_emulator.site import Site

NOT_FOUND = "The requested resource does not exist"


@dataclass(frozen=True)
class Answer:
    """`body` becomes JSON (or XML under `root`); `content` is sent as it is, `pieces` one after the other."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    root: str = "Result"
    pieces: Iterator[bytes] | None = None


NO_CONTENT = Answer(204)


@dataclass(frozen=True)
class Call:
    """A request whose caller is known. `path` is what follows /services/data/vXX.X, in decoded segments."""

    site: Site
    caller: Caller
    method: str
    version: str
    path: tuple[str, ...]
    query: QueryParams
    headers: Mapping[str, str]  # lower-case names
    content: bytes
    base_url: str
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def org(self) -> Org:
        return self.site.org

    @property
    def number(self) -> int:
        """68 for v68.0"""
        return int(self.version.partition(".")[0])

    def url(self, *segments: str) -> str:
        return "/".join([f"/services/data/v{self.version}", *segments])

    def named(self, names: Mapping[str, str]) -> "Call":
        return replace(self, names=names)

    def flag(self, name: str) -> bool:
        return self.query.get(name, "").lower() == "true"

    @cached_property
    def json(self) -> Any:
        """The body, which must be JSON."""
        return parse_json(self.content)

    @cached_property
    def json_object(self) -> dict[str, Any]:
        if not isinstance(self.json, dict):
            raise Refused(400, "JSON_PARSER_ERROR", "The request body must be a JSON object at [line:1, column:1]")
        return self.json

    @cached_property
    def object(self) -> Object:
        """The object named in the path; what the caller may not see does not exist."""
        return self.find_object(self.names["object"])

    def find_object(self, name: str) -> Object:
        return self.org.object(self.caller, name)


def parse_json(content: bytes) -> Any:
    """Parse as strictly as the platform: no NaN, no lone surrogates, and an error that says where."""
    if not content.strip():
        raise Refused(400, "JSON_PARSER_ERROR", "No content to map to Object due to end of input")
    try:
        text = content.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_refuse_constant)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise _json_refused(f"Invalid UTF-8 start byte 0x{content[error.start]:02x}", 1, error.start + 1) from error
    except UnicodeEncodeError as error:
        raise _json_refused("Unpaired surrogate character in a string", 1, 1) from error
    except json.JSONDecodeError as error:
        raise _json_refused(_what_is_wrong(error), error.lineno, error.colno) from error
    except RecursionError as error:
        raise _json_refused("The document is nested too deeply", 1, 1) from error
    except ValueError as error:
        raise _json_refused("Numeric value out of range", 1, 1) from error
    return value


def _what_is_wrong(error: json.JSONDecodeError) -> str:
    if error.pos >= len(error.doc):
        return "Unexpected end-of-input"
    character = error.doc[error.pos]
    return f"Unexpected character ('{character}' (code {ord(character)})): {error.msg}"


def _json_refused(what: str, line: int, column: int) -> Refused:
    return Refused(400, "JSON_PARSER_ERROR", f"{what} at [line:{line}, column:{column}]")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
