"""What tests of the org ask of it, and how they look at the world afterwards."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from salesforce_emulator.access import Caller
from salesforce_emulator.errors import Refused
from salesforce_emulator.org import Org


def signed_in(org: Org, name: str) -> Caller:
    user_id = org.check_password(f"{name}@demo.example", "demo")
    assert user_id
    return org.caller(user_id)


def values(org: Org, name: str, record_id: str, *fields: str) -> dict[str, Any]:
    """Some stored values of a record, as the org holds them."""
    row = org.row(name, record_id)
    assert row is not None
    return {field: row[field] for field in fields}


def ids(org: Org, query: str, *given: Any) -> list[str]:
    return [row[0] for row in org.connection.execute(query, given)]


def state(org: Org) -> str:
    """Everything the org holds, to show that nothing was left behind."""
    return "\n".join(org.connection.iterdump())


def refused(act: Callable[[], object]) -> Refused:
    """How the org said no. That it left no trace is for the caller to check."""
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def told(refusal: Refused) -> Mapping[str, Any]:
    return {"status": refusal.status, "code": refusal.code, "message": refusal.message, "fields": refusal.fields}
