"""`make run` where nothing is installed yet: Python and make are all there is."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

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
