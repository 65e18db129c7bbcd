"""Users and queues as people name them, and today's date where the signed-in user is: one request for all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from salesforce_mcp.errors import InvalidInput, NotFound
from salesforce_mcp.policy.caller import Caller
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.composite import Subrequest
from salesforce_mcp.salesforce.paths import is_record_of, record_id, shown
from salesforce_mcp.salesforce.soql import like_literal, quote_literal

_USER, _QUEUE = "005", "00G"
_ONESELF = ("me", "myself")


@dataclass(frozen=True)
class People:
    me: str
    now: datetime  # where the signed-in user is
    ids: Mapping[str, str]  # by the name that was given

    @property
    def today(self) -> date:
        return self.now.date()

    def moment(self, text: str, *, parameter: str) -> datetime:
        """A date and time as ISO 8601; without an offset it is meant where the signed-in user is."""
        try:
            given = datetime.fromisoformat(text.replace("Z", "+00:00"))
            if len(text) <= len("2026-11-24"):
                raise ValueError("a day has no hour")
        except ValueError:
            raise InvalidInput(
                f"{shown(text)} is no date and time", fields=[parameter], hint="Write 2026-11-24T14:00."
            ) from None
        return (given if given.tzinfo else given.replace(tzinfo=self.now.tzinfo)).astimezone(UTC)

    def id_of(self, name: str | None) -> str:
        """The id of a person or queue; the signed-in user when none is named."""
        return self.ids[name] if name else self.me


async def look_up(org: Salesforce, caller: Caller, names: Sequence[str | None] = (), *, queues: bool = False) -> People:
    """Find everybody named; whoever is not one person, or not there, is an error that says so."""
    me = (await org.identity()).user_id
    wanted = [name for name in dict.fromkeys(names) if name]
    given = {name: me if name.lower() in _ONESELF else record_id(name) for name in wanted if _stands_for_itself(name)}
    open_names = [name for name in wanted if name not in given]
    subrequests = [_query("me", f"SELECT TimeZoneSidKey FROM User WHERE Id = {quote_literal(me)}")]  # noqa: S608
    if open_names:
        subrequests.append(_query("users", _users(open_names)))
        if queues:
            subrequests.append(_query("queues", _queues(open_names)))
    bodies = await org.together(subrequests)
    users = bodies["users"]["records"] if "users" in bodies else []
    groups = bodies["queues"]["records"] if "queues" in bodies else []
    found = {name: _chosen(name, users, groups) for name in open_names}
    zone = (bodies["me"]["records"] or [{}])[0].get("TimeZoneSidKey")
    return People(me, _now(caller, zone), {**given, **found})


def _stands_for_itself(name: str) -> bool:
    return is_record_of(_USER, name) or is_record_of(_QUEUE, name) or name.lower() in _ONESELF


def _query(reference: str, soql: str) -> Subrequest:
    return Subrequest("GET", ("query",), reference, params={"q": soql})


def _users(names: Sequence[str]) -> str:
    listed = ", ".join(map(quote_literal, names))
    alike = " OR ".join(f"Name LIKE {like_literal(name)} OR LastName LIKE {like_literal(name)}" for name in names)
    return (
        "SELECT Id, Name, FirstName, LastName, Username, Email FROM User WHERE IsActive = TRUE"  # noqa: S608
        f" AND (Username IN ({listed}) OR Email IN ({listed}) OR {alike}) ORDER BY Name LIMIT 200"
    )


def _queues(names: Sequence[str]) -> str:
    listed = ", ".join(map(quote_literal, names))
    return (
        "SELECT Id, Name, DeveloperName FROM Group WHERE Type = 'Queue'"  # noqa: S608
        f" AND (Name IN ({listed}) OR DeveloperName IN ({listed}))"
    )


def _chosen(name: str, users: Sequence[Mapping[str, Any]], queues: Sequence[Mapping[str, Any]]) -> str:
    """Who bears exactly this name; else the only one whose name begins with it."""
    exact = [one for one in users if _bears(name, one, ("Name", "Username", "Email"))]
    exact += [one for one in queues if _bears(name, one, ("Name", "DeveloperName"))]
    lower = name.lower()
    alike = [one for one in users if any(str(one[key] or "").lower().startswith(lower) for key in ("Name", "LastName"))]
    candidates = exact or alike
    if len(candidates) == 1:
        return str(candidates[0]["Id"])
    if not candidates:
        raise NotFound(
            f"There is no active user or queue {shown(name)}",
            code="NO_SUCH_PERSON",
            hint="Give a full name, a username, an e-mail address or an id. Nothing was changed.",
        )
    raise InvalidInput(
        f"{shown(name)} fits several people",
        code="AMBIGUOUS_NAME",
        hint="Ask which one is meant, and give the id or username. Nothing was changed.",
        details={
            "candidates": [
                {"id": one["Id"], "name": one["Name"], "username": one.get("Username")} for one in candidates[:10]
            ]
        },
    )


def _bears(name: str, one: Mapping[str, Any], keys: Sequence[str]) -> bool:
    return any(str(one.get(key) or "").lower() == name.lower() for key in keys)


def _now(caller: Caller, zone: str | None) -> datetime:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return datetime.fromtimestamp(caller.clock.now(), ZoneInfo(zone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):  # a machine without time zones
        return datetime.fromtimestamp(caller.clock.now(), UTC)
