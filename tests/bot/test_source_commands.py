"""Sources on the command line, and the worked example of docs/sources.md as it stands there."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import re
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import aiohttp
import jsonschema
import pytest
import yaml

from bot.__main__ import main
from bot.clock import SystemClock
from bot.health import listen
from bot.sources.declared import json_schema, read_sources
from bot.sources.push import PushServer
from sandbox.server import Running
from services.deps import Deps
from storage.engine import Database
from tests.world import World

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "sources.md").read_text("utf-8")
EXAMPLES = ROOT / "examples" / "sources"
NAMED = re.compile(r"`([\w./]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)
SHOWN = re.compile(r"```console\n\$ fullcircle (.*?)\n(.*?)```", re.DOTALL)


def run(*arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0), out.getvalue()


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOC, re.DOTALL)
    assert found
    return found[1]


def prepare(url: str) -> None:
    async def launch() -> None:
        database = Database.open(url)
        await (await World(database).settle()).launched()
        await database.dispose()

    asyncio.run(launch())


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> Path:
    """A folder with a database in which a cycle is open, and the files of the document."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    prepare(sqlite_url)
    for name, content in NAMED.findall(DOC):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, "utf-8")
    return tmp_path


@pytest.fixture
def survey() -> Iterator[str]:
    """A server of the document's answer, for who has the token."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            allowed = self.headers["Authorization"] == "Bearer s3cret"
            self.send_response(200 if allowed else 401)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(block("json").encode() if allowed else b"{}")

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_document_does_what_it_says(here: Path, survey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(here / "warehouse.db") as db:
        db.executescript(block("sql"))
    for name, value in (("SURVEY", "s3cret"), ("DESK", "s3cret")):
        monkeypatch.setenv(f"{name}_TOKEN", value)
    monkeypatch.setenv("WAREHOUSE_URL", f"sqlite:///{here}/warehouse.db")
    declared = here / "sources" / "survey.yml"
    declared.write_text(declared.read_text("utf-8").replace("https://survey.example.com", survey), "utf-8")
    commands = SHOWN.findall(DOC)
    assert len(commands) == 6
    for command, shown in commands[:-1]:
        assert run(*command.split())[1] == shown, command
    asyncio.run(push(here))
    command, shown = commands[-1]
    assert run(*command.split())[1].endswith(shown.removeprefix("…\n"))


async def push(here: Path) -> None:
    """The request that the document makes with curl."""
    asked = re.search(r'curl -X POST "http://localhost:8090([^"]+)"', DOC)
    answered = re.search(r"The answer:\n\n```json\n(.*?)```", DOC, re.DOTALL)
    assert asked
    assert answered
    database = Database.open(f"sqlite:///{here}/fullcircle.db")
    deps = Deps(database, SystemClock().now, sources=read_sources(here / "sources"))
    server = PushServer(deps, wake=lambda: None)
    await server.start(listen("127.0.0.1", 0))
    headers = {"Authorization": "Bearer s3cret", "Content-Type": "text/csv"}
    url = f"http://127.0.0.1:{server.port}{asked[1]}"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=(here / "tickets.csv").read_bytes(), headers=headers) as answer,
    ):
        assert await answer.json() == json.loads(answered[1])
    await server.stop()
    await database.dispose()


def test_the_examples_are_those_of_the_document_and_valid_for_editors() -> None:
    written = {name.removeprefix("sources/"): text for name, text in NAMED.findall(DOC) if name.startswith("sources/")}
    assert written == {path.name: path.read_text("utf-8") for path in EXAMPLES.glob("*.yml")}
    schema = json.loads((EXAMPLES / "source.schema.json").read_text("utf-8"))
    assert schema == json.loads(json_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    for text in written.values():
        jsonschema.validate(yaml.safe_load(text), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(written["crm.yml"]) | {"every": "often"}, schema)


def test_every_mistake_is_named_as_an_editor_finds_it(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_TOKEN", "x")
    monkeypatch.setenv("WAREHOUSE_URL", "sqlite:///x.db")
    (here / "sources" / "crm.yml").write_text("key: crm\nname: {en: CRM, zh: CRM}\nkind: folder\nevery: often\n")
    code, out = run("sources", "check")
    assert code == 1
    assert out.splitlines() == [
        "sources/crm.yml:1: path: this is missing",
        "sources/crm.yml:4: every: say how often like 30m, 6h or 1d",
        "desk: the environment variable DESK_TOKEN is not set",
    ]
    code, out = run("sources", "list")
    assert code == 1
    assert "survey: has not come yet; never came" in out


def test_a_pull_that_fails_says_why_and_ends_with_1(here: Path) -> None:
    (here / "exports" / "kpi.csv").unlink()
    assert run("sources", "pull", "crm") == (1, "crm: There is no file *.csv in sources/../exports.\n")
    assert run("sources", "pull", "desk")[0] == 1
    assert run("sources", "pull", "nothing") == (1, "There is no source nothing that can be fetched.\n")
    status = json.loads(run("metrics", "status", "--json")[1])
    (crm,) = (s for s in status["sources"] if s["key"] == "crm")
    assert (crm["standing"], crm["failures"], crm["last_success"]) == ("failing", 1, None)
    assert status["cycles"][0]["missing"]["business_volume"] == ["Ann", "Bo", "Cai", "Dee", "Max", "Tom"]


def test_rows_left_out_end_a_pull_with_3(here: Path) -> None:
    assert run("sources", "pull", "crm")[0] == 3


def test_without_a_folder_there_are_no_sources(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES_DIR", "elsewhere")
    assert run("sources", "list") == (0, "No source is declared.\n")


async def test_the_doctor_names_faults_of_declarations(
    slack: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "crm.yml").write_text("key: crm\nname: {en: CRM, zh: CRM}\nkind: folder\nevery: often\n")
    monkeypatch.chdir(tmp_path)
    said = {
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_APP_TOKEN": "xapp-sandbox",
        "SLACK_API_URL": slack.api_url,
        "HR_ADMINS": "UHANA",
        "DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
    }
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    code, out = await asyncio.to_thread(run, "doctor")
    assert code == 1
    assert "FAULT source sources/crm.yml:4: every: say how often like 30m, 6h or 1d\n" in out
