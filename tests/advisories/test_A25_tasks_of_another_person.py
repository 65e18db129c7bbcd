"""SDK CVE-2026-52870: tasks that anybody can read or cancel. There are none here, and nobody gets further by asking."""

import pytest


@pytest.mark.parametrize("method", ["tasks/get", "tasks/cancel", "tasks/result", "tasks/list", "tasks/update"])
@pytest.mark.parametrize("task", ["1", "786a1b2c-0000-4000-8000-000000000000"])
async def test_there_is_no_such_method(whole, method, task):
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"taskId": task}}
    assert (await whole.post("", message)).status_code == 401
    answer = await whole.post(await whole.token(), message)
    assert answer.json()["error"]["code"] in {-32601, -32602}
