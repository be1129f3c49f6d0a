"""The command line: files, doctor and the demo."""

from __future__ import annotations

import asyncio
import io
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
from storage import approvals, people
from storage.engine import Database
from tests.bot.conftest import MANIFEST
from tests.world import World

T = TypeVar("T")

PEOPLE = (
    "name,email,department,manager\nRosa,rosa@example.com,Head office,\nAnn,ann@example.com,Support,rosa@example.com\n"
)
PERIOD = ("--period", "2026-07-01", "2026-09-30")
METRICS = "person,metric,target,actual\nann@example.com,{metric},100,95\nnobody@example.com,{metric},100,95\n"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/fullcircle.db")
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    return tmp_path


@pytest.fixture
def metrics_file(here: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A good and a bad row, after people were imported."""
    (here / "people.csv").write_text(PEOPLE)
    assert run("people", "import", "people.csv") == 0
    capsys.readouterr()
    (here / "metrics.csv").write_text(METRICS.format(metric="goal_completion"))
    return here / "metrics.csv"


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
    assert "Imported: 2 new people, 0 changed, 0 as before." in capsys.readouterr().out.splitlines()
    assert sorted(names(here)) == ["Ann", "Rosa"]


def test_a_dry_run_writes_nobody(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "people.csv").write_text(PEOPLE)
    assert run("people", "import", "people.csv", "--dry-run") == 0
    assert "Would be imported: 2 new people, 0 changed, 0 as before." in capsys.readouterr().out.splitlines()
    assert names(here) == []


def test_a_wrong_row_is_told_and_the_others_are_imported(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "people.csv").write_text(PEOPLE + "Bo,bo@example.com,Support,who@example.com\n")
    assert run("people", "import", "people.csv") == 3
    out = capsys.readouterr().out
    assert '  Row 4: no manager matches "who@example.com"' in out.splitlines()
    assert "Imported: 2 new people, 0 changed, 0 as before, 1 row left out." in out.splitlines()
    assert sorted(names(here)) == ["Ann", "Rosa"]


def test_a_file_of_which_nothing_can_be_used_fails(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "people.csv").write_text("email,department\nzoe@example.com,Sales\n")
    assert run("people", "import", "people.csv") == 1
    assert "Nothing new: 0 new people, 0 changed, 0 as before, 1 row left out." in capsys.readouterr().out


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


def test_good_metrics_are_taken_and_bad_rows_told(metrics_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("metrics", "import", metrics_file.name, *PERIOD) == 3
    out = capsys.readouterr().out
    assert "Row 3" in out
    assert "Imported: 1 figure of 1 person, 0 as before, 1 row left out." in out
    assert run("metrics", "import", metrics_file.name, *PERIOD) == 3
    assert "Nothing new: 0 figures of 1 person, 1 as before, 1 row left out." in capsys.readouterr().out


def test_doubtful_rows_are_taken_where_it_is_said(metrics_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    metrics_file.write_text("person,metric,target,actual\nann@example.com,goal_completion,100,0.95\n")
    assert run("metrics", "import", metrics_file.name, *PERIOD) == 1
    assert "Doubtful, left out without --all:" in capsys.readouterr().out
    assert run("metrics", "import", metrics_file.name, *PERIOD, "--all") == 0
    assert "Imported: 1 figure of 1 person" in capsys.readouterr().out


def test_the_json_of_a_file_is_the_same_every_time(metrics_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    for _ in range(2):
        assert run("metrics", "import", metrics_file.name, *PERIOD, "--dry-run", "--json", "-") == 3
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    data = json.loads(told[0])
    assert [(r["email"], r["metric"], r["target"], r["actual"]) for r in data["rows"]] == [
        ("ann@example.com", "goal_completion", 100, 95)
    ]
    assert [(p["row"], p["column"], p["value"], p["reason"]) for p in data["problems"]] == [
        (3, "person", "nobody@example.com", "unknown-person")
    ]
    assert run("metrics", "import", metrics_file.name, *PERIOD, "--json", "told.json") == 3
    assert "Imported: 1 figure" in capsys.readouterr().out
    applied = json.loads((metrics_file.parent / "told.json").read_text())
    assert applied == {**data, "state": "applied"}


def test_an_error_is_json_too_where_json_is_asked_for(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "empty.csv").write_text("")
    assert run("people", "import", "empty.csv", "--json", "-") == 1
    out, err = capsys.readouterr()
    assert json.loads(out) == {"file": "empty.csv", "error": "file-empty", "text": err.strip()}


def test_a_mapping_says_how_to_read_a_file(metrics_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (metrics_file.parent / "odd.csv").write_text("person,kpi,aim,done\nann@example.com,goal_completion,100,95\n")
    (metrics_file.parent / "mapping.json").write_text('{"columns": {"aim": "target", "done": "actual"}}')
    assert run("metrics", "import", "odd.csv", *PERIOD) == 1
    assert run("metrics", "import", "odd.csv", *PERIOD, "--mapping", "mapping.json", "--source", "crm") == 0
    assert "aim → target, done → actual" in capsys.readouterr().out


def test_a_file_called_like_a_declared_source_is_another_source(
    metrics_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (metrics_file.parent / "sources").mkdir()
    declared = "key: metrics\nname: {en: Desk, zh: 客服}\nkind: folder\npath: in\n"
    (metrics_file.parent / "sources" / "metrics.yml").write_text(declared, encoding="utf-8")
    assert run("metrics", "import", metrics_file.name, *PERIOD, "--dry-run", "--json", "-") == 3
    assert json.loads(capsys.readouterr().out)["source"] == "metrics (file)"


def test_every_mistake_in_a_mapping_is_named_with_its_line(
    metrics_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (metrics_file.parent / "mapping.yml").write_text("columns:\n  aim: [target]\nheader_row: -1\nshet: July\n")
    assert run("metrics", "import", metrics_file.name, *PERIOD, "--mapping", "mapping.yml") == 2
    lines = capsys.readouterr().err.splitlines()
    assert [re.sub(r"\D*(\d+).*", r"\1", line) for line in lines] == ["2", "3", "4"]
    assert all(line.startswith("mapping.yml: ") for line in lines)
    (metrics_file.parent / "mapping.yml").write_text("columns: {actual: who-knows}\n")
    assert run("metrics", "import", metrics_file.name, *PERIOD, "--mapping", "mapping.yml") == 1
    assert "who-knows" in capsys.readouterr().out


def test_an_import_is_undone_the_last_one_or_by_its_id(
    metrics_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("metrics", "import", metrics_file.name, *PERIOD) == 3
    undo = capsys.readouterr().out.splitlines()[-1].removeprefix("Undo with: fullcircle ").split()
    assert run("metrics", "rollback") == 2  # nobody is there to answer
    assert "Say --yes" in capsys.readouterr().err
    assert run(*undo, "--yes") == 0
    assert capsys.readouterr().out == "metrics.csv: 1 figure taken back.\n"
    assert run(*undo, "--yes") == 1
    assert "undone" in capsys.readouterr().out
    assert run("metrics", "rollback", "--yes") == 1
    assert run("metrics", "rollback", "nothing", "--yes") == 1
    capsys.readouterr()
    for answer, code in (("n", 2), ("y", 0)):
        monkeypatch.setattr("sys.stdin", Terminal(f"{answer}\n"))
        assert run("people", "rollback") == code
    # Ann has a figure, though it no longer counts, and Rosa manages her.
    assert capsys.readouterr().out.endswith("people.csv: 0 restored, 0 removed, 2 deactivated.\n")


class Terminal(io.StringIO):
    """Somebody who answers."""

    def isatty(self) -> bool:
        return True


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
