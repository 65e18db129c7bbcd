"""Many clients write at once over real connections: everything is done or refused, and all of it fits together."""

import asyncio
import random
from collections import Counter
from typing import Any

import httpx
import pytest
from emulator.wholeness import check_references, check_sums
from full_counts import full
from org_on_loopback import LoopbackOrg, org_on_loopback

CLIENTS, WRITES = full((50, 200), share=(10, 30))
SEED = 20261122
# What a write may meet because somebody else was faster.
LATE = {"DUPLICATE_VALUE", "ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND"}


class Writer:
    """One client: its own connection, its own session, chance of its own. What all made is open to all."""

    def __init__(self, http: httpx.AsyncClient, number: int, made: dict[str, list[str]]) -> None:
        self.http = http
        self.chance = random.Random(SEED + number)  # noqa: S311 - seeded on purpose
        self.made = made
        self.number = number
        self.done: Counter[str] = Counter()

    async def work(self) -> None:
        kinds = [self.add, self.add_collection, self.add_composite, self.change, self.remove, self.upsert]
        for _ in range(WRITES):
            await self.chance.choices(kinds, weights=[8, 1, 1, 6, 2, 2])[0]()

    async def add(self) -> None:
        name = self.chance.choice(["OpportunityLineItem", "Invoice_Line__c", "CampaignMember", "BigTable__c"])
        answer = await self.send("POST", f"/sobjects/{name}", await self.body(name))
        if isinstance(answer, dict):
            self.keep(name, answer["id"])

    async def add_collection(self) -> None:
        rows = [{"attributes": {"type": "BigTable__c"}, "Key__c": f"c{self.number}"} for _ in range(10)]
        answer = await self.send("POST", "/composite/sobjects", {"allOrNone": True, "records": rows})
        for one in answer or []:
            self.keep("BigTable__c", one["id"])

    async def add_composite(self) -> None:
        """An account with an opportunity, whole; every third has a mistake and must leave nothing."""
        bad = self.chance.random() < 1 / 3
        opportunity = {"Name": "x", "AccountId": "@{a.id}", "CloseDate": "2027-01-01", "StageName": "Prospecting"}
        steps = [
            {"method": "POST", "url": "/services/data/v68.0/sobjects/Account", "referenceId": "a",
             "body": {"Name": f"half {self.number}" if bad else f"whole {self.number}"}},
            {"method": "POST", "url": "/services/data/v68.0/sobjects/Opportunity", "referenceId": "o",
             "body": {} if bad else opportunity},
        ]  # fmt: skip
        answer = await self.send("POST", "/composite", {"allOrNone": True, "compositeRequest": steps})
        if not bad:
            assert [step["httpStatusCode"] for step in answer["compositeResponse"]] == [201, 201]
            self.done["whole"] += 1

    async def change(self) -> None:
        bodies: dict[str, dict[str, Any]] = {
            "OpportunityLineItem": {"Quantity": self.chance.randint(1, 9)},
            "Invoice_Line__c": {"Quantity__c": self.chance.randint(1, 9)},
            "CampaignMember": {"Status": "Responded"},
            "BigTable__c": {"Number__c": self.chance.randint(1, 99)},
        }
        name = self.chance.choice(list(bodies))
        if self.made[name]:
            await self.send("PATCH", f"/sobjects/{name}/{self.chance.choice(self.made[name])}", bodies[name])

    async def remove(self) -> None:
        name = self.chance.choice([*self.made] * 20 + ["Opportunity", "Invoice__c"])  # parents last longer
        known = self.made.get(name) or await self.ids(name)
        answer = await self.send("DELETE", f"/sobjects/{name}/{self.chance.choice(known)}") if known else None
        self.done[f"{name} deleted"] += answer == {}

    async def upsert(self) -> None:
        answer = await self.send(
            "PATCH", f"/sobjects/UpsertTable__c/ExtId__c/e{self.chance.randint(1, 40)}", {"Name": "u"}
        )
        self.done["upserts created"] += bool(answer and answer.get("created"))

    async def body(self, name: str) -> dict[str, Any]:
        pick = self.chance.choice
        match name:
            case "OpportunityLineItem":
                opportunity, entry = pick(await self.ids("Opportunity")), pick(self.entries)
                return {"OpportunityId": opportunity, "PricebookEntryId": entry, "Quantity": 2, "UnitPrice": 12.25}
            case "Invoice_Line__c":
                return {"Invoice__c": pick(await self.ids("Invoice__c")), "Quantity__c": 3, "Unit_Price__c": 7.1}
            case "CampaignMember":
                return {"CampaignId": pick(await self.ids("Campaign")), "LeadId": pick(await self.ids("Lead"))}
        return {"Key__c": f"k{self.number}", "Number__c": 1}

    async def ids(self, name: str) -> list[str]:
        return [row["Id"] for row in await self.rows(f"SELECT Id FROM {name} ORDER BY Id LIMIT 60")]  # noqa: S608

    async def rows(self, soql: str) -> list[dict[str, Any]]:
        answer = await self.http.get("/query", params={"q": soql})
        found: list[dict[str, Any]] = answer.raise_for_status().json()["records"]
        return found

    async def begin(self) -> None:
        standard = "SELECT Id FROM PricebookEntry WHERE Pricebook2.IsStandard = TRUE AND IsActive = TRUE"
        self.entries = [row["Id"] for row in await self.rows(standard)]

    def keep(self, name: str, record_id: str) -> None:
        self.made[name].append(record_id)
        self.done[name] += 1

    async def send(self, method: str, path: str, body: Any = None) -> Any:
        """The answer ({} when there is none), or None when it was refused because of what others did."""
        response = await self.http.request(method, path, json=body)
        if response.is_success:
            return response.json() if response.content else {}
        assert response.status_code < 500, response.text
        refused = response.json()[0]
        assert refused["errorCode"] in LATE, refused
        return None


@pytest.mark.full_counts
async def test_many_writers_leave_an_org_that_is_whole(record_property) -> None:
    print("seed", SEED)
    with org_on_loopback() as running:
        assert running.org is not None
        before = {name: running.org.record_count(name) for name in ("Account", "BigTable__c", "UpsertTable__c")}
        done = await everybody(running)
        org = running.org
        check_references(org)
        check_sums(org)
        removed = done["BigTable__c deleted"]
        assert org.record_count("BigTable__c") == before["BigTable__c"] + done["BigTable__c"] - removed
        assert org.record_count("UpsertTable__c") == before["UpsertTable__c"] + done["upserts created"]
        assert org.record_count("Account") == before["Account"] + done["whole"]
        names = [name for (name,) in org.connection.execute('SELECT Name FROM "BigTable__c" ORDER BY Name')]
        assert names == [f"B-{number:08}" for number in range(1, len(names) + 1)]
        assert org.connection.execute("SELECT 1 FROM Account WHERE Name LIKE 'half %'").fetchall() == []
        assert org.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    record_property("writers at the same time: writes", CLIENTS * WRITES)


async def everybody(running: LoopbackOrg) -> Counter[str]:
    made: dict[str, list[str]] = {
        name: [] for name in ("OpportunityLineItem", "Invoice_Line__c", "CampaignMember", "BigTable__c")
    }
    async with httpx.AsyncClient() as plain:
        token = await session(plain, running.url)
    clients = [
        httpx.AsyncClient(
            base_url=f"{running.url}/services/data/v68.0", headers={"Authorization": f"Bearer {token}"}, timeout=120
        )
        for _ in range(CLIENTS)
    ]
    writers = [Writer(client, number, made) for number, client in enumerate(clients)]
    try:
        await asyncio.gather(*(writer.begin() for writer in writers))
        await asyncio.gather(*(writer.work() for writer in writers))
    finally:
        await asyncio.gather(*(client.aclose() for client in clients))
    return sum((writer.done for writer in writers), Counter())


async def session(client: httpx.AsyncClient, url: str) -> str:
    """SOAP login: a session without any app."""
    envelope = (
        '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><login xmlns="urn:partner.soap.sforce.com">'
        "<username>admin@demo.example</username><password>demo</password></login></Body></Envelope>"
    )
    headers = {"content-type": "text/xml", "soapaction": "login"}
    answer = await client.post(f"{url}/services/Soap/u/59.0", content=envelope, headers=headers)
    return answer.raise_for_status().text.split("<sessionId>")[1].split("</sessionId>")[0]
