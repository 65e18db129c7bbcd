"""Where bulk tools work, and what they take."""

from typing import Annotated, Any, Literal

from pydantic import Field

from salesforce_mcp.bulk.ids import JOB
from salesforce_mcp.bulk.ledger import Ledger
from salesforce_mcp.bulk.report import FileOf
from salesforce_mcp.bulk.workshop import Workshop
from salesforce_mcp.errors import NotPermitted
from salesforce_mcp.policy.caller import Caller
from salesforce_mcp.policy.scopes import Scope
from salesforce_mcp.salesforce.client import Salesforce

Operation = Literal["insert", "update", "upsert", "delete", "hardDelete"]
Csv = Annotated[str | None, Field(description="CSV text, first line the columns")]
Rows = Annotated[list[dict[str, Any]] | None, Field(description="Rows as objects, in place of csv")]
UploadId = Annotated[str | None, Field(description="From previewImport, in place of csv")]
Columns = Annotated[dict[str, str] | None, Field(description="Column → field; empty text leaves it out")]
Delimiter = Annotated[
    Literal["comma", "semicolon", "tab", "pipe", "caret", "backquote"] | None, Field(description="Else detected")
]
JobId = Annotated[str, Field(pattern=f"^{JOB}$")]
PlanId = Annotated[str | None, Field(description="From the preview")]

# What is hard-deleted is in no recycle bin: nobody brings it back.
DELETING = {"delete": Scope.DELETE, "hardDelete": Scope.ADMIN}


def workshop_of(calling: Caller, org: Salesforce) -> Workshop:
    place = calling.workplace
    if place is None:
        raise NotPermitted(
            "This server has no place for bulk work",
            code="BULK_NOT_AVAILABLE",
            hint="Use executeComposite for a few records.",
        )

    async def always(_owner: str) -> Salesforce:
        return org

    return Workshop(
        ledger=Ledger(place.store), uploads=place.uploads, jobs=place.jobs, clock=calling.clock, org_of=always
    )


def files_of(calling: Caller) -> FileOf:
    """Behind a URL a page of ours gives each file whole; on the person's own machine its parts lie in a folder."""
    place = calling.workplace
    if place is None or place.folder is None:
        return lambda load, kind: f"{place.public_url if place else ''}/account/jobs/{load.id}/{kind}.csv"
    folder = place.folder
    return lambda load, kind: f"{folder}/{load.folder}/{kind}"


def require_right(calling: Caller, operation: str) -> None:
    calling.require({DELETING.get(operation, Scope.WRITE), Scope.BULK})
