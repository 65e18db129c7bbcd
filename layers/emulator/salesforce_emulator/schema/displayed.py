"""Which fields of an object are shown first: in list views, compact layouts and search results."""

from salesforce_emulator.access import Caller
from salesforce_emulator.schema.model import Field, Object

CHOSEN = {
    "Account": ("Name", "BillingState", "Phone", "Type", "Industry", "OwnerId"),
    "Contact": ("Name", "AccountId", "Title", "Phone", "Email", "OwnerId"),
    "Lead": ("Name", "Title", "Company", "Phone", "Email", "Status", "OwnerId"),
    "Opportunity": ("Name", "AccountId", "Amount", "CloseDate", "StageName", "OwnerId"),
    "Case": ("CaseNumber", "Subject", "Status", "Priority", "CreatedDate", "OwnerId"),
    "Campaign": ("Name", "Type", "Status", "StartDate", "EndDate", "OwnerId"),
    "Task": ("Subject", "ActivityDate", "Status", "Priority", "OwnerId"),
    "Event": ("Subject", "StartDateTime", "EndDateTime", "Location", "OwnerId"),
    "Product2": ("Name", "ProductCode", "Family", "IsActive"),
    "Quote": ("QuoteNumber", "Name", "Status", "ExpirationDate", "TotalPrice"),
    "Knowledge__kav": ("ArticleNumber", "Title", "PublishStatus", "Language", "LastPublishedDate"),
    "User": ("Name", "Username", "Title", "Email", "IsActive"),
}
# Shown last, or not at all, where nobody has chosen.
LATE = frozenset(
    {"IsDeleted", "CreatedById", "CreatedDate", "LastModifiedById", "LastModifiedDate", "SystemModstamp"}
    | {"LastViewedDate", "LastReferencedDate", "LastActivityDate", "MasterRecordId", "RecordTypeId"}
)
MOST = 6


def shown_fields(one: Object, caller: Caller) -> list[Field]:
    """The handful that tells one record from another, as far as the caller may see them."""
    names = CHOSEN.get(one.name) or _guessed(one)
    found = (one.field(name) for name in names)
    return [field for field in found if field and caller.can_see(one, field)]


def _guessed(one: Object) -> list[str]:
    first = [one.name_field.name] if one.name_field else []
    plain = [
        field.name
        for field in one.fields
        if field.name not in LATE and field.type not in {"id", "base64", "address", "location"} and not field.name_field
    ]
    return (first + plain)[:MOST]


def shown_path(field: Field) -> str:
    """A reference is shown by the name of what it leads to."""
    if field.type == "reference" and field.relationship_name:
        return f"{field.relationship_name}.Name"
    return field.name
