"""Compile every .py of a folder for Lambda's Python, whose file system is read-only and so never keeps bytecode itself.

Usage: python3 tools-env/bytecode.py FOLDER PATH_ON_LAMBDA

Unchecked hashes, because a zip gives every file a new time (PEP 552). Uses python3.13 where this machine has one, else
CPython 3.13 inside Node (npm `pyodide`), else stops: without bytecode a cold start takes twice as long.
"""

# ruff: noqa: S603 - what it runs are this machine's own compilers

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

VERSION = "3.13"
HERE = Path(__file__).parent
COMPILE = ["-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash"]


def main(folder: str, path_on_lambda: str) -> None:
    commands = list(by_python(folder, path_on_lambda)) or list(by_pyodide(folder, path_on_lambda))
    if not commands:
        sys.exit(f"Bytecode for Lambda needs Python {VERSION}, or Node 18 with npm: install one and build again.")
    for command in commands:
        subprocess.run(command, check=True)
    missing = [str(path) for path in Path(folder).rglob("*.py") if not bytecode_of(path).exists()]
    if missing:
        sys.exit(f"No bytecode was made for {', '.join(missing)}")


def by_python(folder: str, path_on_lambda: str) -> Iterator[list[str]]:
    for python in pythons():
        works = subprocess.run([python, "-c", "import sys; print(sys.version)"], capture_output=True, text=True)
        if works.returncode == 0 and works.stdout.startswith(VERSION + "."):
            yield [python, *COMPILE, "-j0", "-s", folder, "-p", path_on_lambda, folder]
            return


def pythons() -> Iterator[str]:
    """Whatever may be a Python 3.13: on the path, kept by pyenv, or kept by uv."""
    yield from filter(None, [shutil.which(f"python{VERSION}"), sys.executable])
    if root := answer_of("pyenv", "root"):
        yield from map(str, sorted(Path(root).glob(f"versions/{VERSION}*/bin/python{VERSION}")))
    if found := answer_of("uv", "python", "find", "--no-python-downloads", VERSION):
        yield found


def by_pyodide(folder: str, path_on_lambda: str) -> Iterator[list[str]]:
    if not (shutil.which("node") and shutil.which("npm")):
        return
    yield ["npm", "ci", "--silent", "--no-audit", "--no-fund", "--prefix", str(HERE)]
    yield ["node", str(HERE / "bytecode.mjs"), os.path.abspath(folder), path_on_lambda]


def answer_of(*command: str) -> str:
    if not shutil.which(command[0]):
        return ""
    answer = subprocess.run(command, capture_output=True, text=True)
    return answer.stdout.strip() if answer.returncode == 0 else ""


def bytecode_of(path: Path) -> Path:
    return path.parent / "__pycache__" / f"{path.stem}.cpython-{VERSION.replace('.', '')}.pyc"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
