"""One Salesforce grant per (org, user), shared by all of that user's clients and renewed by one worker at a time."""

from dataclasses import dataclass

from salesforce_mcp.oauth.tokens import Access
from salesforce_mcp.salesforce.session import Credential, Session
from salesforce_mcp.services import Services


class Grants:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def credential(self, access: Access) -> Credential:
        """The user's way into the org; SignInRequired when the grant is gone or dead.

        Call it for every authenticated request, before anything is answered: a dead grant must be an HTTP 401.
        """
        raise NotImplementedError

    async def renew(self, organization_id: str, user_id: str, stale: Session) -> Session:
        raise NotImplementedError


@dataclass(frozen=True)
class GrantCredential:
    grants: Grants
    organization_id: str
    user_id: str

    async def session(self) -> Session:
        raise NotImplementedError

    async def renew(self, stale: Session) -> Session:
        return await self.grants.renew(self.organization_id, self.user_id, stale)
