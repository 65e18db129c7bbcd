"""What the platform does by itself when a record of an object is saved or removed. The order is the order of work."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from salesforce_emulator.access import Caller
from salesforce_emulator.rules import (
    activities,
    assignment,
    campaigns,
    cases,
    content,
    duplicates,
    events,
    feeds,
    forecasts,
    groups,
    history,
    invoices,
    knowledge,
    milestones,
    opportunities,
    orders,
    people,
    pricing,
    setup,
    shares,
    territories,
    validation,
    workflow,
)
from salesforce_emulator.rules.change import Change, Row

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

BEFORE_SAVE: dict[str, tuple[Callable[[Change], None], ...]] = {
    "Asset": (setup.copy_product,),
    "Attachment": (content.measure_body,),
    "CampaignMember": (campaigns.describe_member, campaigns.decide_response),
    "Case": (
        assignment.assign,
        cases.decide_closed,
        cases.copy_contact,
        milestones.enter,
        milestones.leave,
        validation.check,
        workflow.follow,
    ),
    "CaseArticle": (knowledge.attach,),
    "CaseMilestone": (milestones.complete,),
    "CaseShare": (shares.check,),
    "Contact": (people.compose_name,),
    "ContentVersion": (content.measure, content.open_document),
    "Document": (content.measure_body,),
    "Entitlement": (milestones.decide_status,),
    "Event": (activities.measure_event, activities.find_account),
    "FeedComment": (feeds.place_comment,),
    "ForecastingQuota": (forecasts.find_period,),
    "Group": (setup.name_group,),
    "Individual": (people.compose_name,),
    "Invoice_Line__c": (invoices.multiply,),
    "Knowledge__kav": (knowledge.open_article,),
    "Lead": (people.refuse_converted, people.compose_name, assignment.assign, validation.check),
    "ObjectTerritory2Association": (territories.check,),
    "Opportunity": (
        opportunities.derive_from_stage,
        opportunities.derive_period,
        opportunities.expect_revenue,
        validation.check,
    ),
    "OpportunityLineItem": (pricing.find_entry, pricing.price_line),
    "Order": (orders.follow_status,),
    "OrderItem": (orders.price_item,),
    "Order_Event__e": (events.number_event,),
    "PricebookEntry": (pricing.describe_entry, pricing.require_standard_price),
    "Quote": (pricing.describe_quote, pricing.total_quote_row),
    "QuoteLineItem": (pricing.find_entry, pricing.price_line),
    "SetupEntityAccess": (setup.name_entity,),
    "Task": (activities.decide_task, activities.find_account),
    "User": (people.compose_name, setup.complete_user),
}

AFTER_SAVE: dict[str, tuple[Callable[[Change], None], ...]] = {
    "Account": (territories.place, duplicates.report),
    "Campaign": (campaigns.offer_statuses,),
    "CampaignMember": (campaigns.count_after_save,),
    "Case": (shares.follow_owner, cases.keep_comment, history.keep, milestones.start),
    "CaseArticle": (knowledge.count_after_save,),
    "CollaborationGroup": (groups.join_owner,),
    "CollaborationGroupMember": (groups.count_after_save,),
    "Contact": (cases.refresh_contact, duplicates.report),
    "ContentVersion": (content.publish,),
    "DuplicateRecordItem": (duplicates.count_after_save,),
    "Event": (activities.note_after_save,),
    "FeedComment": (feeds.count_after_save,),
    "FeedLike": (feeds.count_after_save,),
    "Invoice_Line__c": (invoices.total_after_save,),
    "Lead": (campaigns.count_lead, duplicates.report),
    "Opportunity": (
        opportunities.write_history,
        campaigns.count_opportunity,
        opportunities.name_contact,
        history.keep,
    ),
    "OpportunityLineItem": (pricing.total_after_save,),
    "OrderItem": (orders.total_after_save,),
    "QuoteLineItem": (pricing.total_after_save,),
    "Task": (activities.note_after_save,),
    "User": (setup.assign_profile,),
}

# The same for a record that was deleted, or came back: only sums and counts hang on it.
AFTER_REMOVAL: dict[str, tuple[Callable[["Org", Caller, Row], None], ...]] = {
    "CampaignMember": (campaigns.count,),
    "CaseArticle": (knowledge.count,),
    "CaseShare": (shares.remove,),
    "CollaborationGroupMember": (groups.count,),
    "DuplicateRecordItem": (duplicates.count,),
    "Event": (activities.note,),
    "FeedComment": (feeds.count,),
    "FeedLike": (feeds.count,),
    "Invoice_Line__c": (invoices.total,),
    "Opportunity": (campaigns.count,),
    "OpportunityLineItem": (pricing.total,),
    "OrderItem": (orders.total,),
    "QuoteLineItem": (pricing.total,),
    "Task": (activities.note,),
}
