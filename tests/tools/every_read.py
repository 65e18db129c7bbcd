"""Arguments with which every reading tool reads as much as it can: the tests that go over all of them start here."""

from typing import Any

from server.world import World

from salesforce_mcp.tools.catalogue import CATALOGUE
from salesforce_mcp.tools.tool import Effect

READING = [name for name, entry in CATALOGUE.items() if entry.effect is Effect.READS]


def arguments(world: World) -> dict[str, list[dict[str, Any]]]:
    account = world.rows('SELECT Id FROM "Account" WHERE Name = ?', POISONED)[0][0]
    everything = "SELECT FIELDS(ALL) FROM Account LIMIT 200"
    by_hand = "SELECT Id, Name, Description, Owner.Name, (SELECT LastName, Description FROM Contacts) FROM Account"
    return {
        "getUserInfo": [{}, {"access": True, "objectName": "Account", "recordId": account, "recent": 20}],
        "listAllObjects": [{}, {"search": "a"}],
        "describeObject": [
            {"objectName": "Account", "children": True},
            {"objectName": "Account", "field": "Industry"},
            {"objectName": "Account", "field": "Internal_Margin__c"},
            {"objectName": "Contact", "field": "Birthdate"},
        ],
        "describeAccount": [{}, {"field": "Internal_Margin__c"}],
        "describeLead": [{}],
        "describeOpportunity": [{}],
        "describeCase": [{}],
        "describeSolution": [{}],
        "executeQuery": [
            {"soql": everything},
            {"soql": by_hand},
            {"soql": by_hand, "explain": True},
            {"soql": "SELECT Id FROM Account WHERE Internal_Margin__c > 0", "explain": True},
            {"soql": "SELECT Name, Account.Name, Account.Description FROM Contact"},
            {"soql": "SELECT Id, Internal_Margin__c FROM Account"},
            {"soql": "SELECT Internal_Margin__c margin FROM Account"},
            {"soql": "SELECT MAX(Internal_Margin__c) FROM Account"},
            {"soql": "SELECT Id FROM Account ORDER BY Internal_Margin__c"},
            {"soql": "SELECT Id FROM Account WHERE Internal_Margin__c > 0"},
            {"soql": "SELECT Internal_Margin__c, COUNT(Id) FROM Account GROUP BY Internal_Margin__c"},
            {"soql": "SELECT Name, Account.Internal_Margin__c FROM Contact"},
        ],
        "executeQueryAll": [{"soql": everything}, {"soql": "SELECT Id, Internal_Margin__c FROM Account"}],
        "executeSearch": [
            {"sosl": "FIND {poisoned} RETURNING Account(Id, Name, Description), Contact(Id, LastName, Description)"},
            {"sosl": "FIND {poisoned} RETURNING Account(Id, Internal_Margin__c)"},
        ],
        "getRecord": [
            {"objectName": "Account", "recordId": account},
            {"objectName": "Account", "recordId": account, "fields": ["Name", "Description"]},
            {"objectName": "Account", "recordId": account, "fields": ["Internal_Margin__c"]},
        ],
        "getRelatedRecords": [
            {
                "objectName": "Account",
                "recordId": account,
                "relationship": "Contacts",
                "fields": ["Name", "Description"],
            },
            {"objectName": "Account", "recordId": account, "relationship": "Owner"},
        ],
        "getOrganizationLimits": [{}],
        "listApiVersions": [{}],
        "listResources": [{}],
        **_service(world),
        "previewImport": [
            {"objectName": "Account", "operation": "insert", "csv": "Name,Description\na,b\n"},
            {"objectName": "Account", "operation": "insert"},
        ],
        "getBulkJob": [{}, {"jobId": "none"}],
        "exportQuery": [{"soql": "SELECT Id, Internal_Margin__c FROM Account"}],
        "searchKnowledge": [{}, {"orderBy": "views"}, {"words": "controller"}, {"category": "Platform"}],
        "readFeed": [{"recordId": account}],
        "readFiles": [
            {"recordId": account},
            {"fileId": world.rows('SELECT Id FROM "ContentVersion" ORDER BY Id LIMIT 1')[0][0]},
        ],
        "listReports": [{}, {"kind": "dashboard"}],
        "getReport": [
            {"report": "Sales Dashboard", "kind": "dashboard"},
            {"report": "Accounts by Industry", "show": "columns"},
            {"report": "Accounts by Industry"},
            {"report": "Accounts by Industry", "period": "THIS_YEAR"},
        ],
        "runListView": [{"objectName": "Account"}, {"objectName": "Account", "view": "All Accounts", "limit": 500}],
        "getCampaignPerformance": [{}, {"campaign": "a"}],
        **_sales(world, account),
        **_quality(account),
        **_platform(),
    }


def _service(world: World) -> dict[str, list[dict[str, Any]]]:
    number = world.rows('SELECT CaseNumber FROM "Case" ORDER BY Id LIMIT 1')[0][0]
    return {"getCaseTimeline": [{"case": number}], "getCaseMilestones": [{}, {"case": number}]}


def _sales(world: World, account: str) -> dict[str, list[dict[str, Any]]]:
    deal = world.rows('SELECT Id FROM "Opportunity" ORDER BY Id LIMIT 1')[0][0]
    return {
        "scoreLeads": [{}],
        "getAccountHierarchy": [{"accountId": account}],
        "getInteractionHistory": [{"recordId": account}, {"recordId": deal, "since": "2026-01-01"}],
        "getPipelineForecast": [{}, {"groupBy": "owner", "period": "all"}],
        "getApprovalStatus": [{"recordId": deal}],
    }


def _quality(account: str) -> dict[str, list[dict[str, Any]]]:
    return {
        "findDuplicates": [{"objectName": "Account"}, {"objectName": "Account", "recordIds": [account]}],
        "validateContactData": [{"objectName": "Account"}, {"objectName": "Contact"}],
    }


def _platform() -> dict[str, list[dict[str, Any]]]:
    return {
        "listActions": [{}, {"kind": "flow", "name": "Escalate_Case"}, {"kind": "event", "name": "Order_Event__e"}],
        "getChanges": [{"objectName": "Account", "since": "2026-01-01T00:00:00Z", "until": "2026-01-20T00:00:00Z"}],
        "queryTooling": [{"soql": "SELECT QualifiedApiName, Label FROM EntityDefinition"}],
        "readMetadata": [{}, {"metadataType": "CustomObject"}, {"metadataType": "CustomObject", "names": ["Account"]}],
        "getDebugLogs": [{}, {"logId": "07L000000000000AAA"}],
    }


POISONED = "poisoned"
SECRET_MARGIN = 73.91
