"""One line for every call: who, what, on which object, how it ended. Never a value, a query or a token."""

import json
import logging
import re
from collections.abc import Mapping
from typing import Any

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,119}")
_RECORD_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
# Ends with the statement where the quote is missing: every character is read once, whatever somebody sends.
_TEXT = re.compile(r"'(?:[^'\\]|\\.?)*+'?", re.DOTALL)
_FROM = re.compile(r"\bfrom\s+([A-Za-z][A-Za-z0-9_]*)", re.IGNORECASE)


class Audit:
    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    def note(
        self,
        *,
        subject: str,
        client_id: str,
        tool: str,
        arguments: Mapping[str, Any],
        outcome: str,
        milliseconds: float,
    ) -> None:
        line = {
            "event": "tool_call",
            "subject": subject,
            "client": client_id,
            "tool": tool,
            **subjects_of(arguments),
            "outcome": outcome,
            "ms": round(milliseconds, 1),
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
