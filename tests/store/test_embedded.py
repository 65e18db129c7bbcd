"""The embedded store between processes, the local cipher and secrets."""

import asyncio
import sys
from contextlib import closing

import pytest

from salesforce_mcp.embedded import LocalCipher, LocalSecrets, SqliteStore
from salesforce_mcp.ports import Key

COUNT_FIFTY_TIMES = """
import asyncio, sys
from salesforce_mcp.embedded import SqliteStore
from salesforce_mcp.ports import Key

async def count():
    store = SqliteStore(sys.argv[1])
    for _ in range(50):
        await store.add(Key("counter"))
    store.close()

asyncio.run(count())
"""


async def test_processes_share_a_file_without_losing_a_write(tmp_path):
    path = tmp_path / "store.db"
    command = (sys.executable, "-c", COUNT_FIFTY_TIMES, str(path))
    workers = [await asyncio.create_subprocess_exec(*command) for _ in range(3)]
    assert [await worker.wait() for worker in workers] == [0, 0, 0]
    with closing(SqliteStore(path)) as store:
        assert await store.add(Key("counter"), 0) == 150


@pytest.fixture
def cipher():
    return LocalCipher(LocalCipher.new_key())


async def test_what_is_sealed_opens_with_the_same_context_only(cipher):
    sealed = await cipher.encrypt(b"token" * 2_400, {"org": "00D1", "user": "0051"})
    assert b"token" not in sealed
    assert await cipher.decrypt(sealed, {"user": "0051", "org": "00D1"}) == b"token" * 2_400
    with pytest.raises(ValueError, match="context"):
        await cipher.decrypt(sealed, {"org": "00D1", "user": "0052"})


async def test_another_key_does_not_open_it(cipher):
    sealed = await cipher.encrypt(b"token", {})
    with pytest.raises(ValueError, match="another key"):
        await LocalCipher(LocalCipher.new_key()).decrypt(sealed, {})


async def test_every_altered_byte_is_noticed(cipher):
    sealed = await cipher.encrypt(b"token", {"org": "00D1"})
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(ValueError):  # noqa: PT011 - the port promises no more
            await cipher.decrypt(bytes(altered), {"org": "00D1"})
    with pytest.raises(ValueError, match="not an envelope"):
        await cipher.decrypt(sealed[:20], {"org": "00D1"})


async def test_a_secret_in_rotation_is_the_current_one_then_the_previous():
    secrets = LocalSecrets({"one": "a", "two": ["new", "old"]})
    assert [await secrets.get(name) for name in ("one", "two", "none")] == [["a"], ["new", "old"], []]
