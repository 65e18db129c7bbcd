"""The operator's secrets in AWS Secrets Manager, current and previous version.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
"""

import asyncio
import json
from typing import Any

from botocore.exceptions import ClientError

from salesforce_mcp.aws.calls import call
from salesforce_mcp.aws.clients import open_client, warm_session
from salesforce_mcp.ports import Clock, SystemClock

STAGES = ("AWSCURRENT", "AWSPREVIOUS")
SECONDS_KEPT = 300
# What the template stores until the operator puts the real secret in.
PLACEHOLDER = "placeholder"


class AwsSecrets:
    def __init__(self, client: Any, prefix: str, *, clock: Clock | None = None) -> None:
        self._client = client
        self._prefix = prefix
        self._clock = clock or SystemClock()
        self._kept: dict[str, tuple[float, list[str]]] = {}

    async def get(self, name: str) -> list[str]:
        good_until, versions = self._kept.get(name, (0.0, []))
        if good_until > self._clock.now():
            return list(versions)
        stages = await asyncio.gather(*(self._read(name, stage) for stage in STAGES))
        versions = [value for value in stages if value is not None]
        if versions:
            # A secret that is not there yet is looked for again each time, so that storing it takes effect at once.
            self._kept[name] = (self._clock.now() + SECONDS_KEPT, versions)
        return list(versions)

    async def _read(self, name: str, stage: str) -> str | None:
        try:
            answer = await call(self._client.get_secret_value, SecretId=self._prefix + name, VersionStage=stage)
        except ClientError:  # the one that `call` lets through: there is no such secret or stage
            return None
        value = str(answer["SecretString"])
        return None if _is_placeholder(value) else value


async def store_secret(name: str, value: str) -> None:
    """With the operator's own credentials: a new version, or a new secret. What was current becomes the previous."""
    client = open_client(warm_session(), "secretsmanager")
    try:
        await call(client.put_secret_value, SecretId=name, SecretString=value)
    except ClientError:  # the one that `call` lets through: there is no such secret
        await call(client.create_secret, Name=name, SecretString=value)


def _is_placeholder(value: str) -> bool:
    if not value.startswith("{"):
        return False
    try:
        return set(json.loads(value)) == {PLACEHOLDER}
    except ValueError:
        return False
