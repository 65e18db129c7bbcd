"""Accounts and the companies above and below them."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.collections import tree_record
from salesforce_mcp.salesforce.paths import shown
from salesforce_mcp.salesforce.soql import quote_literal
from salesforce_mcp.tools.kinds import id_of
from salesforce_mcp.tools.results import Table
from salesforce_mcp.tools.tool import Effect, Org, tool

# SOQL follows at most five parents, and a tree of records has at most five levels.
_LEVELS = 5


class NewAccount(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1)
    parent: str | None = Field(default=None, description="Name of another of the list")
    record: dict[str, Any] = Field(default_factory=dict, description="More fields, such as Industry")


@tool(Effect.WRITES)
async def createAccountHierarchy(
    accounts: Annotated[list[NewAccount], Field(min_length=1, max_length=100)],
    org: Org,
    parentId: Annotated[str | None, Field(description="An existing account above them")] = None,
) -> dict[str, Any]:
    """Create a group of companies at once, headquarters and subsidiaries in up to five levels; all of them or none."""
    names = [account.name.lower() for account in accounts]
    for number, account in enumerate(accounts):
        if account.parent is not None and (found := names.count(account.parent.lower())) != 1:
            raise InvalidInput(
                f"{shown(account.parent)} is the name of {found} accounts of the list",
                fields=[f"accounts[{number}].parent"],
                hint="Name one other account of the list, or use parentId. Nothing was created.",
            )
    above = {"ParentId": id_of("Account", parentId, parameter="parentId")} if parentId else {}
    roots = [_node(number, accounts, level=1, more=above) for number, one in enumerate(accounts) if one.parent is None]
    ids = await org.collections.create_tree("Account", roots) if _count(roots) == len(accounts) else None
    if ids is None:
        raise InvalidInput("The parents go round in a circle", fields=["accounts"], hint="Nothing was created.")
    rows = [(ids[f"a{number}"], account.name, account.parent) for number, account in enumerate(accounts)]
    return {"created": len(rows), **Table(("id", "name", "parent"), rows, len(rows)).as_data()}


def _node(number: int, accounts: Sequence[NewAccount], *, level: int, more: dict[str, Any]) -> dict[str, Any]:
    if level > _LEVELS:
        raise InvalidInput(
            f"The hierarchy is deeper than {_LEVELS} levels",
            fields=["accounts"],
            hint="Create the upper levels first, the lower ones then with parentId. Nothing was created.",
        )
    account = accounts[number]
    children = [
        _node(below, accounts, level=level + 1, more={})
        for below, other in enumerate(accounts)
        if other.parent is not None and other.parent.lower() == account.name.lower()
    ]
    return tree_record(
        "Account", f"a{number}", {**account.record, "Name": account.name, **more}, ChildAccounts=children
    )


def _count(nodes: Sequence[dict[str, Any]]) -> int:
    return sum(1 + _count((node.get("ChildAccounts") or {"records": []})["records"]) for node in nodes)


@tool(Effect.READS)
async def getAccountHierarchy(accountId: str, org: Org) -> dict[str, Any]:
    """The whole group an account belongs to: topmost parent, and every account below it, up to five levels each way."""
    up = [f"{'Parent.' * level}ParentId" for level in range(_LEVELS)]
    found = await org.get("Account", id_of("Account", accountId, parameter="accountId"), ["Id", *up])
    above = [found[path] for path in up if found.get(path)]
    root = above[-1] if above else str(found["Id"])
    below = " OR ".join(f"{'Parent.' * level}ParentId = {quote_literal(root)}" for level in range(_LEVELS))
    soql = (
        "SELECT Id, Name, ParentId, Industry, Owner.Name FROM Account"  # noqa: S608
        f" WHERE Id = {quote_literal(root)} OR {below} ORDER BY Name LIMIT 2000"
    )
    records = (await org.query(soql)).records
    rows = _levels(records, root)
    columns = ("level", "id", "name", "parentId", "industry", "owner")
    return {"rootId": root, "asked": found["Id"], **Table(columns, rows, len(rows)).as_data()}


def _levels(records: Sequence[dict[str, Any]], root: str) -> list[tuple[Any, ...]]:
    """Each account below its parent, with its depth."""
    rows: list[tuple[Any, ...]] = []

    def add(record: dict[str, Any], level: int) -> None:
        about = (record["Id"], record["Name"], record["ParentId"], record["Industry"], record["Owner.Name"])
        rows.append((level, *about))
        for child in records:
            if child["ParentId"] == record["Id"] and child["Id"] != root:
                add(child, level + 1)

    for record in records:
        if record["Id"] == root:
            add(record, 0)
    return rows
