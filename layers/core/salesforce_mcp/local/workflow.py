"""The state machine that is deployed, for the job runner of one machine."""

import json
from pathlib import Path
from typing import Any

_NAME = "bulk_job.asl.json"


def workflow() -> dict[str, Any]:
    """It stands beside the functions of a checkout; an installed package brings a copy."""
    installed = Path(__file__).with_name(_NAME)
    file = installed if installed.exists() else Path(__file__).parents[4] / "functions" / _NAME
    definition: dict[str, Any] = json.loads(file.read_text())
    return definition
