"""A handler that imports what the event names and says what that loaded."""

import importlib
import sys
from typing import Any


def handler(event: dict[str, Any], _: object) -> dict[str, list[str]]:
    importlib.import_module(event["import"])
    return {"modules": sorted(sys.modules)}
