"""The steps that functions/bulk_job.asl.json names."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from salesforce_mcp.bulk import ending, export, load
from salesforce_mcp.bulk.split import split
from salesforce_mcp.bulk.workshop import Workshop
from salesforce_mcp.errors import InvalidInput

Step = Callable[[Workshop, Mapping[str, Any]], Awaitable[dict[str, Any]]]

STEPS: dict[str, Step] = {
    "split": split,
    "open": load.open_job,
    "upload": load.upload,
    "close": load.close,
    "poll": load.poll,
    "collect": load.collect,
    "give_up": load.give_up,
    "finish": ending.finish,
    "open_export": export.open_export,
    "poll_export": export.poll_export,
    "pages": export.pages,
    "abandon": ending.abandon,
}
# Step Functions carries 256 KB from state to state; the local engines do not check it.
MOST_STATE = 250_000


async def run_step(workshop: Workshop, task: Mapping[str, Any]) -> dict[str, Any]:
    step = STEPS.get(str(task.get("step")))
    if step is None:
        raise InvalidInput(f"There is no step {str(task.get('step'))[:40]!r}")
    answer = await step(workshop, task)
    if len(json.dumps(answer)) > MOST_STATE:
        raise InvalidInput("A step answered with more than the workflow carries", code="STATE_TOO_LARGE")
    return answer
