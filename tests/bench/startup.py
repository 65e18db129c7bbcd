"""From `make run` to the line `Ready.`, once everything is installed."""

import shutil
import time
from urllib.parse import urlsplit

from tests.bench.bytecode import REPOSITORY
from tests.bench.figure import Figure, Table, median
from tests.clients import product

RUNS = 3
MAKE_RUN = ("make", "--silent", "run", "PORT={port}", "ORG_PORT={org_port}")


def measure() -> Table:
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        running = product.start(REPOSITORY, MAKE_RUN)
        seconds.append(time.perf_counter() - began)
        running.stop()
        shutil.rmtree(REPOSITORY / ".local" / str(urlsplit(running.url).port))
    return Table("Start", [Figure(f"`make run` to `Ready.`, second start, median of {RUNS}", median(seconds), "s", 5)])
