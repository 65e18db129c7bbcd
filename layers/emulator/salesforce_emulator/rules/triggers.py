"""What the platform does by itself when a record of an object is saved or removed. The order is the order of work."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from salesforce_emulator.access import Caller
from salesforce_emulator.rules import (
    activities,
    campaigns,
    cases,
    content,
    invoices,
    opportunities,
    people,
    pricing,
    setup,
)
from salesforce_emulator.rules.change import Change, Row

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

BEFORE_SAVE: dict[str, tuple[Callable[[Change], None], ...]] = {
    "Asset": (setup.copy_product,),
    "CampaignMember": (campaigns.describe_member, campaigns.decide_response),
    "Case": (cases.decide_closed, cases.copy_contact),
    "Contact": (people.compose_name,),
    "ContentVersion": (content.measure, content.open_document),
    "Event": (activities.measure_event, activities.find_account),
    "Group": (setup.name_group,),
    "Invoice_Line__c": (invoices.multiply,),
    "Lead": (people.refuse_converted, people.compose_name),
    "Opportunity": (opportunities.derive_from_stage, opportunities.derive_period, opportunities.expect_revenue),
    "OpportunityLineItem": (pricing.find_entry, pricing.price_line),
    "PricebookEntry": (pricing.describe_entry, pricing.require_standard_price),
    "Quote": (pricing.describe_quote, pricing.total_quote_row),
    "QuoteLineItem": (pricing.find_entry, pricing.price_line),
    "Task": (activities.decide_task, activities.find_account),
    "User": (people.compose_name, setup.complete_user),
}

AFTER_SAVE: dict[str, tuple[Callable[[Change], None], ...]] = {
    "Campaign": (campaigns.offer_statuses,),
    "CampaignMember": (campaigns.count_after_save,),
    "Case": (cases.keep_comment,),
    "Contact": (cases.refresh_contact,),
    "ContentVersion": (content.publish,),
    "Event": (activities.note_after_save,),
    "Invoice_Line__c": (invoices.total_after_save,),
    "Lead": (campaigns.count_lead,),
    "Opportunity": (opportunities.write_history, campaigns.count_opportunity, opportunities.name_contact),
    "OpportunityLineItem": (pricing.total_after_save,),
    "QuoteLineItem": (pricing.total_after_save,),
    "Task": (activities.note_after_save,),
}

# The same for a record that was deleted, or came back: only sums and counts hang on it.
AFTER_REMOVAL: dict[str, tuple[Callable[["Org", Caller, Row], None], ...]] = {
    "CampaignMember": (campaigns.count,),
    "Event": (activities.note,),
    "Invoice_Line__c": (invoices.total,),
    "Opportunity": (campaigns.count,),
    "OpportunityLineItem": (pricing.total,),
    "QuoteLineItem": (pricing.total,),
    "Task": (activities.note,),
}
