"""Cursors that a client holds: sealed, so that nobody reads or changes them, and good for one person only."""

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from salesforce_mcp.errors import InvalidInput

_NONCE_BYTES = 12
_TAG_BYTES = 16
_PURPOSE = b"salesforce-mcp cursor"


class Cursors:
    """`keys` are the operator's secrets: the first seals, any opens."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = [hashlib.sha256(_PURPOSE + b"\0" + key.encode()).digest() for key in keys]

    def seal(self, position: Mapping[str, Any], *, owner: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        plain = json.dumps(position, separators=(",", ":")).encode()
        return (
            urlsafe_b64encode(nonce + _aead(self._keys[0]).encrypt(nonce, plain, owner.encode())).decode().rstrip("=")
        )

    def open(self, cursor: str, *, owner: str) -> dict[str, Any]:
        """What was sealed; a cursor that was altered or is another person's is refused."""
        from cryptography.exceptions import InvalidTag

        sealed = _decoded(cursor)
        for key in self._keys:
            try:
                plain = _aead(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], owner.encode())
            except InvalidTag:
                continue
            position: dict[str, Any] = json.loads(plain)
            return position
        raise _refused()


def _aead(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # only a result that goes on needs it

    return AESGCM(key)


def _decoded(cursor: str) -> bytes:
    try:
        sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raise _refused() from None
    if len(sealed) < _NONCE_BYTES + _TAG_BYTES:
        raise _refused()
    return sealed


def _refused() -> InvalidInput:
    return InvalidInput(
        "The cursor is not one that this server gave you",
        code="INVALID_CURSOR",
        fields=["cursor"],
        hint="Copy the cursor of the previous result exactly, or leave it out to begin again.",
    )
