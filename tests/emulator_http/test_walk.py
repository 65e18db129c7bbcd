"""Every resource of the REST API gets an answer or a refusal that names it: never an empty success."""

import re

import httpx
import pytest

from salesforce_emulator.app import RESOURCES
from salesforce_emulator.org import Org
from salesforce_emulator.routes.versions import NAMES

# Resources that Salesforce's REST API guide documents, one address each.
DOCUMENTED = """
/ /limits /limits/recordCount /recent /tabs /theme /appMenu /appMenu/AppSwitcher /compactLayouts?q=Account
/sobjects /sobjects/Account /sobjects/Account/describe /sobjects/Account/describe/layouts
/sobjects/Account/describe/layouts/012000000000000AAA /sobjects/User/describe/namedLayouts/UserAlt
/sobjects/Account/describe/compactLayouts /sobjects/Account/describe/approvalLayouts /sobjects/Account/defaultValues
/sobjects/Account/updated/?start=2026-11-01T00:00:00Z&end=2026-11-02T00:00:00Z
/sobjects/Account/deleted/?start=2026-11-01T00:00:00Z&end=2026-11-02T00:00:00Z
/sobjects/Account/listviews /sobjects/Account/listviews/recent /sobjects/Account/quickActions
/sobjects/Case/suggestedArticles?language=en_US /sobjects/relevantItems /sobjects/Order_Event__e/eventSchema
/sobjects/User/{User}/password /sobjects/Account/001000000000000AAA/richTextImageFields/X/1
/query?q=SELECT+Id+FROM+Account /query?explain=SELECT+Id+FROM+Account /queryAll?q=SELECT+Id+FROM+Account
/search?q=FIND+{Acme} /parameterizedSearch?q=Acme /search/scopeOrder /search/layout?q=Account
/search/suggestions?q=Acm&sobject=Account /search/suggestTitleMatches?q=a /search/suggestSearchQueries?q=a
/composite /actions /actions/standard /actions/standard/chatterPost /actions/custom /actions/custom/flow
/quickActions /quickActions/LogACall/describe /process/approvals /process/rules /process/rules/Account
/analytics/reports /analytics/reports/{Report}/describe /analytics/dashboards /analytics/reportTypes
/knowledgeManagement/settings /knowledgeManagement/articleVersions/masterVersions /support/knowledgeArticles
/support/dataCategoryGroups /ui-api/object-info/Account /ui-api/records/{User}?fields=User.Name /chatter
/chatter/users /chatter/users/me /chatter/groups /chatter/feeds /chatter/feeds/company/feed-elements
/chatter/feeds/news/me/feed-elements /chatter/feeds/record/{User}/feed-elements /connect/files/users/me
/tooling/sobjects
/tooling/query?q=SELECT+Id+FROM+ApexClass /tooling/executeAnonymous /metadata/deployRequest/0Af000000000000AAA
/event/nothing/x /consent/action/email?ids=x /folders /scheduling /named/query/x /localizedvalue
/dedupe /jobs/ingest /jobs/query /graphql /async/specifications/oas3 /apps/oauth/credentials/x /wave /licensing
/eclair /emailConnect /commerce /payments /mobile /domino /jsonxform /contact-tracing
/sobjects/User/{User} /sobjects/User/{User}?fields=Name,Profile.Name /sobjects/User/{User}/Profile
/sobjects/OpportunityLineItem/00kE0000000zzzzAAA/OpportunityLineItemSchedules
/sobjects/Account/listviews/{ListView} /sobjects/Account/listviews/{ListView}/describe
/sobjects/Account/listviews/{ListView}/results /query?explain={Report} /query?q=SELECT+Id+FROM+Account&columns=true
/query/01gE0000000zzzzAAA-2000 /queryAll/01gE0000000zzzzAAA-2000
/actions/custom/apex /actions/custom/quickAction /actions/custom/emailAlert /actions/custom/sendNotification
/actions/custom/generatePromptResponse /actions/standard/emailSimple /actions/standard/createServiceDocument
/quickActions/LogACall /quickActions/LogACall/defaultValues /quickActions/LogACall/defaultValues/{User}
/analytics/reports/{Report} /analytics/reports/{Report}?includeDetails=true /analytics/reports/{Report}/instances
/analytics/report-types /analytics/dashboards/{Dashboard} /analytics/dashboards/{Dashboard}/describe
/analytics/dashboards/{Dashboard}/status /analytics/notifications /knowledgeManagement/articleVersions/translations
/ui-api/object-info /ui-api/object-info/Account/picklist-values/012000000000000AAA
/ui-api/object-info/Account/picklist-values/012000000000000AAA/Industry /ui-api/layout/Account
/ui-api/record-defaults/create/Account /ui-api/record-defaults/clone/{User} /ui-api/record-ui/{User}
/ui-api/records/batch/{User} /ui-api/list-info/Account /ui-api/list-records/Account/AllAccounts /ui-api/list-ui/Account
/ui-api/lookups/Contact/AccountId/Account?q=a /ui-api/related-list-records/{User}/Contacts /ui-api/actions/global
/ui-api/favorites /ui-api/apps /ui-api/nav-items /ui-api/themes/active /chatter/feeds/user-profile/me/feed-elements
/chatter/topics /chatter/users/me/messages /connect/communities /connect/topics
/tooling /tooling/search?q=a /tooling/completions?type=apex /tooling/runTestsAsynchronous
/tooling/sobjects/ApexClass/describe /tooling/sobjects/TraceFlag /tooling/query?q=SELECT+Id+FROM+DebugLevel
/consent/dsr/x /consent/multiaction?ids=x /scheduling/getAppointmentSlots /jobs /wave/datasets /nouns
""".split()  # noqa: SIM905 - a list to read
POSTED = """
/composite/graph /composite/batch /composite/tree/Account /composite/sobjects /parameterizedSearch
/actions/standard/submit /quickActions/LogACall /process/approvals /process/rules /analytics/reports
/analytics/reports/query /knowledgeManagement/articleVersions/masterVersions /chatter/feed-elements /connect/batch
/ui-api/records /tooling/sobjects/ApexClass /metadata/deployRequest /jobs/ingest /jobs/query /graphql
/sobjects/Account /sobjects/Account/Id /composite /composite/sobjects/Account /actions/standard/chatterPost
/tooling/sobjects/CustomField /tooling/sobjects/CustomObject /tooling/sobjects/StaticResource
/tooling/runTestsSynchronous /tooling/runTestsAsynchronous /metadata/deployRequest/validatedDeployRequestId/0Af
/async/specifications/oas3
""".split()  # noqa: SIM905 - a list to read


def with_an_id(org: Org, path: str) -> str:
    """{Report} stands for the id of a report that is there."""
    return re.sub(r"\{([A-Z]\w+)\}", lambda found: an_id(org, found[1]), path)


def an_id(org: Org, name: str) -> str:
    if org.schema.object(name) is None:
        return f"{{{name}}}"  # the braces of a search
    return str(org.connection.execute(f'SELECT Id FROM "{name}"').fetchone()[0])  # noqa: S608


def says_something(response: httpx.Response) -> bool:
    if response.status_code == 501:
        (error,) = response.json()
        return error["errorCode"] == "NOT_EMULATED" and error["message"].startswith("The emulated org does not emulate")
    if response.status_code == 400:
        return bool(response.json()[0]["message"])
    return response.status_code == 200 and response.json() is not None


@pytest.mark.parametrize("path", DOCUMENTED)
async def test_a_documented_resource_answers_or_says_it_is_not_emulated(
    admin: httpx.AsyncClient, org: Org, path: str
) -> None:
    response = await admin.get(with_an_id(org, path))
    assert says_something(response), (response.status_code, response.text)


@pytest.mark.parametrize("path", POSTED)
async def test_a_documented_post_answers_or_says_it_is_not_emulated(admin: httpx.AsyncClient, path: str) -> None:
    response = await admin.post(path, json={})
    assert response.status_code in (400, 501), response.text
    assert says_something(response)


@pytest.mark.parametrize("name", NAMES)
async def test_what_the_version_lists_is_known(admin: httpx.AsyncClient, name: str) -> None:
    assert (await admin.get(f"/{name}")).status_code in (200, 400, 501)


async def test_every_resource_has_a_handler_or_a_name() -> None:
    for resource in RESOURCES:
        assert bool(resource.handlers) != bool(resource.feature), resource.template


@pytest.mark.parametrize(
    "path", ["/services/apexrest/Mine", "/services/wsdl/partner", "/services/oauth2/register", "/cometd/68.0"]
)
async def test_other_services_say_that_they_are_not_emulated(http: httpx.AsyncClient, path: str) -> None:
    for answer in (await http.post(path), await http.get(path)):
        assert answer.status_code == 501
        assert says_something(answer)
