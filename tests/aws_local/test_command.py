"""`make aws-local` after its build, as a person at a terminal meets it."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from aws_local.ministack import ROOT
from clients.product import free_port, is_open, unfinished_request

# Beside no other `sam build` in this tree.
pytestmark = pytest.mark.xdist_group("build")


def start(built: Path, folder: Path, *, port: int) -> subprocess.Popen[str]:
    ports = ("--port", str(port), "--org-port", str(free_port()))
    return subprocess.Popen(
        [sys.executable, "-m", "aws_local", "--built", str(built), *ports],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "tests", "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_ctrl_c_twice_ends_it_in_order_and_leaves_no_process_and_no_file(built_here: Path, tmp_path: Path) -> None:
    port = free_port()
    process = start(built_here, tmp_path, port=port)
    assert process.stdout
    for line in process.stdout:
        if line.endswith("The stack is up\n"):
            break
    assert processes_of(tmp_path) > {process.pid}
    # A terminal sends it to the whole group; the emulated AWS has one of its own.
    with unfinished_request(port):
        os.killpg(process.pid, signal.SIGINT)
        while is_open(port):  # then it waits a second for the request
            assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)
        printed, _ = process.communicate(timeout=30)
    assert process.returncode == 0, printed
    assert "KeyboardInterrupt" not in printed
    assert processes_of(tmp_path) == set()
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_one_clear_sentence(built_here: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start(built_here, tmp_path, port=port)
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert printed == f"Port {port} cannot be had: Address already in use. Choose others by PORT= and ORG_PORT=.\n"


def processes_of(folder: Path) -> set[int]:
    """Those that were told this folder for temporary files."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"TMPDIR={folder}".encode() in (process / "environ").read_bytes():
                found.add(int(process.name))
    return found
