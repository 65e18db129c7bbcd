"""Jobs in Step Functions: Standard executions, whose name begins one only once in 90 days.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
"""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from salesforce_mcp.aws.calls import call


class StepFunctionsJobs:
    """`open_client` is called when the first job begins."""

    def __init__(self, open_client: Callable[[], Any], state_machine: str) -> None:
        self._open_client = open_client
        self._state_machine = state_machine

    @cached_property
    def _client(self) -> Any:
        return self._open_client()

    async def start(self, name: str, state: Mapping[str, Any]) -> None:
        try:
            await call(
                self._client.start_execution, stateMachineArn=self._state_machine, name=name, input=json.dumps(state)
            )
        except ClientError:  # the one that `call` lets through: it has been started before
            return
