"""What a client may offer while an argument of a prompt or a resource is typed: names that this org has."""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from mcp_types import Completion, CompletionArgument, CompletionContext, PromptReference, ResourceTemplateReference

from salesforce_mcp.errors import Failure
from salesforce_mcp.policy.caller import current
from salesforce_mcp.policy.scopes import Scope
from salesforce_mcp.policy.untrusted import clean
from salesforce_mcp.salesforce.client import Salesforce
from salesforce_mcp.salesforce.soql import like_literal

OBJECT = "salesforce://objects/{name}"
FIELD = "salesforce://objects/{name}/fields/{field}"
# The protocol allows at most 100 values in a completion.
_MOST = 100

Given = Mapping[str, str]  # arguments that are chosen already
Source = Callable[[Salesforce, str, Given], Awaitable[Iterable[str]]]


async def complete(
    ref: PromptReference | ResourceTemplateReference, argument: CompletionArgument, context: CompletionContext | None
) -> Completion | None:
    """The names that contain what is typed, those that begin with it first."""
    source = _SOURCES.get((ref.uri if isinstance(ref, ResourceTemplateReference) else ref.name, argument.name))
    if source is None:
        return None
    caller = current.get()
    try:
        caller.require({Scope.READ})
        await caller.admit(Scope.READ)
        found = await source(await caller.org(), argument.value, (context and context.arguments) or {})
    except Failure as failure:
        caller.note_refusal(failure)
        return None  # completing is a courtesy: without the org there is nothing to offer
    typed = argument.value.lower()
    names = sorted(
        {name for name in found if typed in name.lower()}, key=lambda name: (not name.lower().startswith(typed), name)
    )
    return Completion(values=[clean(name) for name in names[:_MOST]], total=len(names), has_more=len(names) > _MOST)


async def _objects(org: Salesforce, _typed: str, _given: Given) -> Iterable[str]:
    return [str(entry["name"]) for entry in await org.objects()]


async def _fields(org: Salesforce, _typed: str, given: Given) -> Iterable[str]:
    if not given.get("name"):
        return ()
    return [str(field["name"]) for field in (await org.describe(given["name"]))["fields"]]


async def _reports(org: Salesforce, typed: str, _given: Given) -> Iterable[str]:
    return await _named(org, "Report", typed)


async def _campaigns(org: Salesforce, typed: str, _given: Given) -> Iterable[str]:
    return await _named(org, "Campaign", typed)


async def _accounts(org: Salesforce, typed: str, _given: Given) -> Iterable[str]:
    return await _named(org, "Account", typed) if typed else ()


async def _named(org: Salesforce, name: str, typed: str) -> Iterable[str]:
    where = f"Name LIKE {like_literal(typed, before='%')}"
    page = await org.query(f"SELECT Name FROM {name} WHERE {where} ORDER BY Name LIMIT 200")  # noqa: S608 - quoted
    return [str(row[0]) for row in page.rows]


def _values(name: str, field: str) -> Source:
    """The active values of a picklist."""

    async def values(org: Salesforce, _typed: str, _given: Given) -> Iterable[str]:
        fields = (await org.describe(name))["fields"]
        listed = next((one["picklistValues"] for one in fields if one["name"] == field), ())
        return [str(one["value"]) for one in listed if one["active"]]

    return values


def _of(*names: str) -> Source:
    async def fixed(_org: Salesforce, _typed: str, _given: Given) -> Iterable[str]:
        return names

    return fixed


_PERIODS = _of(
    "TODAY", "THIS_WEEK", "LAST_WEEK", "THIS_MONTH", "LAST_MONTH", "THIS_QUARTER", "NEXT_QUARTER", "THIS_YEAR",
    "LAST_N_DAYS:30", "NEXT_N_DAYS:30",
)  # fmt: skip

# By prompt name or template, and argument.
_SOURCES: dict[tuple[str, str], Source] = {
    (OBJECT, "name"): _objects,
    (FIELD, "name"): _objects,
    (FIELD, "field"): _fields,
    ("pipelineReview", "period"): _PERIODS,
    ("casesCreated", "period"): _PERIODS,
    ("openOpportunities", "stage"): _values("Opportunity", "StageName"),
    ("leadQualification", "status"): _values("Lead", "Status"),
    ("contactSearch", "industry"): _values("Account", "Industry"),
    ("accountBriefing", "account"): _accounts,
    ("campaignReturn", "campaign"): _campaigns,
    ("reportSummary", "report"): _reports,
    ("duplicateCleanUp", "kind"): _of("Account", "Contact", "Lead"),
}
