"""However large a file is: cut into parts that Salesforce takes, by a process that stays small."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from full_counts import full

MOST_MEGABYTES = 256


@pytest.mark.full_counts
def test_a_file_larger_than_salesforce_takes_is_cut_up_in_little_memory(tmp_path: Path) -> None:
    megabytes = full(300, share=151)
    program = [sys.executable, str(Path(__file__).with_name("large_file.py")), str(tmp_path), str(megabytes)]
    seen = json.loads(subprocess.run(program, capture_output=True, text=True, check=True).stdout)
    assert seen["bytes"] > megabytes * 1_000_000
    assert seen["whole"] is False
    assert (seen["rows"], seen["rejected"]) == (seen["in_parts"], 0)
    assert seen["largest_part"] < 26_000_000
    assert seen["parts"] > seen["bytes"] // 26_000_000
    assert seen["megabytes"] < MOST_MEGABYTES, seen
