"""sendEmail: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_sendemail.htm"""

from typing import Any
from xml.etree.ElementTree import Element

from salesforce_emulator import ids, outbox
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.rules.values import EMAIL
from salesforce_emulator.soap.envelope import text_of
from salesforce_emulator.soap.message import Message
from salesforce_emulator.soap.records import Result, answer

TEXTS = (
    "subject",
    "plainTextBody",
    "htmlBody",
    "replyTo",
    "senderDisplayName",
    "targetObjectId",
    "whatId",
    "inReplyTo",
)
LISTS = ("toAddresses", "ccAddresses", "bccAddresses")
ATTACHED = ("documentAttachments", "entityAttachments")
PEOPLE = ("Contact", "Lead", "User")


def send_email(message: Message) -> str:
    caller = message.caller

    def send(asked: Element) -> Result:
        kind = asked.get("type", "SingleEmailMessage").rpartition(":")[2]
        if kind != "SingleEmailMessage" or text_of(asked, "templateId"):
            raise NotEmulated(f"sendEmail with a {'template' if text_of(asked, 'templateId') else kind}")
        mail = _mail(message, asked)
        outbox.put(message.org, caller, mail)
        if text_of(asked, "saveAsActivity") != "false" and mail.get("targetObjectId", "")[:3] in {"003", "00Q"}:
            outbox.keep_message(message.org, caller, mail, task_id=_remember(message, mail))
        return {"success": True}

    return answer(message, message.operation.findall("messages"), send, _failed)


def _mail(message: Message, asked: Element) -> dict[str, Any]:
    mail: dict[str, Any] = {name: text_of(asked, name) for name in TEXTS if text_of(asked, name)}
    mail.update({name: [(one.text or "").strip() for one in asked.findall(name)] for name in LISTS})
    mail["attachments"] = [one.text for name in ATTACHED for one in asked.findall(name)]
    mail["attachments"] += [text_of(one, "fileName") for one in asked.findall("fileAttachments")]
    if not mail.get("plainTextBody") and not mail.get("htmlBody"):
        raise Refused(400, "REQUIRED_FIELD_MISSING", "Missing body, need at least one of html or plainText", [])
    _check_activity(mail.get("targetObjectId", "")[:3], mail, kept=text_of(asked, "saveAsActivity") != "false")
    if "targetObjectId" in mail and text_of(asked, "treatTargetObjectAsRecipient") != "false":
        mail["toAddresses"].insert(0, _address_of(message, mail["targetObjectId"]))
    if not any(mail[name] for name in LISTS):
        raise Refused(400, "REQUIRED_FIELD_MISSING", "Add a recipient to send an email.", [])
    for address in (address for name in LISTS for address in mail[name]):
        if not EMAIL.fullmatch(address):
            raise Refused(400, "INVALID_EMAIL_ADDRESS", f"Email address is invalid: {address}", [])
    return mail


def _check_activity(prefix: str, mail: dict[str, Any], *, kept: bool) -> None:
    if prefix == "005" and kept:
        message = "saveAsActivity must be false when sending mail to users."
        raise Refused(400, "INVALID_SAVE_AS_ACTIVITY_FLAG", message, ["saveAsActivity"])
    if prefix == "00Q" and "whatId" in mail:
        raise Refused(400, "INVALID_ID_FIELD", "WhatId is not available for sending emails to leads.", ["whatId"])


def _address_of(message: Message, record_id: str) -> str:
    one = message.org.schema.by_prefix(record_id)
    if one is None or one.name not in PEOPLE or ids.canonical(record_id) is None:
        raise Refused(400, "INVALID_ID_FIELD", f"Only contacts, leads and users can be recipients: {record_id}", [])
    address = message.org.require(message.caller, one, record_id).get("Email")
    if not address:
        raise Refused(400, "REQUIRED_FIELD_MISSING", f"The recipient has no e-mail address: {record_id}", [])
    return str(address)


def _remember(message: Message, mail: dict[str, Any]) -> str:
    values = {
        "Subject": f"Email: {mail.get('subject', '')}"[:255],
        "TaskSubtype": "Email",
        "Status": "Completed",
        "ActivityDate": message.org.now().date().isoformat(),
        "WhoId": ids.canonical(mail["targetObjectId"]),
        "WhatId": ids.canonical(mail["whatId"]) if "whatId" in mail else None,
        "Description": mail.get("plainTextBody") or mail.get("htmlBody"),
    }
    return message.org.add(message.caller, "Task", {name: value for name, value in values.items() if value is not None})


def _failed(asked: Element, refused: Refused) -> Result:
    """SendEmailError: fields, message, statusCode, targetObjectId."""
    fields = {"fields": refused.fields} if refused.fields else {}
    target = text_of(asked, "targetObjectId") or None
    errors = {**fields, "message": refused.message, "statusCode": refused.code, "targetObjectId": target}
    return {"errors": errors, "success": False}
