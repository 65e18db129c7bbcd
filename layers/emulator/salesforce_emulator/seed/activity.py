"""Two years of calls, tasks and meetings; what is old and done is archived, as the platform does after a year."""

from datetime import datetime, timedelta
from typing import Any

from salesforce_emulator.access import Caller
from salesforce_emulator.seed.story import Story, day_of, moment_text

CALLS, TASKS, MEETINGS, UPCOMING = 260, 140, 120, 40


def fill(story: Story) -> None:
    for _ in range(CALLS):
        _call(story)
    for _ in range(TASKS):
        _task(story, at=story.past(2, 720), done=True)
    for _ in range(MEETINGS):
        _meeting(story, story.past(1, 700))
    for _ in range(UPCOMING):
        _task(story, at=story.past(0.1, 10), done=False)
        _meeting(story, story.now.replace(minute=0, second=0) + timedelta(days=story.chance.randint(1, 40)))
    _archive(story)
    _group(story)


def _about(story: Story) -> tuple[Caller, dict[str, Any]]:
    """Somebody, and what it was about: mostly deals, sometimes the account itself."""
    contact = story.chance.choice(story.made["Contact"])
    if story.chance.random() < 0.6:
        deal = story.chance.choice(story.made["Opportunity"])
        return story.seller(), {"WhatId": deal["Id"], "WhoId": contact["Id"]}
    return story.seller(), {"WhatId": contact["AccountId"], "WhoId": contact["Id"]}


def _call(story: Story) -> None:
    at, (seller, about) = story.past(1, 720), _about(story)
    values = {
        "Subject": story.pick("calls"),
        "TaskSubtype": "Call",
        "CallType": story.chance.choice(["Outbound", "Outbound", "Inbound"]),
        "CallDurationInSeconds": story.chance.randint(60, 2400),
        "Description": story.pick("call_notes"),
        "Status": "Completed",
        "ActivityDate": day_of(at),
    }
    story.add(seller, "Task", values | about, at=at)


def _group(story: Story) -> None:
    """Everybody is in one Chatter group."""
    founder, at = story.callers["maria.lopez"], story.ago(days=400)
    group = story.add(founder, "CollaborationGroup", {"Name": "All Northwind", "Description": "News for all"}, at=at)
    for name, member in story.callers.items():
        if name not in {"maria.lopez", "bob.former"}:
            joined = {"CollaborationGroupId": group["Id"], "MemberId": member.user_id}
            story.add(member, "CollaborationGroupMember", joined, at=at)


def _task(story: Story, *, at: datetime, done: bool) -> None:
    seller, about = _about(story)
    values = {
        "Subject": story.pick("tasks"),
        "Status": "Completed" if done else story.chance.choice(["Not Started", "In Progress"]),
        "Priority": story.chance.choice(["Normal", "Normal", "High"]),
        "ActivityDate": day_of(at) if done else story.day(story.chance.randint(-5, 21)),
    }
    story.add(seller, "Task", values | about, at=at)


def _meeting(story: Story, start: datetime) -> None:
    seller, about = _about(story)
    values = {
        "Subject": story.pick("meetings"),
        "StartDateTime": moment_text(start),
        "DurationInMinutes": story.chance.choice([30, 60, 90]),
        "Location": story.chance.choice(["Customer site", "Online", "Our office"]),
    }
    story.add(seller, "Event", values | about, at=min(start, story.ago(days=0.2)) - timedelta(days=3))


def _archive(story: Story) -> None:
    year_ago = day_of(story.ago(days=365))
    connection = story.org.connection
    connection.execute('UPDATE "Task" SET IsArchived = 1 WHERE IsClosed = 1 AND ActivityDate < ?', (year_ago,))
    connection.execute('UPDATE "Event" SET IsArchived = 1 WHERE ActivityDate < ?', (year_ago,))
