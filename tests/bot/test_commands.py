"""The command line: files, doctor and the demo."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from appraisal.cycle import Selection
from bot.__main__ import main
from services import schemes
from storage import approvals, people
from storage.engine import Database
from tests.bot.conftest import MANIFEST
from tests.world import World

T = TypeVar("T")

PEOPLE = (
    "name,email,department,manager\nRosa,rosa@example.com,Head office,\nAnn,ann@example.com,Support,rosa@example.com\n"
)
METRICS = "person,metric,target,actual\nann@example.com,{metric},100,95\nnobody@example.com,{metric},100,95\n"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/fullcircle.db")
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)


def names(folder: Path) -> list[str]:
    async def read() -> list[str]:
        database = Database.open(f"sqlite:///{folder}/fullcircle.db")
        async with database.read() as tx:
            found = [p.name for p in await people.all_people(tx)]
        await database.dispose()
        return found

    return asyncio.run(read())


def test_people_come_from_a_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "people.csv").write_text(PEOPLE)
    assert run("people", "import", "people.csv") == 0
    assert capsys.readouterr().out == "Imported: 2 new people, 0 changed, 0 as before.\n"
    assert sorted(names(here)) == ["Ann", "Rosa"]


def test_a_dry_run_writes_nobody(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "people.csv").write_text(PEOPLE)
    assert run("people", "import", "people.csv", "--dry-run") == 0
    assert capsys.readouterr().out.startswith("Would be imported: 2 new people")
    assert names(here) == []


def test_a_wrong_row_is_told_and_nothing_is_half_imported(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "people.csv").write_text(PEOPLE + "Bo,bo@example.com,Support,who@example.com\n")
    assert run("people", "import", "people.csv") == 1
    out = capsys.readouterr().out
    assert "Row 4" in out
    assert "who@example.com" in out
    assert "Nothing was imported." in out
    assert names(here) == []


def test_who_loses_the_manager_by_a_file_is_decided_on_by_hr(
    here: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def in_world(work: Callable[[World], Awaitable[T]]) -> T:
        database = Database.open(sqlite_url)
        try:
            return await work(World(database))
        finally:
            await database.dispose()

    async def settled(world: World) -> str:
        return await (await world.settle()).collected(selection=Selection(everyone=True))

    async def approvers(world: World) -> dict[str, str | None]:
        async with world.deps.read() as tx:
            return {a.person_id: a.approver_id for a in await approvals.of_cycle(tx, cycle_id)}

    cycle_id = asyncio.run(in_world(settled))
    assert asyncio.run(in_world(approvers))["hana"] == "rosa"
    (here / "people.csv").write_text("email,manager\nhana@example.com,-\n")
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("HR_ADMINS", "UHANA,UTOM")
    assert run("people", "import", "people.csv") == 0
    assert asyncio.run(in_world(approvers))["hana"] == "tom"


def test_metrics_need_a_cycle_or_a_period(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "metrics.csv").write_text(METRICS)
    assert run("metrics", "import", "metrics.csv") == 1
    assert run("metrics", "import", "metrics.csv", "--cycle", "Q9") == 1
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_good_metrics_are_taken_and_bad_rows_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    metric = schemes.builtin()[0].metrics()[0].key
    (here / "people.csv").write_text(PEOPLE)
    (here / "metrics.csv").write_text(METRICS.format(metric=metric))
    assert run("people", "import", "people.csv") == 0
    assert run("metrics", "import", "metrics.csv", "--period", "2026-07-01", "2026-09-30") == 0
    out = capsys.readouterr().out
    assert "Row 3" in out
    assert "Imported: 1 figures of 1 people, 0 as before, 1 rows left out." in out


def test_a_file_that_does_not_exist_is_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("people", "import", "nothing.csv") == 2
    assert "there is no file nothing.csv" in capsys.readouterr().err


async def _doctor(api_url: str, folder: Path, token: str) -> tuple[int, str]:
    environment = {
        **_environment(),
        "SLACK_BOT_TOKEN": token,
        "SLACK_APP_TOKEN": "xapp-sandbox",
        "SLACK_API_URL": api_url,
        "HR_ADMINS": "UHANA",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "doctor", cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


def _environment() -> dict[str, str]:
    paths = os.pathsep.join([str(MANIFEST.parent), os.environ.get("PYTHONPATH", "")])
    return {"PATH": os.environ["PATH"], "PYTHONPATH": paths, "PYTHONUNBUFFERED": "1"}


async def test_the_doctor_finds_a_good_installation_healthy(slack: Any, tmp_path: Path) -> None:
    code, out = await _doctor(slack.api_url, tmp_path, "xoxb-sandbox")
    assert code == 0, out
    assert "ok    scopes\n" in out
    assert "ok    clock\n" in out


async def test_the_doctor_names_a_refused_token(slack: Any, tmp_path: Path) -> None:
    code, out = await _doctor(slack.api_url, tmp_path, "xoxb-wrong")
    assert code == 1
    assert "FAULT SLACK_BOT_TOKEN: Slack refuses it (invalid_auth)" in out


class Demo:
    """`python -m bot demo` in a folder of its own."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._folder = folder
        self._arguments = arguments
        self.url = ""

    async def __aenter__(self) -> Demo:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "demo", *self._arguments),
            cwd=self._folder,
            env=_environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        assert self.process.stdout
        said = ""
        while not (found := re.search(r"(http://\S+)/#as=(\w+)", said)):
            line = (await self.process.stdout.readline()).decode()
            assert line, said
            said += line
        self.url, self.hr = found[1], found[2]
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.process.send_signal(signal.SIGINT)
        out, _ = await self.process.communicate()
        assert self.process.returncode == 0, out.decode()
        with socket.socket() as probe:
            port = int(self.url.rpartition(":")[2])
            assert probe.connect_ex(("127.0.0.1", port)) != 0, "the local Slack has stopped too"

    async def get(self, path: str) -> Any:
        def read() -> Any:
            with urllib.request.urlopen(f"{self.url}{path}") as answer:
                return json.load(answer)

        return await asyncio.to_thread(read)


async def test_the_demo_starts_keeps_its_data_and_stops_cleanly(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        async with Demo(tmp_path, "--port", str(port)) as demo:
            assert not demo.url.endswith(f":{port}")
            workspace = await demo.get("/_sandbox/workspace")
            assert workspace["has_clock"]
            assert len(workspace["users"]) >= 24
            second = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "demo"),
                cwd=tmp_path,
                env=_environment(),
                stderr=asyncio.subprocess.PIPE,
            )
            _, err = await second.communicate()
            assert (second.returncode, err.count(b"\n")) == (2, 1)
    database = (tmp_path / ".demo" / "fullcircle.db").stat().st_ino
    async with Demo(tmp_path):
        pass
    assert (tmp_path / ".demo" / "fullcircle.db").stat().st_ino == database
    async with Demo(tmp_path, "--reset"):
        pass
    assert {p.name for p in (tmp_path / ".demo").iterdir()} >= {"people.csv", "metrics.csv", "fullcircle.db"}
