"""docs/figures.md: a section for each thing measured. A new measurement replaces its section and leaves the others."""

import re
import subprocess
from collections.abc import Iterable

from tests.bench.bytecode import REPOSITORY
from tests.bench.figure import Table

from salesforce_emulator.seed.story import SEED

PAGE = REPOSITORY / "docs/figures.md"
HEAD = (
    "# Figures\n\n"
    f"Written by `make bench` and `make proof`, with seed {SEED} of the emulated org.\n"
    "Times depend on the machine; ratios are measured side by side in one run.\n\n"
)


def write(tables: Iterable[Table]) -> None:
    """Put these measurements into the page, with the commit they were made at."""
    sections = {section.partition("\n")[0]: section for section in re.split(r"^## ", PAGE.read_text(), flags=re.M)[1:]}
    for table in tables:
        sections[table.title] = f"{table.text().removeprefix('## ')}\nAt commit `{table.commit or _commit()}`."
    PAGE.write_text(HEAD + "\n\n".join(f"## {section.rstrip()}" for section in sections.values()) + "\n")


def _commit() -> str:
    git = ["git", "-C", str(REPOSITORY), "rev-parse", "--short", "HEAD"]
    return subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
