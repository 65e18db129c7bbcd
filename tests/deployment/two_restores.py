"""Initialise both functions as Lambda's INIT does, then wake up twice from the same memory, as SnapStart does.

Prints one JSON line for each: the open sockets after INIT, then what two restored environments answered.
Usage: python two_restores.py EVENTS, a JSON file: {"mcp_endpoint": [event, ...], "oauth_endpoint": [event, ...]}
"""

import ctypes
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import mcp_endpoint
import oauth_endpoint

HANDLERS = {"mcp_endpoint": mcp_endpoint.handler, "oauth_endpoint": oauth_endpoint.handler}
CONTEXT = SimpleNamespace(aws_request_id="the same in both", get_remaining_time_in_millis=lambda: 29_000)


def open_files() -> list[str]:
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        if entry.is_symlink():
            found.append(os.readlink(entry))
    return sorted(name for name in found if name.startswith(("socket:", "anon_inode:")))


def restore(events: dict[str, list[dict[str, object]]], answers: int) -> None:
    """What a restored environment does first; its standard output is not ours to mix."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    said = {name: [HANDLERS[name](event, CONTEXT) for event in each] for name, each in events.items()}
    os.write(answers, json.dumps(said).encode())
    os._exit(0)


events = json.loads(Path(sys.argv[1]).read_text())
print(json.dumps(open_files()), flush=True)
for _ in range(2):
    reading, writing = os.pipe()
    # Not os.fork(): it would tell `random` to seed itself anew, and no restore of a snapshot does that.
    if ctypes.PyDLL(None).fork() == 0:
        restore(events, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        print(pipe.read(), flush=True)
    os.wait()
