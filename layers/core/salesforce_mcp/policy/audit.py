"""One line for every call: who, what, on which object, how it ended. Never a value, a query or a token."""

import json
import logging
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from salesforce_mcp.errors import Failure

_UNEXPECTED = "INTERNAL_ERROR"  # or broken off by who asked
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,119}")
_RECORD_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
# Ends with the statement where the quote is missing: every character is read once, whatever somebody sends.
_TEXT = re.compile(r"'(?:[^'\\]|\\.?)*+'?", re.DOTALL)
_FROM = re.compile(r"\bfrom\s+([A-Za-z][A-Za-z0-9_]*)", re.IGNORECASE)


class Who(Protocol):
    """Whose call it is: the person, and the client that they let in."""

    @property
    def subject(self) -> str: ...

    @property
    def client_id(self) -> str: ...


@dataclass
class Noted:
    """How a call ended, as far as that is known."""

    outcome: str = "ok"


class Audit:
    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    @contextmanager
    def call(self, who: Who, tool: str, arguments: Mapping[str, Any]) -> Iterator[Noted]:
        """From the beginning of a call to its end, whatever that is."""
        noted, started = Noted(), time.perf_counter()
        try:
            yield noted
        except BaseException as error:
            noted.outcome = error.code if isinstance(error, Failure) else _UNEXPECTED
            raise
        finally:
            self._write(who, tool, arguments, noted.outcome, seconds=time.perf_counter() - started)

    def refused(self, who: Who, tool: str, failure: Failure) -> None:
        """A call that nothing was done of."""
        self._write(who, tool, {}, failure.code, seconds=0)

    def _write(self, who: Who, tool: str, arguments: Mapping[str, Any], outcome: str, *, seconds: float) -> None:
        line = {
            "event": "tool_call",
            "subject": who.subject,
            "client": who.client_id,
            "tool": tool,
            **subjects_of(arguments),
            "outcome": outcome,
            "ms": round(seconds * 1000, 1),
        }
        self._logger.info(json.dumps(line, separators=(",", ":")))


def subjects_of(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The object, the record and the names of the fields that a call is about: names and ids only."""
    about: dict[str, Any] = {}
    name, record, values = (arguments.get(key) for key in ("objectName", "recordId", "record"))
    if isinstance(name, str) and _NAME.fullmatch(name):
        about["object"] = name
    if isinstance(record, str) and _RECORD_ID.fullmatch(record):
        about["record"] = record
    if isinstance(values, Mapping):
        about["fields"] = sorted(key for key in values if isinstance(key, str) and _NAME.fullmatch(key))
    if isinstance(arguments.get("soql"), str):
        # The last FROM outside of a subquery would need a parser; the last one named is close enough for a log.
        objects = _FROM.findall(_TEXT.sub("''", arguments["soql"]))
        about["object"] = objects[-1] if objects else ""
    if isinstance(arguments.get("operations"), list):
        about["operations"] = len(arguments["operations"])
    return about
