"""The person is asked before what cannot be taken back, where the client can ask: elsewhere scopes, plans and hints are
the gate, and clients ask on destructiveHint."""

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit
from mcp_types.version import is_version_at_least
from pydantic import BaseModel, Field

from salesforce_mcp.errors import NotPermitted


class Confirmation(BaseModel):
    confirm: bool = Field(title="Yes, do it", description="Otherwise nothing is done")

    def require(self) -> None:
        if not self.confirm:
            raise NotPermitted("The user did not confirm it", code="NOT_CONFIRMED", hint="Nothing was done.")


def confirmed(ctx: Context, question: str) -> Confirmation | Elicit[Confirmation]:
    """For a resolver to return. An empty question needs no answer."""
    return Elicit(question, Confirmation) if question and _can_ask(ctx) else Confirmation(confirm=True)


def _can_ask(ctx: Context) -> bool:
    """Only the modern protocol asks inside an answer; before it a stateless server has nobody to ask."""
    version, capabilities = ctx.protocol_version, ctx.client_capabilities
    if version is None or not is_version_at_least(version, "2026-07-28"):
        return False
    return (
        capabilities is not None and capabilities.elicitation is not None and capabilities.elicitation.form is not None
    )
