"""Resources, completions and prompts, through the real client."""

import pytest
from mcp import MCPError
from mcp_types import ResourceTemplateReference
from server.world import LEGACY, MODERN, SUPPORT, World

OBJECT = "salesforce://objects/{name}"


@pytest.mark.parametrize("mode", [MODERN, LEGACY])
async def test_the_objects_of_the_org_can_be_read_as_resources(world: World, mode: str) -> None:
    async with world.client(mode=mode) as client:
        resources = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates
        objects = await client.read_resource("salesforce://objects")
        lead = await client.read_resource("salesforce://objects/Lead")
    assert [resource.uri for resource in resources] == ["salesforce://objects"]
    assert [template.uri_template for template in templates] == [OBJECT]
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


async def test_there_are_three_prompts_with_titles(world: World) -> None:
    async with world.client() as client:
        prompts = (await client.list_prompts()).prompts
    assert {prompt.title for prompt in prompts} == {"Pipeline review", "Account briefing", "Case triage"}
    assert all(prompt.description for prompt in prompts)
