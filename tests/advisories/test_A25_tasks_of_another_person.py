"""SDK CVE-2026-52870: tasks that anybody can read or cancel. Whose it is not finds none, and stops nothing."""

import pytest
from bulk import test_tasks
from bulk.conftest import office as office
from bulk.test_tasks import held as held
from server.fixtures import org as org

test_another_persons_handle_is_not_found = test_tasks.test_another_persons_handle_is_not_found_and_does_nothing


@pytest.mark.parametrize("method", ["tasks/get", "tasks/cancel", "tasks/update", "tasks/result", "tasks/list"])
@pytest.mark.parametrize("task", ["1", "job-00000000000000000000000000000000", "786a1b2c-0000-4000-8000-000000000000"])
async def test_a_handle_opens_nothing_by_itself(whole, method, task):
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"taskId": task}}
    assert (await whole.post("", message)).status_code == 401
    answer = await whole.post(await whole.token(), message)
    assert answer.json()["error"]["code"] in {-32601, -32602}
