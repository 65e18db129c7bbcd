"""Whatever is written, the org answers or refuses, and afterwards all of it still fits together."""

from random import Random
from typing import Any

import pytest
from emulator.wholeness import check_references, check_sums
from full_counts import full

from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.org import Org
from salesforce_emulator.schema.model import Field, Object

WRITES = full(20_000, share=1_500)
SENSIBLE: dict[str, Any] = {
    "boolean": True,
    "currency": 5.5,
    "double": 2.25,
    "percent": 50,
    "int": 5,
    "date": "2026-05-05",
    "datetime": "2026-05-05T10:00:00Z",
    "time": "10:00:00Z",
    "email": "a@b.example",
    "base64": "aGk=",
}
STRANGE: list[Any] = [None, "", 0, -1, 1e18, 10**30, 1e308, True, [], {}, {"a": 1}, -0.0, "x" * 300, "x" * 40_000]
STRANGE += ["2026-13-01", "0001-01-01", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "NaN", "Infinity"]
STRANGE += ["1e999", "\0", "';--", "é😀", "001E0zzzzzzzzzz"]


class Clumsy:
    """Somebody who writes anything anywhere."""

    def __init__(self, org: Org, caller: Caller, seed: int) -> None:
        self.org, self.caller = org, caller
        self.chance = Random(seed)  # noqa: S311
        self.objects = list(org.schema)
        self.known = [row[0] for one in self.objects for row in org.connection.execute(f'SELECT Id FROM "{one.name}"')]  # noqa: S608

    def attempt(self) -> int:
        try:
            self.write()
        except Refused as refusal:
            return refusal.status
        return 200

    def write(self) -> None:
        one = self.chance.choice(self.objects)
        body, target = self._body(one), self._record(one)
        match self.chance.choice(["insert", "insert", "insert", "update", "update", "delete", "undelete", "upsert"]):
            case "insert":
                self.known.append(self.org.insert(self.caller, one.name, body))
            case "update":
                self.org.update(self.caller, one.name, target, body)
            case "delete":
                self.org.delete(self.caller, one.name, target)
            case "undelete":
                self.org.undelete(self.caller, target)
            case _:
                key = self.chance.choice(one.fields)
                self.org.upsert(self.caller, one.name, key.name, self._value(key), body)

    def _record(self, one: Object) -> str:
        return self.chance.choice([known for known in self.known if known[:3] == one.key_prefix] or ["none"])

    def _body(self, one: Object) -> dict[str, Any]:
        open_fields = [field for field in one.fields if field.createable]
        chosen = self.chance.sample(open_fields, min(len(open_fields), self.chance.randint(0, 5)))
        return {field.name: self._value(field) for field in one.fields if field in chosen or field.required_on_create}

    def _value(self, field: Field) -> Any:
        if self.chance.random() < 0.15:
            return self.chance.choice(STRANGE)
        if field.type == "reference":
            prefixes = {self.org.schema.known(target).key_prefix for target in field.reference_to}
            return self.chance.choice([known for known in self.known if known[:3] in prefixes] or [None])
        if field.picklist:
            return self.chance.choice(field.picklist).value
        return SENSIBLE.get(field.type, "text")


@pytest.mark.full_counts
@pytest.mark.parametrize("seed", [11, 12])
def test_any_write_is_done_or_refused_and_the_org_stays_whole(org: Org, admin: Caller, seed: int) -> None:
    print("seed", seed)
    clumsy = Clumsy(org, admin, seed)
    statuses = [clumsy.attempt() for _ in range(WRITES)]
    assert statuses.count(200) > WRITES // 10
    assert all(200 <= status < 500 for status in statuses)
    check_references(org)
    check_sums(org)
