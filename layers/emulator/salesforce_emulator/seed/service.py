"""Cases with their comments and mails, and the solutions that came of them."""

from datetime import datetime, timedelta
from typing import Any

from salesforce_emulator.access import Caller
from salesforce_emulator.seed.story import WORDS, Story, moment_text

CASES = 120
RECENT = 22  # created within the last days, four of them within the last minutes


def fill(story: Story) -> None:
    for title, note, status in WORDS["solutions"]:
        values = {"SolutionName": title, "SolutionNote": note, "Status": status, "IsPublished": status == "Reviewed"}
        story.add(story.callers["tom.becker"], "Solution", values, at=story.past(60, 500))
    groups = dict(story.org.connection.execute('SELECT Name, Id FROM "Group"').fetchall())
    kinds = dict(
        story.org.connection.execute("SELECT Name, Id FROM \"RecordType\" WHERE SobjectType = 'Case'").fetchall()
    )
    for number in range(CASES):
        _case(story, number, groups, kinds)


def _created(story: Story, number: int) -> datetime:
    if number < 4:
        return story.now - timedelta(minutes=2 + 3 * number)
    if number < RECENT:
        return story.ago(days=story.chance.uniform(0.02, 4))
    return story.past(5, 720)


def _case(story: Story, number: int, groups: dict[str, str], kinds: dict[str, str]) -> None:
    chance, agent = story.chance, story.chance.choice(story.agents)
    hardware = number % 6 == 5
    subject, description, kind, reason = story.pick("hardware_cases" if hardware else "cases")
    contact = chance.choice(story.made["Contact"][:200])
    escalated, recent = number % 11 == 3, number < RECENT
    values = {
        "Subject": subject,
        "Description": description,
        "Type": kind,
        "Reason": reason,
        "Origin": chance.choice(["Email", "Phone", "Web"]),
        "Priority": "High" if escalated else chance.choice(["High", "Medium", "Medium", "Low"]),
        "Severity__c": "S1" if escalated else chance.choice(["S2", "S3"] if hardware else ["S2", "S3", "S4"]),
        "ContactId": contact["Id"],
        "RecordTypeId": kinds["Hardware" if hardware else "Support"],
        "OwnerId": groups["Escalations"] if escalated and recent else agent.user_id,
        "IsEscalated": escalated,
        "Status": "Escalated" if escalated else "New",
    }
    if recent and number % 4 == 1:
        values["OwnerId"] = groups["Support"]
    row = story.add(agent, "Case", values, at=_created(story, number))
    if values["Origin"] == "Email":
        _mail(story, agent, row, contact)
    if not recent:
        _work(story, agent, row)


def _mail(story: Story, agent: Caller, row: dict[str, Any], contact: dict[str, Any]) -> None:
    values = {
        "ParentId": row["Id"],
        "Incoming": True,
        "Status": "0",
        "Subject": row["Subject"],
        "TextBody": row["Description"],
        "FromName": f"{contact['FirstName']} {contact['LastName']}",
        "FromAddress": contact["Email"],
        "ToAddress": "support@northwindcontrols.example",
        "MessageDate": moment_text(row["at"]),
    }
    story.add(agent, "EmailMessage", values, at=row["at"])


def _work(story: Story, agent: Caller, row: dict[str, Any]) -> None:
    """Older cases were talked about, and nearly all of them are closed."""
    chance = story.chance
    for step in range(chance.randint(0, 2)):
        values = {"ParentId": row["Id"], "CommentBody": story.pick("comments"), "IsPublished": chance.random() < 0.5}
        story.add(agent, "CaseComment", values, at=row["at"] + timedelta(hours=2 + 5 * step))
    if chance.random() < 0.85:
        closed: dict[str, Any] = {"Status": "Closed", "Satisfaction__c": float(chance.randint(2, 5))}
        story.change(agent, "Case", row["Id"], closed, at=row["at"] + timedelta(hours=chance.uniform(3, 90)))
    else:
        story.change(agent, "Case", row["Id"], {"Status": "Working"}, at=row["at"] + timedelta(hours=2))
