"""Authenticated encryption with a key kept on this machine."""

import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# Envelope: one version byte, the nonce, then ciphertext and tag.
_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16


class LocalCipher:
    """AES-256-GCM; the context is authenticated, not stored."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError(f"the key must have 32 bytes, not {len(key)}")
        self._aead = AESGCM(key)

    @staticmethod
    def new_key() -> bytes:
        return os.urandom(32)

    async def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._aead.encrypt(nonce, plain, _canonical(context))

    async def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        if sealed[:1] != _VERSION or len(sealed) < 1 + _NONCE_BYTES + _TAG_BYTES:
            raise ValueError("not an envelope of this cipher")
        nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._aead.decrypt(nonce, ciphertext, _canonical(context))
        except InvalidTag:
            raise ValueError("sealed with another key or context, or altered") from None


def _canonical(context: Mapping[str, str]) -> bytes:
    return json.dumps(dict(context), sort_keys=True, separators=(",", ":")).encode()
