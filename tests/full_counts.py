"""Counts that `make proof` takes in full, and `make test` a share of. Tests that have one are marked `full_counts`."""

import os
from typing import TypeVar

FULL = os.environ.get("PROOF") == "1"

T = TypeVar("T")


def full(count: T, *, share: T) -> T:
    return count if FULL else share
