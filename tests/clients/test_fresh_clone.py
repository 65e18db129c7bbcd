"""`make run` where nothing is installed yet: Python and make are all there is."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from clients import product as running
from clients.rows import ACCOUNTS

REPOSITORY = Path(__file__).parents[2]
NEW = ("--cached", "--others", "--exclude-standard")
PYTHON = Path(sys.base_prefix) / f"bin/python{sys.version_info.major}.{sys.version_info.minor}"


def test_make_run_installs_everything_and_starts(tmp_path: Path) -> None:
    _copy_sources(tmp_path)
    began = time.monotonic()
    command = ["make", "run", f"PYTHON={PYTHON}", "PORT={port}", "ORG_PORT={org_port}"]
    product = running.start(tmp_path, command)
    print(f"ready after {time.monotonic() - began:.1f} s, installation included")
    try:
        assert product.url in product.output
        assert len(product.rows(ACCOUNTS)) == 5
        assert (tmp_path / ".venv/bin/salesforce-mcp").exists()
    finally:
        product.stop()


def test_a_python_that_is_too_old_is_named_before_anything_is_made(tmp_path: Path) -> None:
    done = _make(tmp_path, "setup", "PYTHON=false")  # it says no to whatever it is asked
    assert done.returncode == 2
    assert "false is not Python 3.11 or newer. Name one that is: make setup PYTHON=" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_an_index_that_cannot_be_reached_is_said(tmp_path: Path) -> None:
    nowhere = {"PIP_RETRIES": "0", "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_FIND_LINKS": str(tmp_path)}
    path = f"{PYTHON.parent}:/usr/bin:/bin"  # no uv on it
    done = _make(tmp_path, "setup", f"PYTHON={PYTHON}", env={**nowhere, "PIP_EXTRA_INDEX_URL": "", "PATH": path})
    assert done.returncode == 2
    assert "Installing into .venv" in done.stdout
    assert "Is the package index (PyPI) reachable?" in done.stderr
    assert not (tmp_path / ".venv/ready").exists()


@pytest.mark.parametrize(("home", "without_cache"), [("/proc/nobody", "1"), ("", "1"), (".", "0")])
def test_a_home_that_cannot_be_written_to_is_no_place_for_a_cache(
    tmp_path: Path, home: str, without_cache: str
) -> None:
    asked = ("--eval", "shown: ; @echo $$UV_NO_CACHE", "shown")
    assert _make(tmp_path, *asked, env={"HOME": home}).stdout.strip() == without_cache


def _make(folder: Path, *asked: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy2(REPOSITORY / name, folder / name)
    command = ["make", "--no-print-directory", *asked]
    alone = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}  # of `make test`
    return subprocess.run(command, cwd=folder, env={**alone, **(env or {})}, capture_output=True, text=True)


def _copy_sources(folder: Path) -> None:
    """What a clone would hold were everything committed."""
    listing = subprocess.run(
        ["git", "-C", str(REPOSITORY), "ls-files", "-z", *NEW], capture_output=True, text=True, check=True
    )
    for name in filter(None, listing.stdout.split("\0")):
        if not (REPOSITORY / name).exists():
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / name, target)
