"""The command salesforce-emulator as a process, and what it says when it is ready."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def emulator(*options: str) -> Iterator[str]:
    """Its greeting; it ends by Ctrl-C, cleanly."""
    process = subprocess.Popen(
        [sys.executable, "-m", "salesforce_emulator.command", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Press Ctrl-C"):
                break
        else:
            raise AssertionError(process.communicate()[1])
        yield "".join(lines)
    finally:
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=30)
    assert (process.returncode, complaints) == (0, "")


def address(greeting: str) -> str:
    found = re.search(r"Emulated Salesforce org: (\S+)", greeting)
    assert found, greeting
    return found[1]


def exports(greeting: str) -> dict[str, str]:
    """The environment variables that it tells a person to set."""
    return dict(re.findall(r"([A-Z_]+)=(\S+)", greeting))
