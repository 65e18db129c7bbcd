"""The clients must be cheap after a restore: everything on disk is read before the snapshot."""

import sys
from pathlib import Path

import botocore

from salesforce_mcp.aws.clients import open_clients, warm_session


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
