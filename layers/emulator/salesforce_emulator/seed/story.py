"""What the chapters of the seed share: the org, its people, and chance that falls the same way every time."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from salesforce_emulator.access import Caller
from salesforce_emulator.moments import stamp
from salesforce_emulator.org import Org
from salesforce_emulator.schema.loader import load_texts

SEED = 20261122
WORDS = load_texts("seed/company.toml")


@dataclass
class Story:
    """One company's past, written into an org."""

    org: Org
    now: datetime
    callers: dict[str, Caller]  # by the part of the username before the @
    chance: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - a seed must repeat itself
    made: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # rows that later chapters refer to

    @property
    def sellers(self) -> list[Caller]:
        return [self.callers[name] for name in ("sales", "john.miller", "wei.chen", "maria.lopez")]

    @property
    def agents(self) -> list[Caller]:
        return [self.callers[name] for name in ("support", "tom.becker", "nora.patel")]

    def pick(self, name: str) -> Any:
        return self.chance.choice(WORDS[name])

    def seller(self) -> Caller:
        return self.chance.choice(self.sellers)

    def of(self, owner_id: str) -> Caller:
        return next(one for one in self.callers.values() if one.user_id == owner_id)

    def ago(self, *, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def past(self, first: float, last: float) -> datetime:
        """A moment between so many and so many days ago, most likely in working hours."""
        moment = self.ago(days=self.chance.uniform(first, last))
        working = moment.replace(hour=self.chance.randint(15, 23), minute=self.chance.randrange(0, 60, 5), second=0)
        return min(working, self.now - timedelta(minutes=self.chance.randint(3, 50)))

    def day(self, days: int) -> str:
        """The date in so many days."""
        return (self.now.date() + timedelta(days=days)).isoformat()

    def add(self, caller: Caller, name: str, values: dict[str, Any], *, at: datetime) -> dict[str, Any]:
        """Let somebody create a record at some time; its row is kept for later chapters."""
        with self.org.at(at):
            record_id = self.org.add(caller, name, values)
        row = {"Id": record_id, "at": at, **values}
        self.made.setdefault(name, []).append(row)
        return row

    def change(self, caller: Caller, name: str, record_id: str, values: dict[str, Any], *, at: datetime) -> None:
        with self.org.at(min(at, self.now)):
            self.org.change(caller, name, record_id, values)


def moment_text(moment: datetime) -> str:
    return stamp(moment)


def day_of(moment: datetime) -> str:
    return moment.date().isoformat()


def month_start(today: date, months: int) -> date:
    """The first of the month so many months from now."""
    number = today.year * 12 + today.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
