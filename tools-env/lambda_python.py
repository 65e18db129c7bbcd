"""Where this machine keeps a Python of Lambda's version, if it has one: on the path, or with pyenv or uv.

Usage: python3 tools-env/lambda_python.py    prints it; else the Python that runs this
"""

# ruff: noqa: S603 - what it runs are this machine's own interpreters

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

VERSION = "3.13"


def lambda_python() -> str | None:
    return next(filter(works, candidates()), None)


def candidates() -> Iterator[str]:
    yield from filter(None, [shutil.which(f"python{VERSION}"), sys.executable])
    if root := answer_of("pyenv", "root"):
        yield from map(str, sorted(Path(root).glob(f"versions/{VERSION}*/bin/python{VERSION}")))
    if found := answer_of("uv", "python", "find", "--no-python-downloads", VERSION):
        yield found


def works(python: str) -> bool:
    """A name on the path may be a stub that only says what to install."""
    return answer_of(python, "-c", "import sys; print(sys.version)").startswith(f"{VERSION}.")


def answer_of(*command: str) -> str:
    if not shutil.which(command[0]):
        return ""
    answer = subprocess.run(command, capture_output=True, text=True)
    return answer.stdout.strip() if answer.returncode == 0 else ""


if __name__ == "__main__":
    sys.stdout.write(f"{lambda_python() or sys.executable}\n")
