"""What an org can be told to do: standard actions, flows, invocable Apex, quick actions.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_actions_invocable.htm
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from salesforce_mcp.errors import Failure
from salesforce_mcp.salesforce.connection import Call, Connection
from salesforce_mcp.salesforce.failures import failure_from, failure_of
from salesforce_mcp.salesforce.retry import Kind
from salesforce_mcp.salesforce.wire import body_of


@dataclass(frozen=True)
class Ran:
    """What one run gave back, or why it was refused."""

    outputs: Mapping[str, Any]
    failure: Failure | None = None


class Actions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def run(self, path: Sequence[str], inputs: Sequence[Mapping[str, Any]]) -> list[Ran]:
        """Run an action once for each of the inputs, and tell what became of each."""
        body = {"inputs": list(inputs)}
        # As soon as one run fails the status is 400, and the body still tells of all of them.
        call = Call(Kind.CREATE, "POST", tuple(path), body=lambda _version: body, answers=frozenset({400}))
        response = await self._connection.send(call)
        told = body_of(response)
        if response.is_error and not (isinstance(told, list) and all("isSuccess" in one for one in told)):
            raise failure_of(response)
        return [_ran(one) for one in told]


def _ran(told: Mapping[str, Any]) -> Ran:
    outputs = told.get("outputValues") or {}
    return Ran(outputs, None if told.get("isSuccess") else failure_from(400, told.get("errors") or [{}]))
