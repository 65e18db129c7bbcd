"""Random values that mean nothing by themselves, and the only form in which we keep them."""

import hashlib
import secrets


def new_secret() -> str:
    """256 bits, in 43 characters of base64url."""
    return secrets.token_urlsafe(32)


def fingerprint(text: str) -> str:
    """SHA-256: enough for random 256-bit values, which cannot be guessed from it."""
    # JSON can carry half a character (a lone surrogate): a name like any other, which nobody bears.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
