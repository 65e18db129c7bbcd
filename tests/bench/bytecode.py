"""A copy of what runs in production, compiled beforehand, as the Lambda layers are."""

import compileall
import importlib.metadata
import shutil
from pathlib import Path
from py_compile import PycInvalidationMode

from packaging.requirements import Requirement

# The layer leaves these out as well: the SDK asks for them and runs without.
LEFT_OUT = {"uvicorn", "click", "pycparser"}
REPOSITORY = Path(__file__).parents[2]


def build(folder: Path) -> None:
    """Put the product, the functions, the bench's programs and every dependency into one folder."""
    for name in sorted(_closure("salesforce-mcp") - LEFT_OUT - {"salesforce-mcp"}):
        _copy_distribution(name, folder)
    ignore = shutil.ignore_patterns("__pycache__", "*.md")
    for source in ("layers/core", "functions", "tests/bench/programs"):
        shutil.copytree(REPOSITORY / source, folder, dirs_exist_ok=True, ignore=ignore)
    # Lambda unpacks with other times of change; a hash that nobody checks is what the layers have too.
    compileall.compile_dir(folder, quiet=2, workers=0, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)


def _closure(name: str, extras: frozenset[str] = frozenset(), seen: set[str] | None = None) -> set[str]:
    """A distribution and everything it needs at run time."""
    seen = set() if seen is None else seen
    seen.add(name)
    for line in importlib.metadata.requires(name) or []:
        requirement = Requirement(line)
        wanted = [{"extra": extra} for extra in extras or {""}]
        if requirement.marker and not any(requirement.marker.evaluate(environment) for environment in wanted):
            continue
        if requirement.name.lower() not in seen:
            _closure(requirement.name.lower(), frozenset(requirement.extras), seen)
    return seen


def _copy_distribution(name: str, folder: Path) -> None:
    for file in importlib.metadata.files(name) or []:
        if ".." in file.parts or "__pycache__" in file.parts:
            continue
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.locate(), target)
