"""Parameters that several tools share, each described once, for the model."""

from typing import Annotated, Any

from pydantic import Field

Soql = Annotated[str, Field(description="SOQL SELECT with API names, texts in 'single quotes'", min_length=1)]
Sosl = Annotated[
    str, Field(description="FIND {words} [IN NAME FIELDS] RETURNING Account(Id, Name), Contact(Id, Name)", min_length=1)
]
ObjectName = Annotated[str, Field(description="API name, as Tier__c")]
Fields = Annotated[
    list[str] | None, Field(description="Field API names; a parent's as Account.Name. All when left out")
]
FieldValues = Annotated[
    dict[str, Any], Field(description="Field API name → value. Dates 2026-11-22, multi-picklists A;B, null clears")
]
ExternalIdField = Annotated[str | None, Field(description="Field marked as external id, with its value in record")]
Cursor = Annotated[str | None, Field(description="From the previous result")]
OneField = Annotated[str | None, Field(description="One field, in full")]
