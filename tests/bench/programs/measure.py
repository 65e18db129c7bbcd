"""One cold start: import a handler, send it one tools/call, say how long each took. Arguments: module, event file."""

import time

began = time.perf_counter()

import importlib  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from types import SimpleNamespace  # noqa: E402

with open(sys.argv[2]) as file:
    event = json.load(file)
handler = importlib.import_module(sys.argv[1]).handler
ready = time.perf_counter()
answer = handler(event, SimpleNamespace(get_remaining_time_in_millis=lambda: 30_000))
done = time.perf_counter()
result = json.loads(answer["body"]).get("result", {}) if answer["statusCode"] == 200 else {}
worked = bool(result) and not result.get("isError")
print(
    json.dumps(
        {
            "init": (ready - began) * 1000,
            "first": (done - ready) * 1000,
            "modules": sorted(sys.modules),
            "failure": "" if worked else json.dumps(answer),
        }
    )
)
sys.stdout.flush()
# What a program does when it ends is no part of a cold start, and a frozen container never ends.
os._exit(0)
