"""Parameters that several tools share, each described once, for the model."""

from typing import Annotated, Any

from pydantic import Field

Soql = Annotated[str, Field(description="SOQL SELECT with API names, texts in 'single quotes'", min_length=1)]
Sosl = Annotated[
    str, Field(description="FIND {words} [IN NAME FIELDS] RETURNING Account(Id, Name), Contact(Id, Name)", min_length=1)
]
ObjectName = Annotated[str, Field(description="API name, such as Account or Invoice__c")]
RecordId = Annotated[str, Field(description="15 or 18 characters")]
Fields = Annotated[
    list[str] | None, Field(description="Field API names; a parent's as Account.Name. All when left out")
]
FieldValues = Annotated[
    dict[str, Any], Field(description="Field API name → value. Dates 2026-11-22, multi-picklists A;B, null clears")
]
ExternalIdField = Annotated[str, Field(description="Field that is marked as external id")]
Cursor = Annotated[str | None, Field(description="From the previous result, to go on")]
OneField = Annotated[str | None, Field(description="One field, in full")]
