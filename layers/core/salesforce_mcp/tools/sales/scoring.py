"""How promising a lead is: rules anybody can read, each with its points and its reason."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

COLUMNS = ("id", "name", "company", "status", "score", "orgScore", "reasons")
# Score fields of Einstein, of Marketing Cloud Account Engagement, and what orgs call their own.
_ORG_SCORES = ("LeadScore", "pi__score__c", "Score__c", "Lead_Score__c")
_FIELDS = (
    *("Id", "Name", "Company", "Status", "Email", "Phone", "MobilePhone", "Title", "Rating", "LeadSource"),
    *("NumberOfEmployees", "CreatedDate", "LastActivityDate"),
)
_FREE_MAIL = {"gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com", "gmx.net", "web.de"}
_SENIOR = re.compile(r"\b(c[a-z]o|chief|president|vp|vice president|director|head|owner|founder|partner)\b", re.I)
_MANAGER = re.compile(r"\b(manager|lead|leader|supervisor)\b", re.I)
_RECENT_DAYS = 30

Lead = Mapping[str, Any]
Rule = tuple[str, int, str, Callable[[Lead, float], bool]]


def _text(lead: Lead, name: str) -> str:
    return str(lead.get(name) or "")


def _number(lead: Lead, name: str) -> float:
    return float(lead.get(name) or 0)


def _age_in_days(moment: str, now: float) -> float:
    """Of a date or a date-time of Salesforce; without one, older than everything."""
    if not moment:
        return float("inf")
    return (now - datetime.fromisoformat(moment.replace("+0000", "+00:00").ljust(10)).timestamp()) / 86400


def _recent(lead: Lead, now: float) -> bool:
    return min(_age_in_days(_text(lead, name), now) for name in ("CreatedDate", "LastActivityDate")) <= _RECENT_DAYS


def _business_mail(lead: Lead, _now: float) -> bool:
    domain = _text(lead, "Email").rpartition("@")[2].lower()
    return bool(domain) and domain not in _FREE_MAIL


def _engaged(lead: Lead, _now: float) -> bool:
    status = _text(lead, "Status").lower()
    return status.startswith(("working", "qualified", "contacted", "nurturing"))


_RULES: tuple[Rule, ...] = (
    ("businessEmail", 15, "business e-mail", _business_mail),
    ("phone", 10, "phone number", lambda lead, _: bool(lead.get("Phone") or lead.get("MobilePhone"))),
    ("senior", 20, "decides (title)", lambda lead, _: bool(_SENIOR.search(_text(lead, "Title")))),
    (
        "manager",
        10,
        "manages (title)",
        lambda lead, _: bool(_MANAGER.search(_text(lead, "Title"))) and not _SENIOR.search(_text(lead, "Title")),
    ),
    ("largeCompany", 20, "1,000 employees or more", lambda lead, _: _number(lead, "NumberOfEmployees") >= 1000),
    ("midCompany", 10, "200 employees or more", lambda lead, _: 200 <= _number(lead, "NumberOfEmployees") < 1000),
    ("hot", 20, "rated hot", lambda lead, _: _text(lead, "Rating") == "Hot"),
    ("warm", 10, "rated warm", lambda lead, _: _text(lead, "Rating") == "Warm"),
    ("engaged", 10, "being worked on", _engaged),
    ("referral", 5, "referred", lambda lead, _: "referral" in _text(lead, "LeadSource").lower()),
    ("recent", 10, f"new or active within {_RECENT_DAYS} days", _recent),
)
POINTS = {name: points for name, points, _, _ in _RULES}


def read_fields(known: Collection[str]) -> list[str]:
    """What is read: of the fields that this user may see."""
    return [name for name in (*_FIELDS, *_ORG_SCORES) if name in known]


def scored(leads: Iterable[Lead], points: Mapping[str, int], *, now: float) -> list[Sequence[Any]]:
    """One row a lead, the best first."""
    return sorted((_row(lead, points, now) for lead in leads), key=lambda row: (-row[4], str(row[1])))


def _row(lead: Lead, points: Mapping[str, int], now: float) -> Sequence[Any]:
    kept = [(points[name], why) for name, _, why, holds in _RULES if points[name] and holds(lead, now)]
    score = max(0, min(100, sum(worth for worth, _ in kept)))
    own = next((lead[name] for name in _ORG_SCORES if lead.get(name) is not None), None)
    reasons = [f"{why} {worth:+d}" for worth, why in kept]
    return (lead["Id"], lead.get("Name"), lead.get("Company"), lead.get("Status"), score, own, reasons)
