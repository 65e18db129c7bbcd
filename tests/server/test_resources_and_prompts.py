"""Resources, completions and prompts, through the real client."""

import base64
import re

import pytest
from mcp import MCPError
from mcp_types import PromptReference, ResourceTemplateReference
from server.world import LEGACY, MODERN, SUPPORT, World

from salesforce_mcp.tools.catalogue import CATALOGUE

OBJECT = "salesforce://objects/{name}"
FIELD = "salesforce://objects/{name}/fields/{field}"
FILE = "salesforce://files/{file}"


@pytest.mark.parametrize("mode", [MODERN, LEGACY])
async def test_the_objects_of_the_org_can_be_read_as_resources(world: World, mode: str) -> None:
    async with world.client(mode=mode) as client:
        resources = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates
        objects = await client.read_resource("salesforce://objects")
        lead = await client.read_resource("salesforce://objects/Lead")
    assert [resource.uri for resource in resources] == ["salesforce://objects"]
    assert [template.uri_template for template in templates] == [OBJECT, FIELD, FILE]
    assert "\nLead|Lead|" in objects.contents[0].text
    assert "\nCompany|string|required|" in lead.contents[0].text


async def test_an_object_that_is_not_there_is_named_with_the_nearest(world: World) -> None:
    async with world.client() as client:
        with pytest.raises(MCPError, match="Did you mean Lead"):
            await client.read_resource("salesforce://objects/Leed")


@pytest.mark.parametrize("uri", ["salesforce://objects/..%2Fquery", "salesforce://objects/", "salesforce://nothing"])
async def test_an_address_that_is_no_resource_is_refused(world: World, uri: str) -> None:
    async with world.client() as client:
        with pytest.raises(MCPError):
            await client.read_resource(uri)
    assert world.salesforce_requests == []


async def test_names_of_objects_are_completed_the_likeliest_first(world: World) -> None:
    reference = ResourceTemplateReference(uri=OBJECT)
    async with world.client() as client, world.client(SUPPORT) as support:
        found = (await client.complete(reference, {"name": "name", "value": "con"})).completion
        nothing = (await client.complete(reference, {"name": "name", "value": "zzz"})).completion
        theirs = (await support.complete(reference, {"name": "name", "value": "opp"})).completion
    assert found.values[0] == "Contact"
    assert all("con" in value.lower() for value in found.values)
    assert found.total == len(found.values)
    assert nothing.values == []
    assert "Opportunity" not in theirs.values


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("openOpportunities", {}, "over 50000"),
        ("openOpportunities", {"stage": "Negotiation/Review"}, "in the stage Negotiation/Review"),
        ("leadQualification", {"status": "Working - Contacted"}, "the status Working - Contacted"),
        ("contactSearch", {}, "Technology companies in California"),
        ("contactSearch", {"title": "CTO"}, "Title contains CTO"),
        ("casesCreated", {}, "THIS_WEEK"),
        ("campaignReturn", {"campaign": "Trade Show"}, "the campaign Trade Show"),
        ("reportSummary", {"report": "Cases by Status"}, "the report Cases by Status"),
        ("duplicateCleanUp", {"kind": "Lead"}, "duplicates of Lead"),
        ("pipelineReview", {}, "THIS_QUARTER"),
        ("pipelineReview", {"period": "NEXT_QUARTER", "owner": "Ann"}, "owned by Ann"),
        ("accountBriefing", {"account": "Acme"}, "the account Acme"),
        ("caseTriage", {"queue": "Tier 2"}, "of Tier 2"),
    ],
)
async def test_a_prompt_speaks_of_what_it_was_given(
    world: World, name: str, arguments: dict[str, str], said: str
) -> None:
    async with world.client() as client:
        prompt = await client.get_prompt(name, arguments)
    assert said in prompt.messages[0].content.text


async def test_every_prompt_has_a_title_and_names_only_tools_of_the_plain_url(world: World) -> None:
    async with world.client() as client:
        prompts = (await client.list_prompts()).prompts
        tools = {tool.name for tool in (await client.list_tools()).tools}
        texts = {
            prompt.name: (
                await client.get_prompt(prompt.name, {one.name: "x" for one in prompt.arguments or () if one.required})
            )
            for prompt in prompts
        }
    assert len(prompts) == 10
    assert all(prompt.title and prompt.description for prompt in prompts)
    for name, prompt in texts.items():
        named = {word for word in re.findall(r"[a-z]+[A-Z]\w*", prompt.messages[0].content.text) if word in CATALOGUE}
        assert named <= tools, name


async def test_a_field_is_read_as_a_resource(world: World) -> None:
    async with world.client() as client:
        stage = await client.read_resource("salesforce://objects/Opportunity/fields/StageName")
        with pytest.raises(MCPError, match="Did you mean StageName"):
            await client.read_resource("salesforce://objects/Opportunity/fields/StageNaem")
    assert "type: picklist" in stage.contents[0].text
    assert "Closed Won" in stage.contents[0].text


@pytest.mark.parametrize(("content", "is_text"), [("Grüße ✓".encode(), True), (bytes(range(256)), False)])
async def test_a_file_is_read_as_a_resource(world: World, content: bytes, is_text: bool) -> None:
    account = world.rows('SELECT Id FROM "Account" WHERE IsDeleted = 0 LIMIT 1')[0][0]
    given = {"recordId": account, "fileName": "a.bin", "base64Content": base64.b64encode(content).decode()}
    async with world.client(path="/mcp/x/collaboration") as client:
        version = (await client.call_tool("uploadFile", given)).structured_content["versionId"]
        (read,) = (await client.read_resource(f"salesforce://files/{version}")).contents
        with pytest.raises(MCPError, match="no such file"):
            await client.read_resource("salesforce://files/069000000000000AAA")
    assert (read.text.encode() if is_text else base64.b64decode(read.blob)) == content


COMPLETED = [
    ("openOpportunities", "stage", "clo", "Closed Won"),
    ("leadQualification", "status", "", "Open - Not Contacted"),
    ("contactSearch", "industry", "tech", "Technology"),
    ("casesCreated", "period", "this", "THIS_WEEK"),
    ("reportSummary", "report", "case", "Cases Created This Week"),
    ("campaignReturn", "campaign", "trade", "Trade Show"),
    ("accountBriefing", "account", "ze", "Zephyr"),
    ("duplicateCleanUp", "kind", "l", "Lead"),
]


@pytest.mark.parametrize(("name", "argument", "typed", "expected"), COMPLETED, ids=[one[0] for one in COMPLETED])
async def test_arguments_of_prompts_are_completed_from_the_org(
    world: World, name: str, argument: str, typed: str, expected: str
) -> None:
    async with world.client() as client:
        found = (await client.complete(PromptReference(name=name), {"name": argument, "value": typed})).completion
    assert any(expected in value for value in found.values), found.values
    assert all(typed in value.lower() for value in found.values)
    assert len(world.salesforce_requests) <= 1


async def test_fields_are_completed_for_the_object_that_was_chosen(world: World) -> None:
    reference = ResourceTemplateReference(uri=FIELD)
    typed = {"name": "field", "value": "stage"}
    async with world.client() as client:
        chosen = (await client.complete(reference, typed, {"name": "Opportunity"})).completion
        open_yet = (await client.complete(reference, typed)).completion
        unknown = (await client.complete(reference, typed, {"name": "Nothing__c"})).completion
        other = (await client.complete(PromptReference(name="caseTriage"), {"name": "queue", "value": "t"})).completion
    assert chosen.values[0] == "StageName"
    assert open_yet.values == unknown.values == other.values == []


async def test_what_a_user_may_not_see_completes_nothing(world: World) -> None:
    async with world.client(SUPPORT) as client:
        stages = await client.complete(PromptReference(name="openOpportunities"), {"name": "stage", "value": ""})
    assert stages.completion.values == []
