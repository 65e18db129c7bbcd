"""What the org is made of: read, and changed by an administrator."""

from typing import Any

import pytest
from server.world import ADMIN, SALES, World
from tools_platform.calls import calls_of, table

from salesforce_emulator.errors import Refused

FIELDS = [
    {"label": "Risk Level", "type": "Picklist", "values": ["Low", "High"]},
    {"label": "Sites", "type": "Number"},
    {"label": "Buyer", "type": "Lookup", "referenceTo": "Contact"},
    {"label": "Source Key", "type": "Text", "name": "ERP_Key", "externalId": True},
]


def field_names(world: World, name: str) -> set[str]:
    return {field.name for field in world.org.schema.known(name).fields}


async def test_types_components_and_one_component_whole(world: World) -> None:
    types, one_call = await calls_of(world, "readMetadata", {})
    assert {"CustomObject", "CustomMetadata", "ApexClass"} <= {one["type"] for one in table(types)}
    listed, another = await calls_of(world, "readMetadata", {"metadataType": "CustomMetadata"})
    assert "Support_Tier.Premium" in {one["name"] for one in table(listed)}
    whole, last = await calls_of(world, "readMetadata", {"metadataType": "CustomObject", "names": ["Invoice__c"]})
    (component,) = whole.structured_content["components"]
    assert component["fullName"] == "Invoice__c"
    assert {"fullName", "label", "type"} <= set(component["fields"][0])
    assert (one_call, another, last) == (1, 1, 1)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"metadataType": "CustomObject", "names": ["Invoce__c"]}, "Did you mean Invoice__c"),
        ({"metadataType": "CustomObject", "names": ["x"] * 11}, "names"),
        ({"metadataType": "Layout"}, "NOT_EMULATED"),
    ],
)
async def test_what_is_not_there_is_named(world: World, given: dict[str, Any], named: str) -> None:
    result, _ = await calls_of(world, "readMetadata", given)
    assert result.is_error
    assert named in result.content[0].text


async def test_definitions_are_queried_over_cursors(world: World) -> None:
    soql = "SELECT QualifiedApiName, DataType FROM FieldDefinition WHERE EntityDefinition.QualifiedApiName = 'Account'"
    result, calls = await calls_of(world, "queryTooling", {"soql": soql})
    assert not result.is_error, result.content[0].text
    names = [row[0] for row in result.structured_content["rows"]]
    assert {"Name", "Tier__c"} <= set(names)
    assert len(names) == len(set(names)) == result.structured_content["totalSize"]
    assert calls == 1
    wrong, _ = await calls_of(world, "queryTooling", {"soql": "SELECT Nmae FROM ApexClass"})
    assert wrong.structured_content["code"] == "INVALID_FIELD"
    writing, _ = await calls_of(world, "queryTooling", {"soql": "DELETE FROM ApexClass"})
    assert writing.is_error


async def test_fields_are_created_and_granted_in_three_calls(world: World) -> None:
    result, calls = await calls_of(world, "createCustomField", {"objectName": "Account", "fields": FIELDS})
    assert not result.is_error, result.content[0].text
    created = ["Risk_Level__c", "Sites__c", "Buyer__c", "ERP_Key__c"]
    assert result.structured_content["created"] == created
    assert result.structured_content["visibleTo"] == "System Administrator"
    assert set(created) <= field_names(world, "Account")
    query = "SELECT Field FROM FieldPermissions WHERE PermissionsEdit = 1 ORDER BY Id DESC LIMIT 4"
    assert world.rows(query)[::-1] == [(f"Account.{name}",) for name in created]
    assert calls <= 3


async def test_an_object_comes_with_its_fields(world: World) -> None:
    call = {"objectName": "Site_Visit__c", "objectLabel": "Site Visit", "fields": FIELDS, "permissionSet": "Sales Plus"}
    query = "SELECT Id, Label FROM PermissionSet WHERE IsOwnedByProfile = 0 ORDER BY Id LIMIT 1"
    set_id, call["permissionSet"] = world.rows(query)[0]
    result, calls = await calls_of(world, "createCustomField", call)
    assert not result.is_error, result.content[0].text
    assert result.structured_content["visibleTo"] == call["permissionSet"]
    assert {"Name", "OwnerId", "Risk_Level__c", "ERP_Key__c"} <= field_names(world, "Site_Visit__c")
    assert calls <= 3
    me, visit = world.site.user_id(ADMIN), {"Name": "First", "Risk_Level__c": "High"}
    with pytest.raises(Refused, match="Risk_Level__c"):
        world.org.insert(world.org.caller(me), "Site_Visit__c", visit)
    assigned = {"PermissionSetId": set_id, "AssigneeId": me}
    world.org.insert(world.org.caller(me), "PermissionSetAssignment", assigned)
    world.org.insert(world.org.caller(me), "Site_Visit__c", visit)
    assert world.rows("SELECT Risk_Level__c FROM Site_Visit__c") == [("High",)]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "exists": ({"fields": [FIELDS[1], {"label": "Tier", "type": "Text"}]}, "already a field named Tier__c"),
    "twice": ({"fields": [{"label": "Once more", "type": "Date"}] * 2}, "given twice"),
    "no values": ({"fields": [{"label": "Colour", "type": "Picklist"}]}, "needs values"),
    "no target": ({"fields": [{"label": "Colour", "type": "Lookup"}]}, "needs referenceTo"),
    "unknown target": ({"fields": [{"label": "C", "type": "Lookup", "referenceTo": "Nothing__c"}]}, "referenceTo"),
    "no letters": ({"fields": [{"label": "42", "type": "Text"}]}, "makes no API name"),
    "no type": ({"fields": [{"label": "X", "type": "Txt"}]}, "fields"),
    "no fields": ({"fields": []}, "nothing to create"),
    "no object": ({"objectName": "Acount", "fields": [FIELDS[1]]}, "Did you mean Account?"),
    "object exists": ({"objectName": "Invoice", "objectLabel": "Invoice", "fields": []}, "already an object"),
}


@pytest.mark.parametrize(("given", "named"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_created_leaves_nothing(world: World, given: dict[str, Any], named: str) -> None:
    before = field_names(world, "Account"), world.rows("SELECT count(*) FROM FieldPermissions")
    result, _ = await calls_of(world, "createCustomField", {"objectName": "Account", **given})
    assert result.is_error
    assert named in result.content[0].text
    assert (field_names(world, "Account"), world.rows("SELECT count(*) FROM FieldPermissions")) == before


async def test_a_field_that_could_not_be_granted_is_told(world: World) -> None:
    call = {"objectName": "Account", "fields": [FIELDS[1]], "permissionSet": "Nobody's"}
    result, _ = await calls_of(world, "createCustomField", call)
    assert result.is_error
    assert result.structured_content["created"] == ["Sites__c"]
    assert "nobody may see them yet" in result.structured_content["note"]
    assert "Nobody's" in result.content[0].text


async def test_only_administrators_change_the_schema(world: World) -> None:
    result, _ = await calls_of(world, "createCustomField", {"objectName": "Account", "fields": FIELDS}, user=SALES)
    assert result.structured_content["code"] == "INSUFFICIENT_ACCESS"
    assert "Sites__c" not in field_names(world, "Account")
