"""findDuplicates: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_findduplicates.htm"""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from salesforce_emulator import ids
from salesforce_emulator.errors import Refused
from salesforce_emulator.rules.duplicates import BLOCK, MATCHING_RULES, MESSAGE, Match, matches
from salesforce_emulator.schema.model import Object
from salesforce_emulator.soap.envelope import Xml, elements
from salesforce_emulator.soap.message import Message
from salesforce_emulator.soap.records import Result, answer, error, record_of

SOBJECTS = "urn:sobject.partner.soap.sforce.com"


def find_duplicates(message: Message) -> str:
    """For records that are perhaps not yet there."""

    def find(given: Element) -> Result:
        one, record_id, values = record_of(message, given)
        return _found(message, one, {**values, "Id": ids.canonical(record_id)})

    return answer(message, message.operation.findall("sObjects"), find, _failed)


def find_duplicates_by_ids(message: Message) -> str:
    caller = message.caller

    def find(given: Element) -> Result:
        text = (given.text or "").strip()
        one = message.org.schema.by_prefix(text)
        if one is None or ids.canonical(text) is None:
            raise Refused(400, "MALFORMED_ID", f"malformed id {text}", [])
        return _found(message, one, message.org.require(caller, one, text))

    return answer(message, message.operation.findall("ids"), find, _failed)


def _found(message: Message, one: Object, row: Mapping[str, Any]) -> Result:
    if one.name not in MATCHING_RULES:
        said = f"No active duplicate rules are defined for the [{one.name}] object type."
        raise Refused(400, "NO_ACTIVE_DUPLICATE_RULE", said, [])
    found = matches(message.org, one, row)
    matched = {
        "entityType": one.name,
        "matchEngine": "FuzzyMatchEngine",
        "matchRecords": [_match(message, one, match) for match in found],
        "rule": MATCHING_RULES[one.name],
        "size": len(found),
        "success": True,
    }
    result = {
        "allowSave": message.org.duplicates.actions[one.name] != BLOCK,
        "duplicateRule": f"Standard_{one.name}_Duplicate_Rule",
        "duplicateRuleEntityType": one.name,
        "errorMessage": MESSAGE,
        "matchResults": [matched],
    }
    return {"duplicateResults": [result], "success": True}


def _match(message: Message, one: Object, match: Match) -> dict[str, Any]:
    names = ["Id"]
    if message.header("DuplicateRuleHeader", "includeRecordDetails").lower() == "true":
        names += [field.name for field in one.fields if field.stored and field.name != "Id"]
    record = message.org.json_record(message.caller, one, match.record, f"{message.version}.0", names)
    values = elements({name: value for name, value in record.items() if name != "attributes" and value is not None})
    kind = f'xsi:type="{one.name}"' if message.wsdl == "c" else f'xmlns="{SOBJECTS}"'
    return {
        "matchConfidence": match.confidence,
        "record": Xml(f"<record {kind}><type>{one.name}</type>{values}</record>"),
    }


def _failed(_item: Element, refused: Refused) -> Result:
    return {"errors": error(refused), "success": False}
