"""`python -m sandbox --manifest manifest.yml --users users.json`."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path
from threading import Thread

from sandbox.config import Config
from sandbox.server import start


def parse(arguments: list[str] | None = None) -> tuple[Config, bool]:
    """The configuration on a command line, and whether to stop with standard input."""
    parser = argparse.ArgumentParser(prog="sandbox", description="A local Slack for one app.")
    parser.add_argument("--manifest", type=Path, required=True, help="the app's manifest (YAML or JSON)")
    parser.add_argument("--users", type=Path, required=True, help="the people of the workspace (JSON list)")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=3999)
    parser.add_argument("--state", type=Path, help="keep everything in this file")
    parser.add_argument("--team-name", default=Config.team_name)
    parser.add_argument("--clock-url", default="", help="told when the clock is moved")
    parser.add_argument("--request-url", default="", help="where signed HTTP deliveries go")
    parser.add_argument("--app-token", default=Config.app_token)
    parser.add_argument("--bot-token", default=Config.bot_token)
    parser.add_argument("--signing-secret", default=Config.signing_secret)
    parser.add_argument("--rate-limits", action="store_true", help="limit calls as Slack does")
    parser.add_argument("--stop-with-stdin", action="store_true", help="end when standard input does")
    options = vars(parser.parse_args(arguments))
    follow = options.pop("stop_with_stdin")
    return Config(**options), follow


async def serve(config: Config, *, stop_with_stdin: bool) -> None:
    """Run until SIGINT, SIGTERM, or the end of standard input: a parent that is killed cannot say goodbye."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    if stop_with_stdin:
        Thread(target=_follow, args=(loop, stopped), daemon=True).start()
    running = await start(config)
    print(f"Sandbox: {running.url}/  (SLACK_API_URL={running.api_url})", flush=True)
    await stopped.wait()
    await running.stop()


def _follow(loop: asyncio.AbstractEventLoop, stopped: asyncio.Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):  # unbuffered: a buffer's lock would hold up the end of the process
        continue
    loop.call_soon_threadsafe(stopped.set)


def main() -> None:
    """Start, or say in one line why not."""
    try:
        config, follow = parse()
        asyncio.run(serve(config, stop_with_stdin=follow))
    except (OSError, ValueError) as error:
        sys.exit(f"sandbox: {error}")


if __name__ == "__main__":
    main()
