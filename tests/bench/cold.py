"""Cold start: importing the handler and answering its first tools/call, beside a bare server, in turns."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.bench import bytecode
from tests.bench.figure import Figure, Table, median
from tests.bench.warm import HEADERS, SOQL, body
from tests.clients.product import Product

RUNS = 10
RATIO = 1.3
# A cold request needs none of these; each would cost what the ratio is there to keep.
UNWANTED = ("boto3", "botocore", "uvicorn", "click")


def measure(product: Product) -> Table:
    runs: dict[str, list[dict[str, Any]]] = {"product_server": [], "bare": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bytecode.build(folder)
        origin = product.url.removesuffix("/mcp")
        (folder / "event.json").write_text(json.dumps(event(token=product.token, host=urlsplit(origin).netloc)))
        # Its store knows the token that was printed, and holds the administrator's grant.
        kept = product.folder / ".local" / str(urlsplit(origin).port)
        environment = {
            "KEPT": str(kept),
            "PUBLIC_URL": origin,
            "SALESFORCE_LOGIN_URL": product.org_url,
            "SALESFORCE_EXTRA_HOSTS": urlsplit(product.org_url).netloc,
        }
        for _ in range(RUNS):
            for program, seen in runs.items():
                seen.append(_start(program, folder, environment))
    ours, bare = (median([run["init"] + run["first"] for run in runs[program]]) for program in runs)
    unwanted = [module for module in UNWANTED if module in runs["product_server"][0]["modules"]]
    figures = [
        Figure(f"ours / bare, medians of {RUNS}", ours / bare, "×", RATIO),
        Figure("ours: import, token check, query to the org", ours, "ms"),
        Figure("ours: of this the first tools/call", median([run["first"] for run in runs["product_server"]]), "ms"),
        Figure("bare: import, a tool that returns a constant", bare, "ms"),
        Figure("modules imported: ours", len(runs["product_server"][0]["modules"]), ""),
        Figure("modules imported: bare", len(runs["bare"][0]["modules"]), ""),
        Figure(f"of {', '.join(UNWANTED)}: imported by ours", len(unwanted), "", 0),
    ]
    python = ".".join(str(part) for part in sys.version_info[:3])
    note = f"Python {python}, a process each, in turns, every module from bytecode that is not checked again."
    return Table("Cold start: init and first tools/call", figures, note)


def event(*, token: str, host: str) -> dict[str, Any]:
    """POST /mcp as API Gateway's HTTP API hands it over (payload format 2.0)."""
    http = {"method": "POST", "path": "/mcp", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "bench"}
    return {
        "version": "2.0",
        "routeKey": "POST /mcp",
        "rawPath": "/mcp",
        "rawQueryString": "",
        "headers": {**HEADERS, "host": host, "authorization": f"Bearer {token}"},
        "requestContext": {"domainName": host, "http": http, "requestId": "bench"},
        "body": body("executeQuery", {"soql": SOQL}),
        "isBase64Encoded": False,
    }


def _start(program: str, folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    # -S -s: no site-packages, so nothing but the folder is imported, and no .pth file costs a millisecond.
    command = [sys.executable, "-S", "-s", "-m", "measure", program, "event.json"]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{program} did not start:\n{done.stderr}")
    run: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if run["failure"]:
        raise RuntimeError(f"{program} did not answer the call: {run['failure']}\n{done.stderr}")
    return run
