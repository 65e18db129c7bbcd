"""Components validated, then deployed, all or nothing."""

import io
import zipfile
from typing import Any

import pytest
from server.world import SALES, World
from tools_platform.calls import calls_of

from salesforce_mcp.errors import InvalidInput
from salesforce_mcp.salesforce.metadata import MetadataType
from salesforce_mcp.tools.platform.archive import archive, files_of, package
from salesforce_mcp.tools.platform.deploying import account_of

GOLD = {
    "type": "CustomMetadata",
    "name": "Support_Tier.Gold",
    "record": {"label": "Gold <1>", "Response_Hours__c": 4, "Escalation_Queue__c": "A & B", "Is_Premium__c": True},
}
VISIT = {
    "type": "CustomObject",
    "name": "Visit__c",
    "content": '<?xml version="1.0"?><CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">'
    "<label>Visit</label><pluralLabel>Visits</pluralLabel><nameField><label>Visit</label><type>Text</type></nameField>"
    "<fields><fullName>Minutes__c</fullName><label>Minutes</label><type>Number</type><precision>4</precision>"
    "<scale>0</scale></fields></CustomObject>",
}
HEALTH = {"type": "ApexClass", "name": "Health", "content": "public class Health {}"}
TIERS = 'SELECT MasterLabel, Response_Hours__c, Escalation_Queue__c, Is_Premium__c FROM "Support_Tier__mdt" '


async def deployed(world: World, *components: dict[str, Any], **more: Any) -> tuple[Any, dict[str, Any]]:
    """Validate and deploy; `more` differs from what was validated."""
    given = {"components": list(components)}
    validated, _ = await calls_of(world, "deployMetadata", given)
    assert not validated.is_error, validated.content[0].text
    call = {**given, "planId": validated.structured_content["planId"], **more}
    result, calls = await calls_of(world, "deployMetadata", call)
    assert calls <= 4
    return result, call


async def test_a_validation_changes_nothing_and_gives_a_plan(world: World) -> None:
    given = {"components": [GOLD, VISIT, HEALTH], "runTests": ["AccountHealthTest"]}
    result, calls = await calls_of(world, "deployMetadata", given)
    told = result.structured_content
    assert not result.is_error, result.content[0].text
    assert (told["status"], told["validatedOnly"], told["components"]) == ("Succeeded", True, "3 of 3")
    assert told["planId"]
    assert world.org.schema.object("Visit__c") is None
    assert world.rows(TIERS + "WHERE DeveloperName = 'Gold'") == []
    assert calls <= 4


async def test_what_was_validated_is_deployed_once(world: World) -> None:
    result, call = await deployed(world, GOLD, VISIT, HEALTH)
    told = result.structured_content
    assert (told["status"], told["validatedOnly"]) == ("Succeeded", False)
    assert world.rows(TIERS + "WHERE DeveloperName = 'Gold'") == [("Gold <1>", 4.0, "A & B", 1)]
    assert {"Minutes__c"} <= {field.name for field in world.org.schema.known("Visit__c").fields}
    assert world.rows('SELECT Name, Body FROM "ApexClass"') == [("Health", "public class Health {}")]
    again, _ = await calls_of(world, "deployMetadata", call)
    assert again.structured_content["code"] == "PLAN_NOT_VALID"
    status, calls = await calls_of(world, "deployMetadata", {"deployId": told["deployId"]})
    assert status.structured_content == told
    assert calls == 1


async def test_a_custom_metadata_record_is_changed_and_read_by_the_core_tools(world: World) -> None:
    change = {"Response_Hours__c": 1, "Is_Premium__c": None, "label": "Premium"}
    result, _ = await deployed(world, {"type": "CustomMetadata", "name": "Support_Tier.Premium", "record": change})
    assert not result.is_error, result.content[0].text
    assert world.rows(TIERS + "WHERE DeveloperName = 'Premium'") == [("Premium", 1.0, "Escalations", 0)]
    async with world.client() as client:
        soql = "SELECT Response_Hours__c FROM Support_Tier__mdt WHERE DeveloperName = 'Premium'"
        read = await client.call_tool("executeQuery", {"soql": soql})
    assert read.structured_content["rows"] == [[1]]


async def test_something_else_than_was_validated_is_not_deployed(world: World) -> None:
    result, _ = await deployed(world, HEALTH, components=[{**HEALTH, "content": "public class Other {}"}])
    assert result.structured_content["code"] == "PLAN_NOT_VALID"
    assert world.rows('SELECT count(*) FROM "ApexClass"') == [(0,)]


NOTHING: dict[str, tuple[dict[str, Any], str]] = {
    "nothing given": ({}, "components to deploy"),
    "unknown type": ({"components": [{**HEALTH, "type": "ApexClas"}]}, "Did you mean ApexClass"),
    "unknown field": ({"components": [{**GOLD, "record": {"Response_Horus__c": 1}}]}, "Did you mean Response_Hours__c"),
    "unknown kind of record": ({"components": [{**GOLD, "name": "Support_Tire.Gold"}]}, "Support_Tier__mdt"),
    "record of another type": ({"components": [{**HEALTH, "record": {}}]}, "CustomMetadata"),
    "no content": ({"components": [{"type": "ApexClass", "name": "Empty"}]}, "has no content"),
    "climbing": ({"components": [{**HEALTH, "name": "../Health"}]}, "no name of a component"),
    "twice": ({"components": [HEALTH, HEALTH]}, "given twice"),
    "broken XML": ({"components": [{**VISIT, "content": "<CustomObject>"}]}, "cannot be read"),
    "no label": ({"components": [{**VISIT, "content": "<CustomObject/>"}, GOLD]}, "label"),
    "a failing test": ({"components": [HEALTH], "runTests": ["OrderEventTest"]}, "Assertion Failed"),
    "an unknown test": ({"components": [HEALTH], "runTests": ["NoTest"]}, "No ApexClass named NoTest"),
    "unknown deployment": ({"deployId": "0Af000000000000AAA"}, "cross reference"),
}


@pytest.mark.parametrize(("given", "named"), NOTHING.values(), ids=NOTHING)
async def test_what_cannot_be_deployed_gets_no_plan(world: World, given: dict[str, Any], named: str) -> None:
    result, _ = await calls_of(world, "deployMetadata", given)
    assert result.is_error
    assert named in result.content[0].text
    assert "planId" not in result.structured_content
    assert world.org.schema.object("Visit__c") is None


async def test_only_administrators_deploy(world: World) -> None:
    result, _ = await calls_of(world, "deployMetadata", {"components": [HEALTH]}, user=SALES)
    assert result.structured_content["code"] == "INSUFFICIENT_ACCESS"
    assert world.rows('SELECT count(*) FROM "ApexClass"') == [(0,)]


def test_a_deployment_under_way_says_how_to_ask_again() -> None:
    told = {"id": "0Af000000000000AAA", "status": "InProgress", "done": "false", "checkOnly": "false"}
    account = account_of({**told, "numberComponentsDeployed": "1", "numberComponentsTotal": "3"})
    assert isinstance(account, dict)
    assert (account["components"], account["note"]) == ("1 of 3", "Not done yet: call again with only deployId")


def test_the_same_components_make_the_same_bytes() -> None:
    kind = MetadataType("ApexClass", "classes", "cls", has_meta_file=True)
    files = files_of(kind, "Health", "public class Health {}", version="68.0")
    files["package.xml"] = package([("ApexClass", "Health")], version="68.0")
    assert archive(files) == archive(files)
    with zipfile.ZipFile(io.BytesIO(archive(files))) as packed:
        assert packed.namelist() == ["classes/Health.cls", "classes/Health.cls-meta.xml", "package.xml"]
        assert b"<members>Health</members><name>ApexClass</name>" in packed.read("package.xml")
        assert b"<apiVersion>68.0</apiVersion>" in packed.read("classes/Health.cls-meta.xml")


def test_bundles_are_refused() -> None:
    kind = MetadataType("LightningComponentBundle", "lwc", "", has_meta_file=False)
    with pytest.raises(InvalidInput, match="several files"):
        files_of(kind, "hello", "x", version="68.0")
