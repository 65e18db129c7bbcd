"""One line for every call: who, what, on which object, how it ended. Never a value, a query or a token."""

import json
import logging
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from salesforce_mcp.errors import Failure
from salesforce_mcp.policy.caller import Caller

_UNEXPECTED = "INTERNAL_ERROR"  # or broken off by who asked
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,119}")
_RECORD_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
# Ends with the statement where the quote is missing: every character is read once, whatever somebody sends.
_TEXT = re.compile(r"'(?:[^'\\]|\\.?)*+'?", re.DOTALL)
_FROM = re.compile(r"\bfrom\s+([A-Za-z][A-Za-z0-9_]*)", re.IGNORECASE)


@dataclass
class Noted:
    """How a call ended, as far as that is known."""

    outcome: str = "ok"


class Audit:
    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    @contextmanager
    def call(self, caller: Caller, tool: str, arguments: Mapping[str, Any]) -> Iterator[Noted]:
        """From the beginning of a call to its end, whatever that is."""
        noted, started = Noted(), time.perf_counter()
        try:
            yield noted
        except BaseException as error:
            noted.outcome = error.code if isinstance(error, Failure) else _UNEXPECTED
            raise
        finally:
            line = {
                "event": "tool_call",
                "subject": caller.subject,
                "client": caller.client_id,
                "tool": tool,
                **subjects_of(arguments),
                "outcome": noted.outcome,
                "ms": round((time.perf_counter() - started) * 1000, 1),
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
