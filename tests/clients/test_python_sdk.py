"""The Python SDK's client signs in and queries, in both eras of the protocol."""

import pytest
from clients.browser import sign_in
from clients.product import Product, revoke
from clients.python_sdk import Keychain, signed_in
from clients.rows import ACCOUNTS, as_records


async def person(address: str, callback: str) -> str:
    return await sign_in(address, callback=callback)


@pytest.mark.parametrize(("mode", "revision"), [("auto", "2026-07-28"), ("legacy", "2025-11-25")])
async def test_the_python_sdk_signs_in_and_gets_the_rows_of_the_org(product: Product, mode: str, revision: str) -> None:
    async with signed_in(product.url, mode=mode, person=person) as client:
        result = await client.call_tool("executeQuery", {"soql": ACCOUNTS})
        negotiated = client.protocol_version
    assert negotiated == revision
    assert not result.is_error
    assert as_records(result.structured_content or {}) == product.rows(ACCOUNTS)


async def test_a_client_that_kept_its_tokens_needs_no_second_sign_in(product: Product) -> None:
    keychain = Keychain()
    async with signed_in(product.url, mode="auto", person=person, keychain=keychain) as client:
        await client.list_tools()

    async def nobody(address: str, callback: str) -> str:
        raise AssertionError(f"asked to sign in again at {address}")

    async with signed_in(product.url, mode="auto", person=nobody, keychain=keychain) as client:
        result = await client.call_tool("executeQuery", {"soql": ACCOUNTS})
    assert as_records(result.structured_content or {}) == product.rows(ACCOUNTS)


async def test_it_renews_its_tokens_by_itself_and_signs_in_again_after_a_revocation(product: Product) -> None:
    keychain, asked = Keychain(), list[str]()

    async def counted(address: str, callback: str) -> str:
        asked.append(address)
        return await person(address, callback)

    async def rows() -> list[dict[str, object]]:
        async with signed_in(product.url, mode="auto", person=counted, keychain=keychain) as client:
            result = await client.call_tool("executeQuery", {"soql": ACCOUNTS})
        return as_records(result.structured_content or {})

    expected = product.rows(ACCOUNTS)
    assert await rows() == expected
    assert keychain.tokens
    assert keychain.client
    first = keychain.tokens
    keychain.tokens = first.model_copy(update={"access_token": ""})  # thrown away: it had run out
    assert (await rows(), len(asked)) == (expected, 1)
    assert keychain.tokens.refresh_token != first.refresh_token
    await revoke(product, keychain.client.model_dump(), keychain.tokens.refresh_token or "")
    assert (await rows(), len(asked)) == (expected, 2)


async def test_the_rows_are_those_of_the_person_who_signed_in(product: Product) -> None:
    async def sales(address: str, callback: str) -> str:
        return await sign_in(address, callback=callback, username="sales@demo.example")

    async with signed_in(product.url, mode="auto", person=sales) as client:
        result = await client.call_tool("getUserInfo", {})
    assert "sales@demo.example" in str(result.structured_content)
    assert "admin@demo.example" not in str(result.structured_content)
