"""`make demo`: a local Slack with a made-up organisation, the bot, and one address to open.

Everything is kept in `.demo/` next to where it is started, so that a second start goes on where the first stopped.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import socket
from pathlib import Path
from typing import IO

from appraisal.cycle import last_quarter
from appraisal.intake.tables import ImportKind
from bot import log
from bot.app import Bot, stop_signals
from bot.cast import Cast, cast
from bot.clock import MovableClock
from bot.health import listen
from bot.local_slack import local_settings, local_slack
from bot.settings import SettingsError
from services import people
from services.imports import Period, apply_import, dry_run

FOLDER = Path(".demo")
PEOPLE, SEED = 24, 1
PORTS_TO_TRY = 50
TICK = 1.0


def main(*, port: int, reset: bool) -> int:
    """Run until Ctrl-C. Raises SettingsError where no port is free or a demo runs already."""
    log.configure("WARNING")
    with _only_one() as lock:
        if reset:
            _clear(FOLDER)
        return asyncio.run(_run(port, lock))


def _only_one() -> IO[str]:
    """A lock that the sandbox inherits: two of them on one state would destroy it."""
    FOLDER.mkdir(exist_ok=True)
    lock = (FOLDER / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise SettingsError("The demo is running already; stop it with Ctrl-C where it was started.") from None
    return lock


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()


async def _run(port: int, lock: IO[str]) -> int:
    stopped = stop_signals()
    company = cast(PEOPLE, SEED)
    _write_files(company)
    health = listen("127.0.0.1", 0)
    slack = local_slack(
        FOLDER,
        company.slack_users(),
        clock_url=f"http://127.0.0.1:{health.getsockname()[1]}/clock",
        port=free_port(port),
        pass_fds=(lock.fileno(),),
        state=FOLDER / "sandbox.state",
    )
    async with slack as page:
        clock = MovableClock(FOLDER / "clock")
        database = f"sqlite:///{FOLDER / 'fullcircle.db'}"
        settings = local_settings(page.api_url, database, company.hr_slack_ids)
        async with Bot(settings, clock, tick_seconds=TICK, health=health) as bot:
            await bot.synced
            await _import_files(bot, company)
            _welcome(page.url, company)
            await stopped.wait()
            print("\nStopping …", flush=True)
    return 0


def _write_files(company: Cast) -> None:
    (FOLDER / "people.csv").write_text(company.people_csv(), "utf-8")
    (FOLDER / "metrics.csv").write_text(company.metrics_csv(), "utf-8")


def free_port(first: int) -> int:
    """The first free loopback port from `first` on. Raises SettingsError."""
    for port in range(first, min(first + PORTS_TO_TRY, 65536)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise SettingsError(f"No port from {first} on is free. Choose another: python -m bot demo --port PORT")


async def _import_files(bot: Bot, company: Cast) -> None:
    """At the first start: departments and managers, and the figures of the quarter that a cycle would be about."""
    if (await people.everyone(bot.deps)).departments():
        return
    quarter = Period(*last_quarter(bot.clock.now().date()))
    files = (
        (ImportKind.PEOPLE, "people.csv", company.people_csv(), None),
        (ImportKind.METRICS, "metrics.csv", company.metrics_csv(), quarter),
    )
    for kind, name, text, period in files:
        run = await dry_run(bot.deps, None, kind, file_name=name, content=text.encode(), period=period)
        await apply_import(bot.deps, None, run.file.id)


def _hr_to_be(company: Cast) -> str:
    """The HR admin who reads the language of this terminal."""
    chinese = any(os.environ.get(name, "").startswith("zh") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next((m.slack_id for m in company.hr if m.chinese is chinese), company.hr_slack_id)


def _welcome(url: str, company: Cast) -> None:
    print(
        f"""
Fullcircle is ready: {url}/#as={_hr_to_be(company)}

You start in HR. Everyone reads in the language of their Slack, English or Chinese. Try this:
  1. Type /cycle start, look at the preview, and launch the cycle.
  2. Choose an employee on the left, open the card under Messages, and write a review.
  3. Back in HR, type /cycle close. Then, as a manager, propose an action, approve the score and send it.

The clock at the bottom left moves days ahead. Files to upload are in {FOLDER}/. Ctrl-C stops; everything is kept.
""",
        flush=True,
    )
