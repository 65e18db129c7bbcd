"""Many people at once in one process, each with a word of their own that nobody else may ever see."""

import asyncio
import random
from typing import Any

from edges.whole import Whole
from oauth.application import ISSUER

from salesforce_emulator.ids import canonical
from salesforce_emulator.org import Org
from salesforce_mcp.oauth.tokens import Permission
from salesforce_mcp.salesforce.session import Secret
from salesforce_mcp.salesforce.sign_in import TokenAnswer

ORG_URL = "https://acme.my.salesforce.com"
_QUERIES = (
    "SELECT Id, Username FROM User WHERE Username = '{}@demo.example'",
    "SELECT Id, LastName FROM User WHERE LastName = '{}'",
)


def canary(number: int) -> str:
    return f"canary-{number:04d}-only"


async def calls_by_many(whole: Whole, *, people: int, calls: int, seed: int = 1) -> tuple[int, list[str]]:
    """How many calls were made, and every foreign canary that an answer held."""
    tokens = [await _person(whole, number) for number in range(people)]
    schedule = [number for number in range(people) for _ in range(calls)]
    random.Random(seed).shuffle(schedule)  # noqa: S311 - an order, not a secret
    gate = asyncio.Semaphore(40)

    async def one(number: int, turn: int) -> list[str]:
        tool, arguments = _question(number, turn)
        async with gate:
            answer = await whole.call(tokens[number], tool, **arguments)
        assert answer.status_code == 200, answer.text
        assert canary(number) in answer.text
        return [canary(other) for other in range(people) if other != number and canary(other) in answer.text]

    found = await asyncio.gather(*(one(number, turn) for turn, number in enumerate(schedule)))
    return len(schedule), [word for words in found for word in words]


def _question(number: int, turn: int) -> tuple[str, dict[str, Any]]:
    """Three ways to see a person's own word."""
    if turn % 3 == 0:
        return "getUserInfo", {}
    if turn % 3 == 1:
        return "executeQuery", {"soql": _QUERIES[0].format(canary(number))}
    return "executeQuery", {"soql": _QUERIES[1].format(canary(number))}


async def _person(whole: Whole, number: int) -> str:
    """A user of the org, signed in: what consent and callback leave behind."""
    org: Org = whole.deployment.org
    user_id = _user(org, number)
    session = whole.deployment.site.sessions.start(user_id).token
    answer = TokenAnswer(
        access_token=Secret(session),
        refresh_token=None,
        instance_url=ORG_URL,
        organization_id=org.organization_id,
        user_id=user_id,
    )
    await whole.deployment.grants.keep(answer, org="default", login_url=ORG_URL)
    permission = Permission(
        subject=f"{org.organization_id}/{user_id}",
        org="default",
        client_id=f"client-{number}",
        scopes=frozenset({"sf.read"}),
        resource=f"{ISSUER}/mcp",
    )
    return (await whole.deployment.tokens.issue(permission)).access_token


def _user(org: Org, number: int) -> str:
    sales = org.connection.execute('SELECT * FROM "User" WHERE Username = ?', ("sales@demo.example",))
    names = [column[0] for column in sales.description]
    row = dict(zip(names, sales.fetchone(), strict=True))
    row |= {
        "Id": canonical(f"005E00009{number:06d}"),
        "Username": f"{canary(number)}@demo.example",
        "LastName": canary(number),
        "Name": canary(number),
    }
    columns = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    org.connection.execute(f'INSERT OR REPLACE INTO "User" ({columns}) VALUES ({marks})', tuple(row.values()))  # noqa: S608 - column names of the org itself
    return str(row["Id"])
