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

from lambda_python import VERSION, lambda_python

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
    if python := lambda_python():
        yield [python, *COMPILE, "-j0", "-s", folder, "-p", path_on_lambda, folder]


def by_pyodide(folder: str, path_on_lambda: str) -> Iterator[list[str]]:
    if not (shutil.which("node") and shutil.which("npm")):
        return
    yield ["npm", "ci", "--silent", "--no-audit", "--no-fund", "--prefix", str(HERE)]
    yield ["node", str(HERE / "bytecode.mjs"), os.path.abspath(folder), path_on_lambda]


def bytecode_of(path: Path) -> Path:
    return path.parent / "__pycache__" / f"{path.stem}.cpython-{VERSION.replace('.', '')}.pyc"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
