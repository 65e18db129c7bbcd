"""What the org answers beyond records, queries and searches. The first that fits answers."""

from salesforce_emulator.routes import approvals, graphs, knowledge, list_views
from salesforce_emulator.routes.analytics import dashboards, instances, reports
from salesforce_emulator.routes.table import Resource

ANALYTICS = [
    Resource("/analytics/reports", GET=reports.every, POST=reports.create),
    Resource("/analytics/reports/query", POST=reports.run_unsaved),
    Resource(
        "/analytics/reports/{id}",
        GET=reports.read,
        POST=reports.run_changed,
        PATCH=reports.update,
        DELETE=reports.delete,
    ),
    Resource("/analytics/reports/{id}/describe", GET=reports.describe),
    Resource("/analytics/reports/{id}/instances", GET=instances.every, POST=instances.create),
    Resource("/analytics/reports/{id}/instances/{instance}", GET=instances.read, DELETE=instances.delete),
    Resource("/analytics/reportTypes", GET=reports.types),
    Resource("/analytics/report-types", GET=reports.types),
    Resource("/analytics/reportTypes/{type}", GET=reports.describe_type),
    Resource("/analytics/report-types/{type}", GET=reports.describe_type),
    Resource("/analytics/dashboards", GET=dashboards.every, POST=dashboards.create),
    Resource(
        "/analytics/dashboards/{id}",
        GET=dashboards.read,
        POST=dashboards.read_some,
        PUT=dashboards.refresh,
        DELETE=dashboards.delete,
    ),
    Resource("/analytics/dashboards/{id}/describe", GET=dashboards.describe),
    Resource("/analytics/dashboards/{id}/status", GET=dashboards.status),
    Resource("/analytics/{rest}", feature="this part of analytics (/services/data/vXX.X/analytics)"),
]

LIST_VIEWS = [
    Resource("/sobjects/{object}/listviews", GET=list_views.every),
    Resource("/sobjects/{object}/listviews/recent", GET=list_views.recent),
    Resource("/sobjects/{object}/listviews/{view}", GET=list_views.one_view),
    Resource("/sobjects/{object}/listviews/{view}/describe", GET=list_views.describe),
    Resource("/sobjects/{object}/listviews/{view}/results", GET=list_views.results),
]

PROCESSES = [
    Resource("/process/approvals", GET=approvals.every, POST=approvals.act),
]

GRAPHS = [Resource("/composite/graph", POST=graphs.graph)]

MASTER_VERSIONS = "/knowledgeManagement/articleVersions/masterVersions"
KNOWLEDGE = [
    Resource("/knowledgeManagement/settings", GET=knowledge.settings),
    Resource(MASTER_VERSIONS, GET=knowledge.versions, POST=knowledge.edit),
    Resource(
        f"{MASTER_VERSIONS}/{{id}}",
        GET=knowledge.read_version,
        PATCH=knowledge.change_version,
        DELETE=knowledge.delete_version,
    ),
    Resource("/support/knowledgeArticles", GET=knowledge.articles),
    Resource("/support/knowledgeArticles/{id}", GET=knowledge.article),
    Resource("/support/dataCategoryGroups", GET=knowledge.category_groups),
    Resource("/support/dataCategoryGroups/{group}/dataCategories/{category}", GET=knowledge.category),
    Resource("/search/suggestTitleMatches", GET=knowledge.suggested_titles),
    Resource("/sobjects/{object}/suggestedArticles", GET=knowledge.suggested_for_text),
    Resource("/sobjects/{object}/{id}/suggestedArticles", GET=knowledge.suggested_for_case),
]

FEATURES = [*ANALYTICS, *LIST_VIEWS, *PROCESSES, *GRAPHS, *KNOWLEDGE]
