"""The standard actions: https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_obj_intro.htm"""

from typing import Any

from salesforce_emulator import ids, outbox
from salesforce_emulator.errors import NotEmulated, Refused
from salesforce_emulator.routes.actions.action import Action, Parameter, Values
from salesforce_emulator.routes.call import Call
from salesforce_emulator.rules import approval, knowledge
from salesforce_emulator.rules.values import EMAIL


def _post_to_chatter(call: Call, values: Values) -> dict[str, Any]:
    named = values["subjectNameOrId"]
    subject = ids.canonical(named) or _user_called(call, named)
    if values.get("communityId"):
        raise NotEmulated("chatterPost in a community")
    one = call.org.schema.by_prefix(subject)
    if one is None:
        raise Refused(400, "INVALID_ID_FIELD", f"Invalid identifier: {named}", [])
    call.org.require(call.caller, one, subject)
    return {"feedItemId": call.org.insert(call.caller, "FeedItem", {"ParentId": subject, "Body": values["text"]})}


def _user_called(call: Call, username: str) -> str:
    found = call.site.user_id(username)
    if found is None:
        raise Refused(400, "INVALID_ID_FIELD", f"Invalid identifier: {username}", [])
    return found


def _send_email(call: Call, values: Values) -> dict[str, Any]:
    if values.get("emailTemplateId"):
        raise NotEmulated("emailSimple with a template")
    addresses = [one.strip() for one in (values.get("emailAddresses") or "").split(",") if one.strip()]
    addresses += values.get("emailAddressesArray") or []
    if values.get("recipientId"):
        addresses.append(_address_of(call, values["recipientId"]))
    if not addresses:
        raise Refused(400, "REQUIRED_FIELD_MISSING", "Add a recipient to send an email.", ["emailAddresses"])
    for one in addresses:
        if not EMAIL.fullmatch(one):
            raise Refused(400, "INVALID_EMAIL_ADDRESS", f"Email address is invalid: {one}", [])
    if not values.get("emailSubject") or not values.get("emailBody"):
        missing = "emailSubject" if not values.get("emailSubject") else "emailBody"
        raise Refused(400, "REQUIRED_FIELD_MISSING", f"Missing required input parameter: {missing}", [missing])
    body = "htmlBody" if values.get("sendRichBody") else "plainTextBody"
    mail = {"toAddresses": addresses, "ccAddresses": [], "bccAddresses": [], "subject": values["emailSubject"]}
    sender = {name: values[name] for name in ("senderType", "senderAddress") if values.get(name)}
    message = {**mail, body: values["emailBody"], "whatId": values.get("relatedRecordId"), **sender}
    outbox.put(call.org, call.caller, message)
    if values.get("logEmailOnSend"):
        outbox.keep_message(call.org, call.caller, message, task_id=_log_email(call, values))
    return {}


def _address_of(call: Call, record_id: str) -> str:
    known = ids.canonical(record_id)
    one = call.org.schema.by_prefix(known) if known else None
    if known is None or one is None or one.name not in {"Contact", "Lead", "User"}:
        raise Refused(400, "INVALID_ID_FIELD", f"Only contacts, leads and users can be recipients: {record_id}", [])
    address = call.org.require(call.caller, one, known).get("Email")
    if not address:
        raise Refused(400, "REQUIRED_FIELD_MISSING", f"The recipient has no e-mail address: {record_id}", [])
    return str(address)


def _log_email(call: Call, values: Values) -> str:
    about = {"TaskSubtype": "Email", "Status": "Completed", "ActivityDate": call.org.now().date().isoformat()}
    about |= {"Subject": f"Email: {values['emailSubject']}"[:255], "Description": values["emailBody"]}
    links = {"WhoId": values.get("recipientId"), "WhatId": values.get("relatedRecordId")}
    return call.org.insert(call.caller, "Task", {**about, **{name: one for name, one in links.items() if one}})


def _submit(call: Call, values: Values) -> dict[str, Any]:
    outcome = approval.submit(
        call.org,
        call.caller,
        values["objectId"],
        process=values.get("processDefinitionNameOrId"),
        approvers=values.get("nextApproverIds") or (),
        comments=values.get("comment"),
        submitter=values.get("submitterId"),
        skip_entry=bool(values.get("skipEntryCriteria")),
    )
    return {
        "actorIds": outcome.actor_ids,
        "entityId": outcome.entity_id,
        "instanceId": outcome.instance_id,
        "instanceStatus": outcome.status,
        "newWorkItemIds": outcome.workitem_ids,
    }


def _assign_lead(call: Call, values: Values) -> dict[str, Any]:
    lead = values.get("leadId") or next(iter(values.get("LeadIds") or []), None)
    if lead is None:
        raise Refused(400, "REQUIRED_FIELD_MISSING", "Missing required input parameter: leadId", ["leadId"])
    with call.org.assignment.told("TRUE"):
        call.org.update(call.caller, "Lead", lead, {})
    return {}


def _publish(call: Call, values: Values) -> dict[str, Any]:
    if values["pubAction"] not in {"PUBLISH_ARTICLE", "PUBLISH_ARTICLE_NEW_VERSION"}:
        raise NotEmulated(f"publishKnowledgeArticles with {values['pubAction']}")
    for one in values["articleVersionIdList"]:
        knowledge.publish(call.org, call.caller, one)
    return {}


def _draft(call: Call, values: Values) -> dict[str, Any]:
    if values["action"] != "EDIT_AS_DRAFT_ARTICLE":
        raise NotEmulated(f"createDraftFromOnlineKnowledgeArticle with {values['action']}")
    article = ids.canonical(values["articleId"])
    if article is None:
        raise Refused(400, "MALFORMED_ID", f"malformed id {values['articleId']}", [])
    unpublish = bool(values.get("unpublish"))
    return {"draftId": knowledge.edit_online(call.org, call.caller, article, unpublish=unpublish)}


def _archive(call: Call, values: Values) -> dict[str, Any]:
    for one in values["articleVersionIdList"]:
        knowledge.archive(call.org, call.caller, one)
    return {}


def _delete(call: Call, values: Values) -> dict[str, Any]:
    for one in values["articleVersionIdList"]:
        knowledge.delete(call.org, call.caller, one)
    return {}


def _restore(call: Call, values: Values) -> dict[str, Any]:
    knowledge.restore(call.org, call.caller, values["articleVersionId"])
    return {}


def _text(name: str, *, required: bool = False) -> Parameter:
    return Parameter(name, required=required)


VERSIONS = Parameter("articleVersionIdList", "ID", required=True, many=True)
STANDARD = (
    Action(
        "chatterPost",
        "Post to Chatter",
        "CHATTERPOST",
        (
            _text("subjectNameOrId", required=True),
            Parameter("text", "TEXTAREA", required=True),
            Parameter("type", "PICKLIST", choices=("User", "Group")),
            Parameter("visibility", "PICKLIST", choices=("allUsers", "internalUsers")),
            _text("communityId"),
        ),
        (Parameter("feedItemId", "ID"),),
        _post_to_chatter,
    ),
    Action(
        "emailSimple",
        "Send Email",
        "EMAILSIMPLE",
        (
            _text("emailAddresses"),
            Parameter("emailAddressesArray", many=True),
            Parameter("recipientId", "ID"),
            _text("emailSubject"),
            Parameter("emailBody", "TEXTAREA"),
            _text("senderType"),
            _text("senderAddress"),
            Parameter("relatedRecordId", "ID"),
            Parameter("sendRichBody", "BOOLEAN"),
            Parameter("logEmailOnSend", "BOOLEAN"),
            Parameter("emailTemplateId", "ID"),
            Parameter("useLineBreaks", "BOOLEAN"),
        ),
        (),
        _send_email,
    ),
    Action(
        "submit",
        "Submit for Approval",
        "SUBMITAPPROVAL",
        (
            Parameter("objectId", "ID", required=True),
            Parameter("comment", "TEXTAREA"),
            Parameter("nextApproverIds", "ID", many=True),
            _text("processDefinitionNameOrId"),
            Parameter("skipEntryCriteria", "BOOLEAN"),
            Parameter("submitterId", "ID"),
        ),
        (
            Parameter("actorIds", "ID", many=True),
            Parameter("entityId", "ID"),
            Parameter("instanceId", "ID"),
            _text("instanceStatus"),
            Parameter("newWorkItemIds", "ID", many=True),
        ),
        _submit,
    ),
    Action(
        "invocableApplyLeadAssignmentRules",
        "Apply Lead Assignment Rules",
        "INVOCABLEAPPLYLEADASSIGNMENTRULES",
        (Parameter("leadId", "ID"), Parameter("LeadIds", "ID", many=True)),
        (),
        _assign_lead,
    ),
    Action(
        "publishKnowledgeArticles",
        "Publish Knowledge Articles",
        "PUBLISHKNOWLEDGEARTICLES",
        (VERSIONS, _text("pubAction", required=True)),
        (),
        _publish,
    ),
    Action(
        "createDraftFromOnlineKnowledgeArticle",
        "Create Draft From Online Knowledge Article",
        "CREATEDRAFTFROMONLINEKNOWLEDGEARTICLE",
        (
            _text("action", required=True),
            Parameter("unpublish", "BOOLEAN"),
            Parameter("articleId", "ID", required=True),
        ),
        (Parameter("draftId", "ID"),),
        _draft,
    ),
    Action(
        "archiveKnowledgeArticles",
        "Archive Knowledge Articles",
        "ARCHIVEKNOWLEDGEARTICLES",
        (VERSIONS,),
        (),
        _archive,
    ),
    Action(
        "deleteKnowledgeArticles",
        "Delete Knowledge Articles",
        "DELETEKNOWLEDGEARTICLES",
        (VERSIONS,),
        (),
        _delete,
    ),
    Action(
        "restoreKnowledgeArticleVersion",
        "Restore Knowledge Article Version",
        "RESTOREKNOWLEDGEARTICLEVERSION",
        (Parameter("articleVersionId", "ID", required=True),),
        (),
        _restore,
    ),
)
