"""restore and teardown: an operator's commands on a deployed stack, with the operator's own AWS credentials."""

import asyncio
from collections.abc import Mapping

from salesforce_mcp.oauth import operating
from salesforce_mcp.settings import Settings

_OPERATIONS = {"restore": operating.restore, "teardown": operating.teardown}
_MEANING = {
    "restore": "Every token of this server is dropped and everybody signs in again, since the restored refresh tokens"
    " may have been replaced.",
    "teardown": "Every connection is ended, here and at Salesforce. Everybody would have to connect again.",
}


def operate(name: str, environment: Mapping[str, str], *, sure: bool) -> int:
    """TABLE_NAME, KMS_KEY_ID and SECRET_PREFIX are those of the functions; the stack's outputs name them."""
    if not sure:
        table = environment.get("TABLE_NAME")
        where = f"It is done in the table {table}" if table else "No table is named: TABLE_NAME is not set"
        print(f"{_MEANING[name]} {where}. Run it again with --yes to do it.")
        return 0
    print(asyncio.run(_operate(name, Settings.load(environment))))
    return 0


async def _operate(name: str, settings: Settings) -> str:
    from salesforce_mcp.aws.services import connector
    from salesforce_mcp.aws.store import DynamoStore

    async with connector(settings)() as services:
        if not isinstance(services.store, DynamoStore):
            raise TypeError("the stack's store is a DynamoDB table")
        return await _OPERATIONS[name](services, services.store)
