"""What the org answers beyond records, queries and searches. The first that fits answers."""

from salesforce_emulator.routes import (
    approvals,
    batch,
    chatter,
    chatter_lists,
    events,
    files,
    graphs,
    knowledge,
    list_views,
    persons,
    process_rules,
    quick_actions,
    recent,
    sobjects,
)
from salesforce_emulator.routes.actions import invocable
from salesforce_emulator.routes.analytics import dashboards, instances, reports
from salesforce_emulator.routes.layouts import apps, searching
from salesforce_emulator.routes.layouts import describe as layouts
from salesforce_emulator.routes.table import Resource
from salesforce_emulator.routes.tooling import fields, tooling
from salesforce_emulator.routes.ui_api import objects, records

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
    Resource("/process/rules", GET=process_rules.every, POST=process_rules.trigger),
    Resource("/process/rules/{object}", GET=process_rules.every, POST=process_rules.trigger),
    Resource("/process/rules/{object}/{rule}", GET=process_rules.read, POST=process_rules.trigger),
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

LAYOUTS = [
    Resource("/sobjects/{object}/describe/layouts", GET=layouts.layouts),
    Resource("/sobjects/{object}/describe/layouts/{kind}", GET=layouts.layout),
    Resource("/sobjects/{object}/describe/namedLayouts/{name}", GET=layouts.named),
    Resource("/sobjects/{object}/describe/compactLayouts", GET=layouts.compact),
    Resource("/sobjects/{object}/describe/approvalLayouts", GET=layouts.approval),
    Resource("/sobjects/{object}/describe/approvalLayouts/{name}", GET=layouts.approval),
    Resource("/compactLayouts", GET=layouts.compact_of_several),
    Resource("/tabs", GET=apps.tabs),
    Resource("/theme", GET=apps.theme),
    Resource("/appMenu", GET=apps.menus),
    Resource("/appMenu/{menu}", GET=apps.menu),
    Resource("/search/layout", GET=searching.layouts),
    Resource("/search/scopeOrder", GET=searching.scope_order),
    Resource("/search/suggestions", GET=searching.suggestions),
    Resource("/search/suggestSearchQueries", GET=searching.suggested_searches),
]

QUICK_ACTIONS = [
    resource
    for above, listing in (("", quick_actions.every), ("/sobjects/{object}", quick_actions.of_object))
    for resource in (
        Resource(f"{above}/quickActions", GET=listing),
        Resource(f"{above}/quickActions/{{action}}", GET=quick_actions.read, POST=quick_actions.run),
        Resource(f"{above}/quickActions/{{action}}/describe", GET=quick_actions.describe),
        Resource(f"{above}/quickActions/{{action}}/defaultValues", GET=quick_actions.default_values),
        Resource(f"{above}/quickActions/{{action}}/defaultValues/{{context}}", GET=quick_actions.default_values),
    )
]

ACTIONS = [
    Resource("/actions", GET=invocable.both),
    Resource("/actions/standard", GET=invocable.standard),
    Resource("/actions/standard/{action}", GET=invocable.describe_standard, POST=invocable.run_standard),
    Resource("/actions/custom", GET=invocable.custom),
    Resource("/actions/custom/{kind}", GET=invocable.custom_of),
    Resource("/actions/custom/{kind}/{action}", GET=invocable.describe_custom, POST=invocable.run_custom),
]

ELEMENT = "/chatter/feed-elements/{id}"
CHATTER = [
    Resource("/chatter", GET=chatter.resources),
    Resource("/chatter/users", GET=chatter_lists.users),
    Resource("/chatter/users/{user}", GET=chatter.user),
    Resource("/chatter/groups", GET=chatter_lists.groups),
    Resource("/chatter/groups/{id}", GET=chatter_lists.group),
    Resource("/chatter/feeds", GET=chatter_lists.feeds),
    Resource("/chatter/feeds/company/feed-elements", GET=chatter_lists.of_company),
    Resource("/chatter/comments/{id}/likes", GET=chatter_lists.likes_of_comment, POST=chatter_lists.like_comment),
    Resource("/chatter/likes/{id}", DELETE=chatter_lists.unlike),
    Resource("/connect/batch", POST=batch.batch),
    Resource("/connect/files/users/{user}", GET=files.of_user, POST=files.upload),
    Resource("/connect/files/{id}", GET=files.read),
    Resource("/connect/files/{id}/content", GET=files.content),
    Resource("/chatter/feeds/news/{user}/feed-elements", GET=chatter.news),
    Resource("/chatter/feeds/user-profile/{user}/feed-elements", GET=chatter.of_user),
    Resource("/chatter/feeds/record/{id}/feed-elements", GET=chatter.of_record),
    Resource("/chatter/feed-elements", POST=chatter.post),
    Resource(ELEMENT, GET=chatter.read, DELETE=chatter.delete),
    Resource(f"{ELEMENT}/capabilities/comments/items", GET=chatter.comments, POST=chatter.comment),
    Resource(f"{ELEMENT}/capabilities/chatter-likes/items", GET=chatter.likes, POST=chatter.like),
]

TOOLING = [
    Resource("/tooling", GET=tooling.resources),
    Resource("/tooling/query", GET=tooling.run_query),
    Resource("/tooling/query/{locator}", GET=tooling.next_page),
    Resource("/tooling/executeAnonymous", GET=tooling.execute_anonymous),
    Resource("/tooling/runTestsSynchronous", POST=tooling.run_tests),
    Resource("/tooling/sobjects/ApexLog/{id}/Body", GET=tooling.log_body),
    Resource("/tooling/sobjects", GET=tooling.objects),
    Resource("/tooling/sobjects/CustomField", POST=fields.create_field),
    Resource("/tooling/sobjects/CustomObject", POST=fields.create_object),
    Resource("/tooling/sobjects/{object}/describe", GET=tooling.describe),
    *(
        resource
        for path in (f"/tooling/sobjects/{name}" for name in tooling.WRITTEN)
        for resource in (
            Resource(path, POST=tooling.create_row),
            Resource(f"{path}/{{id}}", GET=tooling.read_row, PATCH=tooling.update_row, DELETE=tooling.delete_row),
        )
    ),
    Resource("/tooling/sobjects/StaticResource/{id}/Body", GET=tooling.row_body),
    Resource("/sobjects/{object}/eventSchema", GET=events.of_object),
    Resource("/event/eventSchema/{schema}", GET=events.by_id),
]

INFO = "/ui-api/object-info/{object}"
UI_API = [
    Resource(INFO, GET=objects.object_info),
    Resource(f"{INFO}/picklist-values/{{kind}}", GET=objects.picklists),
    Resource(f"{INFO}/picklist-values/{{kind}}/{{field}}", GET=objects.picklist),
    Resource("/ui-api/layout/{object}", GET=objects.layout),
    Resource("/ui-api/record-defaults/create/{object}", GET=records.defaults),
    Resource("/ui-api/record-ui/{ids}", GET=records.record_ui),
    Resource("/ui-api/records", POST=records.create),
    Resource("/ui-api/records/batch/{ids}", GET=records.read_several),
    Resource("/ui-api/records/{id}", GET=records.read, PATCH=records.update, DELETE=records.delete),
]

ROWS = [
    Resource("/sobjects/relevantItems", GET=recent.relevant),
    Resource("/sobjects/{object}/defaultValues", GET=sobjects.default_values),
    Resource("/sobjects/{object}/{id}/password", GET=persons.read, POST=persons.change, DELETE=persons.reset),
]

FEATURES = [
    *ROWS,
    *ANALYTICS,
    *LIST_VIEWS,
    *PROCESSES,
    *GRAPHS,
    *KNOWLEDGE,
    *LAYOUTS,
    *QUICK_ACTIONS,
    *ACTIONS,
    *CHATTER,
    *TOOLING,
    *UI_API,
]
