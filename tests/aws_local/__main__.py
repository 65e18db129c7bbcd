"""`make aws-local`: the deployed shape on this machine, tried once and then left running."""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from pathlib import Path

import anyio
from aws_local.ministack import CREDENTIALS
from aws_local.smoke import smoke
from aws_local.stack import BUILT
from aws_local.world import World, local_world


def main() -> int:
    parser = argparse.ArgumentParser(prog="make aws-local", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--org-port", type=int, default=8001)
    parser.add_argument("--once", action="store_true", help="end after the first try")
    parser.add_argument("--built", type=Path, default=BUILT, help="what `sam build` made")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aws-local-") as folder:
        try:
            anyio.run(run, Path(folder), asked)
        except asyncio.CancelledError:
            print()
    return 0


async def run(folder: Path, asked: argparse.Namespace) -> None:
    began = time.monotonic()
    end_by_one_ctrl_c()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:5.1f} s  {text}", flush=True)

    async with local_world(folder, built=asked.built, port=asked.port, org_port=asked.org_port) as world:
        say("The stack is up")
        await smoke(world, say)
        if not asked.once:
            print(greeting(world, folder), flush=True)
            await anyio.sleep_forever()


def end_by_one_ctrl_c() -> None:
    """Everything ends within seconds; a second Ctrl-C would only keep it from doing so in order."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def end() -> None:
        loop.add_signal_handler(signal.SIGINT, lambda: None)
        if task:
            task.cancel()

    loop.add_signal_handler(signal.SIGINT, end)


def greeting(world: World, folder: Path) -> str:
    keys = " ".join(f"{name}={value}" for name, value in CREDENTIALS.items())
    return f"""
MCP endpoint     {world.url}/mcp
Salesforce org   {world.org_url}    admin@demo.example, password demo
Emulated AWS     {world.aws.url}    {keys}
Log              {folder / "ministack.log"}
Ready. Ctrl-C ends it; nothing is kept."""


if __name__ == "__main__":
    sys.exit(main())
