"""What the authorization server answers when a request is refused."""

from salesforce_mcp.errors import Failure


class OAuthError(Failure):
    """`code` is the RFC's error code; a hint is for people and shown on pages only."""

    def __init__(self, code: str, message: str, *, status: int = 400, hint: str = "", retry_after: int = 0) -> None:
        super().__init__(message, code=code, hint=hint)
        self.status = status
        self.retry_after = retry_after
