"""The clients must be cheap after a restore: everything on disk is read before the snapshot."""

import sys
from pathlib import Path

import botocore
import pytest

from salesforce_mcp.aws.clients import open_clients, warm_session
from salesforce_mcp.aws.store import DynamoStore
from salesforce_mcp.errors import Misconfigured
from salesforce_mcp.ports import Key


def test_a_warm_session_opens_its_clients_without_reading_a_file(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", "none")
    session = warm_session()
    folder = str(Path(botocore.__file__).parent / "data")
    opened: list[str] = []
    watching = True
    sys.addaudithook(
        lambda event, arguments: opened.append(str(arguments[0])) if watching and event == "open" else None
    )
    open_clients(session)
    watching = False
    assert [path for path in opened if path.startswith(folder)] == []


def test_an_operator_without_a_region_is_told_so(monkeypatch):
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "none")
    with pytest.raises(Misconfigured, match="No AWS region is set"):
        open_clients(warm_session())


async def test_an_operator_without_credentials_is_told_so(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", "none")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "none")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    store = DynamoStore(open_clients(warm_session()).dynamodb, "Table")
    with pytest.raises(Misconfigured, match="no AWS credentials"):
        await store.get(Key("thing#1"))
