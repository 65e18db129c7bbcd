"""Keycloak CVE-2026-1035, CVE-2022-3916: use after revocation, and revocation by another client."""

from oauth import test_refresh
from oauth.test_refresh import (
    test_another_client_can_neither_refresh_nor_end_a_token as test_another_client_can_neither_refresh_nor_end_a_token,
)
from oauth.test_refresh import (
    test_fifty_processes_refreshing_at_once_all_go_on as test_fifty_processes_refreshing_at_once_all_go_on,
)


async def test_after_revocation_not_one_request_succeeds(whole):
    application, answer = await whole.deployment.connect()
    assert (await whole.call(answer["access_token"], "getUserInfo")).status_code == 200
    await application.revoke(answer["refresh_token"])
    assert (await whole.call(answer["access_token"], "getUserInfo")).status_code == 401


test_revoking_ends_access_tokens_at_once = test_refresh.test_revoking_a_refresh_token_ends_its_access_tokens_at_once
