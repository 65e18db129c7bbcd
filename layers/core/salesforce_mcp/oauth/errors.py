"""What the authorization server answers when a request is refused."""

from salesforce_mcp.errors import Failure


class OAuthError(Failure):
    """`code` is the RFC's error code; a hint is for people and shown on pages only."""

    def __init__(self, code: str, message: str, *, status: int = 400, hint: str = "", retry_after: int = 0) -> None:
        super().__init__(message, code=code, hint=hint)
        self.status = status
        self.retry_after = retry_after


def described(failure: Failure) -> str:
    """A failure's words as an error_description, which has no quotation mark, backslash or arrow (RFC 6749 §5.2)."""
    plain = failure.message.replace("→", ">").replace('"', "'")
    return "".join(letter if " " <= letter <= "~" and letter != "\\" else "?" for letter in plain)
