"""Knowledge: an article is drafted, published, edited as a new draft, and archived. Each state is a version.

https://developer.salesforce.com/docs/atlas.en-us.knowledge_dev.meta/knowledge_dev/knowledge_REST_articles.htm
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.moments import stamp
from salesforce_emulator.rules import rows
from salesforce_emulator.rules.change import Change, Row

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

KAV = "Knowledge__kav"
CHANNELS = ("App", "AllChannels")
URL_NAME = re.compile(r"[A-Za-z0-9](-?[A-Za-z0-9]+)*")
# What a further draft does not take over from the version that it continues.
OWN: tuple[str, ...] = (
    "Id",
    "PublishStatus",
    "VersionNumber",
    "IsLatestVersion",
    "FirstPublishedDate",
    "LastPublishedDate",
)
OWN += ("CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp", "IsDeleted")


def open_article(change: Change) -> None:
    row, org = change.row, change.org
    if not change.creating:
        if row["PublishStatus"] != "Draft":
            raise Refused(400, "INSUFFICIENT_ACCESS_OR_READONLY", "Only the draft of an article can be edited", [])
    elif row["KnowledgeArticleId"] is None:
        article_id = org.add(change.caller, "KnowledgeArticle", {"MasterLanguage": row["Language"]})
        article = org.row("KnowledgeArticle", article_id) or {}
        row.update(KnowledgeArticleId=article_id, ArticleNumber=article["ArticleNumber"])
        row.update(ArticleCreatedDate=row["CreatedDate"], ArticleCreatedById=change.caller.user_id)
        for channel in CHANNELS:
            org.add(change.caller, "Knowledge__ViewStat", {"ParentId": article_id, "Channel": channel})
    _check_url_name(change)


def _check_url_name(change: Change) -> None:
    row = change.row
    if not change.changed("UrlName"):
        return
    if not URL_NAME.fullmatch(row["UrlName"]):
        message = "The URL name can hold only letters, digits and single hyphens between them"
        raise Refused(400, "FIELD_INTEGRITY_EXCEPTION", message, ["UrlName"])
    clash = change.org.connection.execute(
        f'SELECT Id FROM "{KAV}" WHERE UrlName = ? AND KnowledgeArticleId != ? AND IsDeleted = 0',  # noqa: S608
        (row["UrlName"], row["KnowledgeArticleId"]),
    ).fetchone()
    if clash:
        message = f"duplicate value found: UrlName duplicates value on record with id: {clash[0][:15]}"
        raise Refused(400, "DUPLICATE_VALUE", message, ["UrlName"])


def publish(org: Org, caller: Caller, version_id: str) -> None:
    """The draft goes online; what was online before is history."""
    row = version(org, caller, version_id)
    _require(row, "Draft", "published")
    article, now = row["KnowledgeArticleId"], stamp(org.now())
    number = org.connection.execute(
        f'SELECT max(VersionNumber) FROM "{KAV}" WHERE KnowledgeArticleId = ?',  # noqa: S608
        (article,),
    ).fetchone()[0]
    first = (org.row("KnowledgeArticle", article) or {})["FirstPublishedDate"] or now
    with org.transaction():
        for earlier in _versions(org, article, "Online"):
            _put(org, caller, earlier["Id"], PublishStatus="Archived", IsLatestVersion=False)
        published = {"FirstPublishedDate": first, "LastPublishedDate": now}
        _put(
            org, caller, row["Id"], PublishStatus="Online", IsLatestVersion=True, VersionNumber=number + 1, **published
        )
        rows.change(org.connection, "KnowledgeArticle", article, published)


def edit_online(org: Org, caller: Caller, article_id: str, *, unpublish: bool = False) -> str:
    """A draft that continues the online version, which stays online meanwhile unless it is taken back."""
    drafts, online = _versions(org, article_id, "Draft"), _versions(org, article_id, "Online")
    if drafts:
        raise Refused(400, "INVALID_INPUT", "The article already has a draft", [])
    if not online:
        raise Refused(400, "INVALID_INPUT", "The article is not published", [])
    _may_write(org, caller)
    if unpublish:
        _put(org, caller, online[0]["Id"], PublishStatus="Draft")
        return str(online[0]["Id"])
    values = {name: value for name, value in online[0].items() if name not in OWN}
    draft = {"IsLatestVersion": False, "PublishStatus": "Draft", "VersionNumber": online[0]["VersionNumber"]}
    return org.add(caller, KAV, {**values, **draft})


def archive(org: Org, caller: Caller, version_id: str) -> None:
    row = version(org, caller, version_id)
    _require(row, "Online", "archived")
    archived = {"ArchivedDate": stamp(org.now()), "ArchivedById": caller.user_id}
    _put(org, caller, row["Id"], PublishStatus="Archived", **archived)
    rows.change(
        org.connection, "KnowledgeArticle", row["KnowledgeArticleId"], {"ArchivedDate": archived["ArchivedDate"]}
    )


def restore(org: Org, caller: Caller, version_id: str) -> None:
    row = version(org, caller, version_id)
    _require(row, "Archived", "restored")
    _put(org, caller, row["Id"], PublishStatus="Draft", ArchivedDate=None, ArchivedById=None)


def delete(org: Org, caller: Caller, version_id: str) -> None:
    row = version(org, caller, version_id)
    if row["PublishStatus"] == "Online":
        raise Refused(400, "INVALID_INPUT", "A published article cannot be deleted: archive it first", [])
    org.delete(caller, KAV, row["Id"])


def version(org: Org, caller: Caller, version_id: str) -> Row:
    return org.require(caller, org.schema.known(KAV), version_id)


def view(org: Org, article_id: str) -> None:
    """Somebody read the article in the app."""
    for channel in CHANNELS:
        org.connection.execute(
            'UPDATE "Knowledge__ViewStat" SET ViewCount = ViewCount + 1 WHERE ParentId = ? AND Channel = ?',
            (article_id, channel),
        )
    most = org.connection.execute('SELECT max(ViewCount) FROM "Knowledge__ViewStat"').fetchone()[0]
    org.connection.execute(
        'UPDATE "Knowledge__ViewStat" SET NormalizedScore = round(100.0 * ViewCount / ?, 2)', (most,)
    )
    count = "SELECT ViewCount FROM \"Knowledge__ViewStat\" WHERE ParentId = :id AND Channel = 'AllChannels'"
    org.connection.execute(
        f'UPDATE "{KAV}" SET ArticleTotalViewCount = ({count}) WHERE KnowledgeArticleId = :id',  # noqa: S608
        {"id": article_id},
    )
    org.connection.execute(
        f'UPDATE "KnowledgeArticle" SET TotalViewCount = ({count}) WHERE Id = :id',  # noqa: S608
        {"id": article_id},
    )


def attach(change: Change) -> None:
    row = change.row
    online = _versions(change.org, row["KnowledgeArticleId"], "Online")
    if online and change.creating:
        row["ArticleVersionNumber"] = online[0]["VersionNumber"]


def count_after_save(change: Change) -> None:
    count(change.org, change.caller, change.row)


def count(org: Org, _caller: Caller, row: Row) -> None:
    """How many cases an article was attached to."""
    article = row["KnowledgeArticleId"]
    query = 'SELECT count(*) FROM "CaseArticle" WHERE KnowledgeArticleId = ? AND IsDeleted = 0'
    found = org.connection.execute(query, (article,)).fetchone()[0]
    rows.change(org.connection, "KnowledgeArticle", article, {"CaseAssociationCount": found})
    for one in rows.rows(org.connection, f'SELECT Id FROM "{KAV}" WHERE KnowledgeArticleId = ?', (article,)):  # noqa: S608
        rows.change(org.connection, KAV, one["Id"], {"ArticleCaseAttachCount": found})


def _versions(org: Org, article_id: str, status: str) -> list[Row]:
    query = f'SELECT * FROM "{KAV}" WHERE KnowledgeArticleId = ? AND PublishStatus = ? AND IsDeleted = 0'  # noqa: S608
    return rows.rows(org.connection, query, (article_id, status))


def _require(row: Row, status: str, verb: str) -> None:
    if row["PublishStatus"] != status:
        message = (
            f"Only a version that is {status.lower()} can be {verb}, and this one is {row['PublishStatus'].lower()}"
        )
        raise Refused(400, "INVALID_INPUT", message, [])


def _may_write(org: Org, caller: Caller) -> None:
    if not caller.can_edit(org.schema.known(KAV)):
        raise Refused(403, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")


def _put(org: Org, caller: Caller, version_id: str, **values: Any) -> None:
    """A change of state: the rules for editing do not apply."""
    _may_write(org, caller)
    now = stamp(org.now())
    touched = {"LastModifiedDate": now, "LastModifiedById": caller.user_id, "SystemModstamp": now}
    rows.change(org.connection, KAV, version_id, {**values, **touched})
    org.log(caller, org.schema.known(KAV), version_id, "update")
