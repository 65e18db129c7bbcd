"""Describe answers, as one caller may see them.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm
"""

from collections.abc import Mapping
from typing import Any

from salesforce_emulator.access import Caller
from salesforce_emulator.ids import MASTER_RECORD_TYPE
from salesforce_emulator.schema.fields import describe_field
from salesforce_emulator.schema.model import ChildRelationship, Object, RecordType, Schema

SCOPES = {"everything": "All", "mine": "My"}


def describe_global(schema: Schema, caller: Caller, version: str) -> dict[str, Any]:
    seen = sorted((one for one in schema if caller.can_read(one)), key=lambda one: one.name)
    return {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": [entry(one, caller, version) for one in seen]}


def entry(one: Object, caller: Caller, version: str) -> dict[str, Any]:
    """One object as the global describe lists it, and as sObject Basic Information shows it."""
    return {
        "activateable": False,
        "associateEntityType": "History" if one.name.endswith("History") else None,
        "associateParentEntity": one.name.removesuffix("History") if one.name.endswith("History") else None,
        "createable": caller.can_create(one),
        "custom": one.custom,
        "customSetting": False,
        "deepCloneable": False,
        "deletable": caller.can_delete(one),
        "deprecatedAndHidden": False,
        "feedEnabled": one.feed_enabled,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": one.key_prefix or None,
        "label": one.label,
        "labelPlural": one.label_plural,
        "layoutable": one.layoutable and not one.setup,
        "mergeable": one.mergeable,
        "mruEnabled": one.searchable,
        "name": one.name,
        "queryable": one.queryable,
        "replicateable": one.replicateable and not one.custom_metadata,
        "retrieveable": one.retrieveable,
        "searchable": one.searchable,
        "triggerable": one.createable and not one.setup,
        "undeletable": one.undeletable and caller.can_delete(one),
        "updateable": caller.can_edit(one),
        "urls": _urls(one, version),
    }


def describe(
    schema: Schema, one: Object, caller: Caller, *, version: str, record_types: Mapping[str, RecordType]
) -> dict[str, Any]:
    """Everything about one object. What the caller may not see is absent."""
    listed = one.layoutable and not one.setup
    answer = entry(one, caller, version) | {
        "actionOverrides": [],
        "childRelationships": _children(schema, one, caller),
        "compactLayoutable": listed,
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [describe_field(one, field, caller) for field in one.fields if caller.can_see(one, field)],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [{"name": "UserAlt", "urls": {}}] if one.name == "User" else [],
        "networkScopeFieldName": None,
        "recordTypeInfos": _record_types(one, record_types, version),
        "searchLayoutable": one.searchable,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": _scopes(one),
    }
    return dict(sorted(answer.items()))


def _children(schema: Schema, one: Object, caller: Caller) -> list[dict[str, Any]]:
    seen = (
        child
        for child in schema.children(one)
        if caller.can_read(child.child_object) and caller.can_see(child.child_object, child.field)
    )
    return [_child(child) for child in sorted(seen, key=lambda child: (child.child_object, child.field.name))]


def _child(child: ChildRelationship) -> dict[str, Any]:
    return {
        "cascadeDelete": child.field.on_parent_delete == "cascade",
        "childSObject": child.child_object,
        "deprecatedAndHidden": False,
        "field": child.field.name,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": child.name,
        "restrictedDelete": child.field.on_parent_delete == "restrict",
    }


def _record_types(one: Object, record_types: Mapping[str, RecordType], version: str) -> list[dict[str, Any]]:
    """The object's own record types, and always Master."""
    chosen = any(kind.default for kind in record_types.values())
    own = [(key, kind.developer_name, kind.name, kind.default, False) for key, kind in record_types.items()]
    return [
        {
            "active": True,
            "available": True,
            "defaultRecordTypeMapping": default,
            "developerName": developer_name,
            "master": master,
            "name": name,
            "recordTypeId": key,
            "urls": {"layout": f"/services/data/v{version}/sobjects/{one.name}/describe/layouts/{key}"},
        }
        for key, developer_name, name, default, master in (
            *own,
            (MASTER_RECORD_TYPE, "Master", "Master", not chosen, True),
        )
    ]


def _scopes(one: Object) -> list[dict[str, str]]:
    scopes = SCOPES if one.field("OwnerId") else {"everything": "All"}
    return [{"label": f"{word} {one.label_plural.lower()}", "name": name} for name, word in scopes.items()]


def _urls(one: Object, version: str) -> dict[str, str]:
    base = f"/services/data/v{version}/sobjects/{one.name}"
    urls = {"rowTemplate": base + "/{ID}", "describe": base + "/describe", "sobject": base}
    if one.layoutable and not one.setup:
        urls |= {
            "compactLayouts": base + "/describe/compactLayouts",
            "approvalLayouts": base + "/describe/approvalLayouts",
            "defaultValues": base + "/defaultValues?recordTypeId&fields",
            "listviews": base + "/listviews",
            "quickActions": base + "/quickActions",
            "layouts": base + "/describe/layouts",
        }
    return dict(sorted(urls.items()))
