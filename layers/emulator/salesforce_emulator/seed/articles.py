"""Articles that answer the usual questions, and what customers with a contract were promised."""

import re
from datetime import timedelta
from typing import Any

from salesforce_emulator.moments import moment
from salesforce_emulator.rules import knowledge, rows
from salesforce_emulator.schema.loader import load_texts
from salesforce_emulator.seed.story import Story

ARTICLES = load_texts("seed/articles.toml")["articles"]
COVERED = 12  # accounts with an entitlement


def fill(story: Story) -> None:
    for number, text in enumerate(ARTICLES):
        _article(story, number, text)
    _entitlements(story)


def _article(story: Story, number: int, text: dict[str, Any]) -> None:
    org, writer = story.org, story.callers["tom.becker"]
    url_name = re.sub(r"\W+", "-", text["title"]).strip("-")
    values = {"Title": text["title"], "UrlName": url_name, "Summary": text["summary"], "Answer__c": text["answer"]}
    written = story.ago(days=300 - 30 * number)
    row = story.add(writer, knowledge.KAV, values, at=written)
    chosen = {"ParentId": row["Id"], "DataCategoryGroupName": "Products", "DataCategoryName": text["category"]}
    story.add(writer, "Knowledge__DataCategorySelection", chosen, at=written)
    if text.get("draft"):
        return
    admin = story.callers["admin"]
    with org.at(written + timedelta(days=1)):
        knowledge.publish(org, admin, row["Id"])
    article = knowledge.version(org, admin, row["Id"])["KnowledgeArticleId"]
    for _ in range(text["views"]):
        knowledge.view(org, article)
    for case in story.made["Case"][30 + number :: 40]:
        attached = {"CaseId": case["Id"], "KnowledgeArticleId": article}
        story.add(writer, "CaseArticle", attached, at=max(case["at"], written + timedelta(days=2)))


def _entitlements(story: Story) -> None:
    org = story.org
    process = org.connection.execute('SELECT Id FROM "SlaProcess"').fetchone()[0]
    for number, account in enumerate(story.made["Account"][:COVERED]):
        ends = -20 if number == COVERED - 1 else 300 - 10 * number
        values = {"Name": f"{account['Name']} Support"[:255], "AccountId": account["Id"], "Type": "Web Support"}
        values |= {"SlaProcessId": process, "StartDate": story.day(ends - 365), "EndDate": story.day(ends)}
        row = story.add(story.callers["tom.becker"], "Entitlement", values, at=story.ago(days=64))
        for case in _open_cases(story, account["Id"]):
            at = max(story.now - timedelta(minutes=30 + 200 * (number % 3)), moment(case["CreatedDate"]))
            story.change(story.callers["tom.becker"], "Case", case["Id"], {"EntitlementId": row["Id"]}, at=at)


def _open_cases(story: Story, account_id: str) -> list[dict[str, Any]]:
    query = 'SELECT Id, CreatedDate FROM "Case" WHERE AccountId = ? AND IsClosed = 0 AND IsDeleted = 0 ORDER BY Id'
    return rows.rows(story.org.connection, query, (account_id,))
