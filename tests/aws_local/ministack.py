"""The emulated AWS: ministack, as tools-env/ministack.txt fixes it, in a process and an environment of its own."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio.to_thread
from botocore.config import Config
from botocore.session import Session
from clients.product import free_port

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "tools-env/ministack/bin/python"
REGION = "eu-central-1"
ACCOUNT = "000000000000"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
}
OWNER = {name.lower(): CREDENTIALS[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
# Nagle's algorithm would hold back half of each answer to a function until the first is acknowledged: 40 ms a call.
# And it ends, with its functions, when whoever holds the other end of its standard input does, however that one ends.
PROGRAM = """if True:
    import os, signal, socketserver, sys, threading
    from ministack.app import main
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    threading.Thread(target=lambda: (sys.stdin.read(), os.killpg(0, signal.SIGKILL)), daemon=True).start()
    main()
"""


@dataclass(frozen=True)
class Ministack:
    url: str

    def client(self, service: str, *, role: str = "", **config: Any) -> Any:
        """As the account's owner, or with the rights of a role."""
        return Session().create_client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            config=Config(retries={"total_max_attempts": 1}, **config),
            **(self._assumed(role) if role else OWNER),
        )

    def _assumed(self, role: str) -> dict[str, str]:
        arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
        given = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        return {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }


@contextmanager
def ministack(folder: Path, *, wait_scale: float = 1.0, roles: bool = True) -> Iterator[Ministack]:
    """`wait_scale` shortens what Step Functions waits; without `roles` everybody may do everything."""
    port, log = free_port(), folder / "ministack.log"
    environment = {
        **CREDENTIALS,
        "PATH": os.environ["PATH"],
        "TMPDIR": str(folder),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",  # where functions find it
        "SFN_WAIT_SCALE": str(wait_scale),
        "AUTH": str(roles).lower(),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
    }
    process = subprocess.Popen(
        [PYTHON, "-c", PROGRAM],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # its functions are its children: they end with it
    )
    try:
        keep_log(process, log)
        yield Ministack(f"http://127.0.0.1:{port}")
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def keep_log(process: subprocess.Popen[str], log: Path) -> None:
    """Returns when it listens. From then on a thread takes what it says: a full pipe would stop it."""
    lines = iter(process.stdout or ())
    log.write_text("")
    with log.open("a") as file:
        for line in lines:
            file.write(line)
            if "Running on http" in line:
                threading.Thread(target=lambda: append(log, lines), daemon=True).start()
                return
    raise RuntimeError(f"The emulated AWS did not start:\n{log.read_text()[-4000:]}")


def append(log: Path, lines: Iterator[str]) -> None:
    with log.open("a", buffering=1) as file, suppress(ValueError):  # the pipe is closed under it at the end
        file.writelines(lines)


async def idle(states: Any, machine: str) -> None:
    """Wait until no execution of a state machine runs: the engine tells nobody when one has ended."""

    def running() -> list[Any]:
        found: list[Any] = states.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]
        return found

    while await anyio.to_thread.run_sync(running):
        pass
