"""The Store in one DynamoDB table: partition key `pk`, sort key `sk`, time to live in `ttl`.

Attributes of an item: `v` the value as JSON text, `n` a counter, `version`, `w` the id of the write that made it,
`taken` the id of the take that consumed it, `ttl` when it expires. DynamoDB removes an expired item up to days
later, so every condition and every read looks at `ttl` itself.
"""

import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from salesforce_mcp.aws.calls import call
from salesforce_mcp.errors import Unavailable
from salesforce_mcp.ports import Clock, Item, Key, SystemClock

# `ttl` is a reserved word of DynamoDB's expressions.
LIVE = "attribute_exists(pk) AND attribute_not_exists(taken) AND (attribute_not_exists(#ttl) OR #ttl > :now)"
GONE = "attribute_not_exists(pk) OR attribute_exists(taken) OR #ttl <= :now"
RESTARTS = 5


class DynamoStore:
    def __init__(self, client: Any, table: str, *, clock: Clock | None = None) -> None:
        self._client = client
        self._table = table
        self._clock = clock or SystemClock()

    async def get(self, key: Key) -> Item | None:
        answer = await call(self._client.get_item, TableName=self._table, Key=_address(key), ConsistentRead=True)
        row = answer.get("Item")
        return _item(row) if row and self._is_live(row) else None

    async def put(self, key: Key, value: Mapping[str, Any], *, expires_at: int | None = None) -> Item:
        answer = await call(
            self._client.update_item,
            TableName=self._table,
            Key=_address(key),
            ReturnValues="ALL_NEW",
            **_assign({"v": {"S": _json(value)}, "w": {"S": _write_id()}}, expires_at, remove=("n", "taken")),
        )
        return _item(answer["Attributes"])

    async def create(self, key: Key, value: Mapping[str, Any], *, expires_at: int | None = None) -> Item | None:
        row = _row(key, value, version=1, expires_at=expires_at)
        return await self._write(row, GONE, {":now": self._now()})

    async def replace(self, item: Item, value: Mapping[str, Any], *, expires_at: int | None = None) -> Item | None:
        row = _row(item.key, value, version=item.version + 1, expires_at=expires_at)
        condition = f"#version = :version AND {LIVE}"
        return await self._write(row, condition, {":now": self._now(), ":version": {"N": str(item.version)}})

    async def take(self, key: Key) -> Item | None:
        take = {"S": _write_id()}
        try:
            # Marked first, deleted second: a delete whose answer is lost could not tell what it deleted.
            answer = await call(
                self._client.update_item,
                TableName=self._table,
                Key=_address(key),
                UpdateExpression="SET taken = :take",
                ConditionExpression=f"taken = :take OR ({LIVE})",
                ExpressionAttributeNames={"#ttl": "ttl"},
                ExpressionAttributeValues={":take": take, ":now": self._now()},
                ReturnValues="ALL_NEW",
            )
        except ClientError:  # the one that `call` lets through: the condition failed
            return None
        await self._sweep(key, take)
        return _item(answer["Attributes"])

    async def delete(self, key: Key) -> None:
        await call(self._client.delete_item, TableName=self._table, Key=_address(key))

    async def add(self, key: Key, amount: int = 1, *, expires_at: int | None = None) -> int:
        write = {"S": _write_id()}
        for _ in range(RESTARTS):
            count = await self._increase(key, amount, expires_at, write)
            if count is None:
                count = await self._restart(key, amount, expires_at, write)
            if count is not None:
                return count
        raise Unavailable("A counter is changing too fast", hint="Try again in a moment.")

    async def list(self, partition: str) -> list[Item]:
        named = {":pk": {"S": partition}}
        found = self._every(self._client.query, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=named)
        return [item async for item in found]

    async def scan(self, prefix: str) -> Sequence[Item]:
        """Every fact of the partitions that begin so: for an operator's commands; the functions may not scan."""
        named = {":prefix": {"S": prefix}}
        found = self._every(
            self._client.scan, FilterExpression="begins_with(pk, :prefix)", ExpressionAttributeValues=named
        )
        return [item async for item in found]

    async def _every(self, operation: Any, **asked: Any) -> AsyncIterator[Item]:
        """The living items on all pages of an answer."""
        while True:
            answer = await call(operation, TableName=self._table, ConsistentRead=True, **asked)
            for row in answer["Items"]:
                if self._is_live(row):
                    yield _item(row)
            if "LastEvaluatedKey" not in answer:
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    async def _write(self, row: dict[str, Any], condition: str, values: dict[str, Any]) -> Item | None:
        """Put a row under a condition. A retry that meets its own first try has succeeded."""
        names = {"#ttl": "ttl", "#version": "version"}
        try:
            await call(
                self._client.put_item,
                TableName=self._table,
                Item=row,
                ConditionExpression=condition,
                ExpressionAttributeNames={name: names[name] for name in names if name in condition},
                ExpressionAttributeValues=values,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if _found(error).get("w") != row["w"]:
                return None
        return _item(row)

    async def _increase(self, key: Key, amount: int, expires_at: int | None, write: dict[str, str]) -> int | None:
        """Add to a living counter or begin a new one; None where an expired one is in the way."""
        values = {":amount": {"N": str(amount)}, ":one": {"N": "1"}, ":w": write, ":now": self._now()}
        expression = "SET w = :w"
        if expires_at is not None:
            expression += ", #ttl = if_not_exists(#ttl, :ttl)"
            values[":ttl"] = {"N": str(expires_at)}
        try:
            answer = await call(
                self._client.update_item,
                TableName=self._table,
                Key=_address(key),
                UpdateExpression=f"{expression} ADD n :amount, #version :one",
                ConditionExpression=f"attribute_not_exists(pk) OR ({LIVE} AND w <> :w)",
                ExpressionAttributeNames={"#ttl": "ttl", "#version": "version"},
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            found = _found(error)
            return int(found["n"]["N"]) if found.get("w") == write else None
        return int(answer["Attributes"]["n"]["N"])

    async def _restart(self, key: Key, amount: int, expires_at: int | None, write: dict[str, str]) -> int | None:
        row = {**_address(key), "n": {"N": str(amount)}, "version": {"N": "1"}, "w": write}
        if expires_at is not None:
            row["ttl"] = {"N": str(expires_at)}
        return amount if await self._write(row, GONE, {":now": self._now()}) else None

    async def _sweep(self, key: Key, take: dict[str, str]) -> None:
        try:
            await call(
                self._client.delete_item,
                TableName=self._table,
                Key=_address(key),
                ConditionExpression="taken = :take",
                ExpressionAttributeValues={":take": take},
            )
        except (ClientError, Unavailable):
            # The take has happened: a marked row is never returned and its place may be taken by a new one.
            return

    def _now(self) -> dict[str, str]:
        return {"N": str(self._clock.now())}

    def _is_live(self, row: Mapping[str, Any]) -> bool:
        return "taken" not in row and ("ttl" not in row or int(row["ttl"]["N"]) > self._clock.now())


def _address(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.partition}, "sk": {"S": key.sort}}


def _row(key: Key, value: Mapping[str, Any], *, version: int, expires_at: int | None) -> dict[str, Any]:
    row = {**_address(key), "v": {"S": _json(value)}, "version": {"N": str(version)}, "w": {"S": _write_id()}}
    if expires_at is not None:
        row["ttl"] = {"N": str(expires_at)}
    return row


def _assign(values: dict[str, Any], expires_at: int | None, *, remove: tuple[str, ...]) -> dict[str, Any]:
    """The update that sets these attributes, removes those, and counts the version up."""
    assignments = [f"{name} = :{name}" for name in values]
    removals = list(remove)
    parameters = {f":{name}": value for name, value in values.items()} | {":one": {"N": "1"}}
    if expires_at is None:
        removals.append("#ttl")
    else:
        assignments.append("#ttl = :ttl")
        parameters[":ttl"] = {"N": str(expires_at)}
    return {
        "UpdateExpression": f"SET {', '.join(assignments)} REMOVE {', '.join(removals)} ADD #version :one",
        "ExpressionAttributeNames": {"#ttl": "ttl", "#version": "version"},
        "ExpressionAttributeValues": parameters,
    }


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        key=Key(row["pk"]["S"], row["sk"]["S"]),
        value=json.loads(row["v"]["S"]) if "v" in row else {"count": int(row["n"]["N"])},
        version=int(row["version"]["N"]),
        expires_at=int(row["ttl"]["N"]) if "ttl" in row else None,
    )


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _write_id() -> str:
    return os.urandom(12).hex()


def _found(error: ClientError) -> dict[str, Any]:
    """What stood in the way of a conditional write."""
    found: dict[str, Any] = error.response.get("Item", {})
    return found
