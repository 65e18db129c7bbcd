"""Envelope encryption with AWS KMS: Salesforce tokens can be longer than the 4,096 bytes KMS encrypts itself.

A sealed message is: version 1 · length of the encrypted data key (2 bytes) · encrypted data key · nonce · AES-256-GCM.
The context is bound twice, by KMS to the data key and by GCM to the message.
https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
"""

import json
import os
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from salesforce_mcp.aws.calls import call
from salesforce_mcp.ports import Clock, SystemClock

VERSION = 1
NONCE_BYTES = 12
KEY_SECONDS = 300
KEYS_KEPT = 512


@dataclass(frozen=True)
class DataKey:
    encrypted: bytes
    aes: AESGCM
    good_until: float


class KmsCipher:
    def __init__(self, client: Any, key_id: str, *, clock: Clock | None = None) -> None:
        self._client = client
        self._key_id = key_id
        self._clock = clock or SystemClock()
        self._sealing: OrderedDict[bytes, DataKey] = OrderedDict()
        self._opening: OrderedDict[bytes, DataKey] = OrderedDict()

    async def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes:
        key = await self._sealing_key(context)
        nonce = os.urandom(NONCE_BYTES)
        head = bytes([VERSION]) + len(key.encrypted).to_bytes(2, "big") + key.encrypted
        return head + nonce + key.aes.encrypt(nonce, plain, head + _bytes(context))

    async def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        size = int.from_bytes(sealed[1:3], "big")
        head, encrypted = sealed[: 3 + size], sealed[3 : 3 + size]
        nonce, message = sealed[3 + size : 3 + size + NONCE_BYTES], sealed[3 + size + NONCE_BYTES :]
        if sealed[:1] != bytes([VERSION]) or len(encrypted) != size or not size or len(nonce) != NONCE_BYTES:
            raise ValueError("this was not sealed by us")
        key = await self._opening_key(encrypted, context)
        try:
            return key.aes.decrypt(nonce, message, head + _bytes(context))
        except InvalidTag as error:
            raise ValueError("the sealed bytes or their context were changed") from error

    async def _sealing_key(self, context: Mapping[str, str]) -> DataKey:
        known = self._remembered(self._sealing, _bytes(context))
        if known:
            return known
        answer = await call(
            self._client.generate_data_key, KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=dict(context)
        )
        key = self._data_key(answer["CiphertextBlob"], answer["Plaintext"])
        self._remember(self._sealing, _bytes(context), key)
        self._remember(self._opening, key.encrypted + _bytes(context), key)
        return key

    async def _opening_key(self, encrypted: bytes, context: Mapping[str, str]) -> DataKey:
        name = encrypted + _bytes(context)
        known = self._remembered(self._opening, name)
        if known:
            return known
        try:
            answer = await call(
                self._client.decrypt, KeyId=self._key_id, CiphertextBlob=encrypted, EncryptionContext=dict(context)
            )
        except ClientError as error:  # the one that `call` lets through: not sealed by this key in this context
            raise ValueError("the sealed bytes or their context were changed") from error
        key = self._data_key(encrypted, answer["Plaintext"])
        self._remember(self._opening, name, key)
        return key

    def _data_key(self, encrypted: bytes, plain: bytes) -> DataKey:
        return DataKey(encrypted, AESGCM(plain), self._clock.now() + KEY_SECONDS)

    def _remembered(self, keys: OrderedDict[bytes, DataKey], name: bytes) -> DataKey | None:
        key = keys.get(name)
        return key if key and key.good_until > self._clock.now() else None

    def _remember(self, keys: OrderedDict[bytes, DataKey], name: bytes, key: DataKey) -> None:
        keys[name] = key
        keys.move_to_end(name)
        while len(keys) > KEYS_KEPT:
            keys.popitem(last=False)


def _bytes(context: Mapping[str, str]) -> bytes:
    return json.dumps(context, sort_keys=True, separators=(",", ":")).encode()
