import tomllib
from pathlib import Path

import pytest
from emulator.witness import signed_in

from salesforce_emulator.access import Caller
from salesforce_emulator.ids import MASTER_RECORD_TYPE
from salesforce_emulator.org import Org

STANDARD_FIELDS: dict[str, str] = tomllib.loads(Path(__file__).with_name("standard_fields.toml").read_text())
# https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm
GLOBAL_KEYS = """activateable associateEntityType associateParentEntity createable custom customSetting deepCloneable
deletable deprecatedAndHidden feedEnabled hasSubtypes isInterface isSubtype keyPrefix label labelPlural layoutable
mergeable mruEnabled name queryable replicateable retrieveable searchable triggerable undeletable updateable
urls""".split()  # noqa: SIM905
DESCRIBE_KEYS = """actionOverrides activateable associateEntityType associateParentEntity childRelationships
compactLayoutable createable custom customSetting deepCloneable defaultImplementation deletable deprecatedAndHidden
extendedBy extendsInterfaces feedEnabled fields hasSubtypes implementedBy implementsInterfaces isInterface isSubtype
keyPrefix label labelPlural layoutable listviewable lookupLayoutable mergeable mruEnabled name namedLayoutInfos
networkScopeFieldName queryable recordTypeInfos replicateable retrieveable searchLayoutable searchable
sobjectDescribeOption supportedScopes triggerable undeletable updateable urls""".split()  # noqa: SIM905
FIELD_KEYS = """aggregatable aiPredictionField autoNumber byteLength calculated calculatedFormula cascadeDelete
caseSensitive compoundFieldName controllerName createable custom defaultValue defaultValueFormula defaultedOnCreate
dependentPicklist deprecatedAndHidden digits displayLocationInDecimal encrypted externalId extraTypeInfo filterable
filteredLookupInfo formulaTreatNullNumberAsZero groupable highScaleNumber htmlFormatted idLookup inlineHelpText label
length mask maskType name nameField namePointing nillable permissionable picklistValues polymorphicForeignKey precision
queryByDistance referenceTargetField referenceTo relationshipName relationshipOrder restrictedDelete restrictedPicklist
scale searchPrefilterable soapType sortable type unique updateable writeRequiresMasterRead""".split()  # noqa: SIM905


def field_of(org: Org, caller: Caller, name: str, field: str) -> dict[str, object] | None:
    fields = org.describe(caller, name, "68.0")["fields"]
    return next((one for one in fields if one["name"] == field), None)


def test_every_object_is_listed_with_every_key(org: Org, admin: Caller) -> None:
    answer = org.describe_global(admin, "68.0")
    assert answer["encoding"] == "UTF-8"
    assert answer["maxBatchSize"] == 200
    assert len(answer["sobjects"]) >= 45
    for entry in answer["sobjects"]:
        assert sorted(entry) == sorted(GLOBAL_KEYS)
        assert entry["urls"]["rowTemplate"] == f"/services/data/v68.0/sobjects/{entry['name']}/{{ID}}"


def test_every_describe_has_every_key_of_object_field_relationship_and_record_type(org: Org, admin: Caller) -> None:
    for one in (each for each in org.schema if not each.tooling):
        answer = org.describe(admin, one.name, "67.0")
        assert sorted(answer) == sorted(DESCRIBE_KEYS), one.name
        for field in answer["fields"]:
            assert sorted(field) == sorted(FIELD_KEYS), (one.name, field["name"])
            assert all(set(value) >= {"active", "label", "value"} for value in field["picklistValues"])
        assert [kind["recordTypeId"] for kind in answer["recordTypeInfos"] if kind["master"]] == [MASTER_RECORD_TYPE]
        assert sum(kind["defaultRecordTypeMapping"] for kind in answer["recordTypeInfos"]) == 1


@pytest.mark.parametrize(
    ("name", "fields"), [("Account", 60), ("Contact", 55), ("Lead", 50), ("Opportunity", 40), ("Case", 35)]
)
def test_the_big_five_have_the_fields_of_the_real_describe(org: Org, admin: Caller, name: str, fields: int) -> None:
    assert len(org.describe(admin, name, "68.0")["fields"]) >= fields


def test_the_wide_object_has_120_fields_of_nearly_every_type(org: Org, admin: Caller) -> None:
    fields = org.describe(admin, "Wide__c", "68.0")["fields"]
    assert len(fields) == 120
    numbers, texts = {"double", "int", "currency", "percent"}, {"string", "textarea", "email", "phone", "url"}
    choices, moments = {"picklist", "multipicklist", "boolean"}, {"date", "datetime", "time"}
    others = {"reference", "encryptedstring", "id"}
    assert {field["type"] for field in fields} >= numbers | texts | choices | moments | others


def test_names_and_labels_are_unique_and_references_lead_somewhere(org: Org) -> None:
    for one in org.schema:
        names = [field.name.lower() for field in one.fields]
        assert len(names) == len(set(names)), one.name
        for field in one.fields:
            assert field.label
            assert all(org.schema.object(target) for target in field.reference_to), (one.name, field.name)
        children = [child.name for child in org.schema.children(one) if child.name]
        assert all(child.isidentifier() for child in children)


def test_children_are_named_as_the_parent_names_them(org: Org, admin: Caller) -> None:
    children = org.describe(admin, "Account", "68.0")["childRelationships"]
    named = {child["relationshipName"]: (child["childSObject"], child["field"]) for child in children}
    assert named["Contacts"] == ("Contact", "AccountId")
    assert named["ChildAccounts"] == ("Account", "ParentId")
    assert named["Invoices__r"] == ("Invoice__c", "Account__c")
    assert next(child["cascadeDelete"] for child in children if child["relationshipName"] == "Contacts")


def test_an_address_has_eight_stored_parts(org: Org, admin: Caller) -> None:
    fields = org.describe(admin, "Account", "68.0")["fields"]
    parts = [field["name"] for field in fields if field["compoundFieldName"] == "BillingAddress"]
    assert len(parts) == 8
    address = field_of(org, admin, "Account", "BillingAddress")
    assert address
    assert (address["type"], address["soapType"], address["createable"]) == ("address", "urn:address", False)


def test_a_field_that_a_profile_hides_is_absent_and_one_it_closes_is_not_updateable(org: Org, admin: Caller) -> None:
    sales = signed_in(org, "sales")
    assert field_of(org, admin, "Account", "Internal_Margin__c")
    assert field_of(org, sales, "Account", "Internal_Margin__c") is None
    open_field, closed = field_of(org, admin, "Lead", "Score__c"), field_of(org, sales, "Lead", "Score__c")
    assert open_field
    assert closed
    assert (open_field["updateable"], closed["updateable"]) == (True, False)


def test_what_a_caller_may_do_shows_on_the_object(org: Org, support: Caller, reader: Caller) -> None:
    case = org.describe(support, "Case", "68.0")
    assert (case["createable"], case["updateable"], case["deletable"]) == (True, True, False)
    account = org.describe(reader, "Account", "68.0")
    assert (account["createable"], account["updateable"], account["deletable"]) == (False, False, False)
    assert not any(field["createable"] or field["updateable"] for field in account["fields"])
    assert "Opportunity" not in {one["name"] for one in org.describe_global(support, "68.0")["sobjects"]}
    children = org.describe(support, "Account", "68.0")["childRelationships"]
    assert "Opportunity" not in {child["childSObject"] for child in children}


def test_record_types_of_opportunity_and_case_have_a_default(org: Org, admin: Caller) -> None:
    for name in ("Opportunity", "Case"):
        kinds = org.describe(admin, name, "68.0")["recordTypeInfos"]
        assert len(kinds) == 3
        assert [kind["master"] for kind in kinds if kind["defaultRecordTypeMapping"]] == [False]
        assert all(kind["recordTypeId"] in kind["urls"]["layout"] for kind in kinds)


def test_custom_metadata_can_be_read_and_never_written(org: Org, admin: Caller) -> None:
    tier = org.describe(admin, "Support_Tier__mdt", "68.0")
    assert (tier["queryable"], tier["createable"], tier["updateable"], tier["deletable"]) == (True, False, False, False)
    assert org.record_count("Support_Tier__mdt") == 3


def test_a_namespaced_object_keeps_its_namespace(org: Org) -> None:
    shipment = org.schema.known("acme__shipment__c")
    assert shipment.namespace == "acme"
    assert shipment.custom


@pytest.mark.parametrize("name", STANDARD_FIELDS)
def test_the_objects_that_everybody_uses_have_every_field_of_a_real_org(org: Org, admin: Caller, name: str) -> None:
    described = {field["name"] for field in org.describe(admin, name, "68.0")["fields"]}
    assert set(STANDARD_FIELDS[name].split()) - described == set()
