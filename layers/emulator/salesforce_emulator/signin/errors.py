"""How the OAuth endpoints say no: an object, unlike the arrays of the data API (RFC 6749 §5.2)."""


class OAuthRefused(Exception):  # noqa: N818
    """{"error": …, "error_description": …}"""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


def invalid_grant(description: str) -> OAuthRefused:
    return OAuthRefused("invalid_grant", description)
