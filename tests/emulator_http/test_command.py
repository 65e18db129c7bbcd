"""The command salesforce-emulator, as a process."""

import re
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest


def start(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "salesforce_emulator.command", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def greeting(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Press Ctrl-C"):
            return "".join(lines)
    raise AssertionError(process.communicate())


def stop(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    return process.returncode


def test_it_says_where_it_is_and_who_can_log_in_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    process = start("--port", "0", "--db", str(tmp_path / "org.db"), "--callback-url", "http://localhost/callback")
    try:
        text = greeting(process)
        found = re.search(r"http://127\.0\.0\.1:\d+", text)
        assert found, text
        assert "sales@demo.example" in text
        assert "3MVG9" in text
        versions = httpx.get(f"{found[0]}/services/data").json()
        assert versions[-1]["version"] == "68.0"
        assert httpx.post(f"{found[0]}/__emulator__/reset").status_code == 204
    finally:
        code = stop(process)
    assert code == 0
    assert (tmp_path / "org.db").exists()


def test_a_port_in_use_is_said_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start("--port", str(port))
        out, errors = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, "")
    why = f"Port {port} on 127.0.0.1 cannot be had: Address already in use"
    assert errors == f"{why}. Stop what runs there or choose another with --port.\n"


def test_an_address_of_another_machine_is_said_to_be_the_reason() -> None:
    process = start("--host", "192.0.2.1")  # RFC 5737: nobody's
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert errors.startswith("Port 8001 on 192.0.2.1 cannot be had: Cannot assign requested address")


@pytest.mark.parametrize("file", ["notes.txt", "no-such-folder/org.db"])
def test_a_file_that_cannot_keep_an_org_is_named(tmp_path: Path, file: str) -> None:
    (tmp_path / "notes.txt").write_text("These are notes, and no database at all.")
    process = start("--port", "0", "--db", str(tmp_path / file))
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert errors.startswith(f"--db {tmp_path / file} cannot keep an org: ")
    assert "Traceback" not in errors
    assert (tmp_path / "notes.txt").read_text() == "These are notes, and no database at all."


def test_a_database_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as shop:
        shop.execute("CREATE TABLE Account (name)")
        process = start("--port", "0", "--db", str(tmp_path / "shop.db"))
        _, errors = process.communicate(timeout=20)
        assert shop.execute("SELECT name FROM sqlite_master").fetchall() == [("Account",)]
    assert process.returncode == 2
    assert errors == f"--db {tmp_path}/shop.db cannot keep an org: it is a database of something else.\n"


def test_an_unreadable_certificate_is_said_before_anything_starts(tmp_path: Path) -> None:
    process = start("--port", "0", "--certificate", str(tmp_path / "none.pem"))
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "none.pem" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("port", ["x", "70000"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    process = start("--port", port)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert f"argument --port: {port} is not a port: 0 to 65535" in errors
