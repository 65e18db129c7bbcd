"""Envelope encryption by KMS."""

import pytest

from salesforce_mcp.aws.cipher import KEY_SECONDS, KmsCipher

ANNA = {"org": "00D000000000001", "user": "005000000000001"}
BEN = {"org": "00D000000000001", "user": "005000000000002"}
TOKEN = b"00D!" + b"x" * 12_000


@pytest.fixture
def cipher(aws, stack, clock):
    return KmsCipher(aws.client("kms"), stack["KMS_KEY_ID"], clock=clock)


def another(aws, stack, clock):
    """The cipher of another environment: nothing cached."""
    return KmsCipher(aws.client("kms"), stack["KMS_KEY_ID"], clock=clock)


async def test_a_token_longer_than_kms_takes_comes_back_in_another_environment(aws, stack, clock, cipher):
    sealed = await cipher.encrypt(TOKEN, ANNA)
    assert TOKEN not in sealed
    assert await another(aws, stack, clock).decrypt(sealed, dict(reversed(ANNA.items()))) == TOKEN


async def test_another_persons_context_does_not_open_it_even_when_the_key_is_cached(aws, stack, clock, cipher):
    sealed = await cipher.encrypt(TOKEN, ANNA)
    await cipher.encrypt(TOKEN, BEN)
    for each in (cipher, another(aws, stack, clock)):
        with pytest.raises(ValueError, match="changed"):
            await each.decrypt(sealed, BEN)


async def test_each_sealing_is_different(cipher):
    assert await cipher.encrypt(TOKEN, ANNA) != await cipher.encrypt(TOKEN, ANNA)


async def test_no_altered_byte_goes_unnoticed(aws, stack, clock, cipher):
    sealed = await cipher.encrypt(b"token", ANNA)
    # The emulated KMS begins a blob with the id of its key, and says AccessDenied to another id.
    key_id = sealed.index(stack["KMS_KEY_ID"].rsplit("/", 1)[-1].encode())
    for place in [*range(key_id), *range(key_id + 36, len(sealed))]:
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(ValueError):  # noqa: PT011 - the port promises no more
            await cipher.decrypt(bytes(altered), ANNA)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01\x00\x00" + b"n" * 40, b"\x01\xff\xff short", b"\x02" * 300])
async def test_what_we_never_sealed_is_refused_without_asking_kms(aws, cipher, sealed):
    before = len(aws.calls)
    with pytest.raises(ValueError, match="not sealed by us"):
        await cipher.decrypt(sealed, ANNA)
    assert len(aws.calls) == before


async def test_a_data_key_serves_five_minutes_and_one_person(aws, cipher, clock):
    before = len(aws.calls)
    sealed = await cipher.encrypt(TOKEN, ANNA)
    await cipher.encrypt(TOKEN, ANNA)
    await cipher.decrypt(sealed, ANNA)
    assert aws.calls[before:] == ["GenerateDataKey"]
    await cipher.encrypt(TOKEN, BEN)
    assert aws.calls[before:] == ["GenerateDataKey"] * 2
    clock.advance(KEY_SECONDS)
    await cipher.decrypt(sealed, ANNA)
    await cipher.encrypt(TOKEN, ANNA)
    assert aws.calls[before:] == ["GenerateDataKey"] * 2 + ["Decrypt", "GenerateDataKey"]
