"""Connectors against real folders, a real HTTP server and real databases, also bad ones."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from aiohttp import web

from appraisal.intake.declarations import SOURCE
from appraisal.intake.readers import MEGABYTES
from appraisal.intake.runs import Failure, Fetched, FetchFailed, LastRun, Unchanged
from appraisal.intake.sources import AnySource, Folder, Http, Sql
from bot.sources.folder import FolderConnector
from bot.sources.http import HttpConnector
from bot.sources.sql import SqlConnector

NAME = {"en": "CRM", "zh": "CRM"}
CSV = b"person,metric,target,actual\nann@example.com,business_volume,100,95\n"
MODIFIED = "Wed, 30 Sep 2026 21:00:00 GMT"


def declared(**said: object) -> AnySource:
    return SOURCE.validate_python({"key": "crm", "name": NAME, **said})


async def failed(fetching: object) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        await fetching  # type: ignore[misc]
    return caught.value


# Folder


def folder(path: Path, pattern: str = "*.csv") -> FolderConnector:
    source = declared(kind="folder", path=str(path), pattern=pattern)
    assert isinstance(source, Folder)
    return FolderConnector(source, Path(), settle=0.05)


def put(path: Path, content: bytes = CSV, *, at: float = 1_790_000_000) -> Path:
    path.write_bytes(content)
    os.utime(path, (at, at))
    return path


async def test_the_newest_file_that_matches_is_read(tmp_path: Path) -> None:
    put(tmp_path / "a.csv", b"old")
    put(tmp_path / "b.csv", b"new", at=1_790_100_000)
    put(tmp_path / "c.txt", b"another", at=1_790_200_000)
    for ignored in (".d.csv", "~$e.csv"):
        put(tmp_path / ignored, b"half", at=1_790_200_000)
    (tmp_path / "f.csv").mkdir()
    got = await folder(tmp_path).fetch(LastRun())
    assert isinstance(got, Fetched)
    assert (got.content, got.file_name, got.as_of) == (b"new", "b.csv", date(2026, 9, 22))
    assert sorted(p.name for p in tmp_path.iterdir()) == [".d.csv", "a.csv", "b.csv", "c.txt", "f.csv", "~$e.csv"]


async def test_among_very_many_files_the_newest_is_found(tmp_path: Path) -> None:
    for n in range(10_001):
        put(tmp_path / f"{n}.csv", b"old")
    with os.scandir(tmp_path) as entries:
        *_, last = entries
    put(Path(last.path), b"new", at=1_790_100_000)
    got = await folder(tmp_path).fetch(LastRun())
    assert isinstance(got, Fetched)
    assert got.content == b"new"


async def test_a_file_that_was_read_is_not_read_again(tmp_path: Path) -> None:
    put(tmp_path / "a.csv")
    got = await folder(tmp_path).fetch(LastRun())
    assert isinstance(got, Fetched)
    assert await folder(tmp_path).fetch(LastRun(etag=got.etag)) == Unchanged()
    put(tmp_path / "a.csv", at=1_790_000_001)
    assert isinstance(await folder(tmp_path).fetch(LastRun(etag=got.etag)), Fetched)


async def test_a_file_that_is_being_written_is_awaited(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(CSV)

    async def write() -> None:
        for n in range(3):
            await asyncio.sleep(0.03)
            path.write_bytes(CSV * (n + 2))

    writing = asyncio.create_task(write())
    got = await folder(tmp_path).fetch(LastRun())
    await writing
    assert isinstance(got, Fetched)
    assert got.content == CSV * 4


async def test_a_file_that_is_never_finished_is_not_read(tmp_path: Path) -> None:
    path, done = tmp_path / "a.csv", asyncio.Event()

    async def write() -> None:
        while not done.is_set():
            with path.open("ab") as file:
                file.write(CSV)
            await asyncio.sleep(0.01)

    writing = asyncio.create_task(write())
    await asyncio.sleep(0.05)
    error = await failed(folder(tmp_path).fetch(LastRun()))
    done.set()
    await writing
    assert (error.failure, error.values) == (Failure.GROWING, {"file": "a.csv"})


async def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    secret = put(tmp_path / "secret.csv", b"secret", at=1_790_200_000)
    (inside / "link.csv").symlink_to(secret)
    (inside / "lost.csv").symlink_to(tmp_path / "nothing")
    assert (await failed(folder(inside).fetch(LastRun()))).failure is Failure.NO_FILE
    put(inside / "a.csv", b"mine")
    (inside / "alias.csv").symlink_to(inside / "a.csv")
    got = await folder(inside).fetch(LastRun())
    assert isinstance(got, Fetched)
    assert got.content == b"mine"


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    error = await failed(folder(tmp_path / "gone").fetch(LastRun()))
    assert (error.failure, error.values) == (Failure.NO_FOLDER, {"folder": str(tmp_path / "gone")})


async def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(MEGABYTES * 1_000_000 + 1)
    assert (await failed(folder(tmp_path).fetch(LastRun()))).failure is Failure.TOO_LARGE


# HTTP


@dataclass
class Server:
    """Answers as told, and remembers what it was asked."""

    url: str = ""
    seen: list[web.BaseRequest] = field(default_factory=list)
    busy: int = 0

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.seen.append(request)
        match request.path:
            case "/kpi.csv":
                if request.headers.get("If-None-Match") == '"v1"':
                    return web.Response(status=304)
                return web.Response(body=CSV, content_type="text/csv", headers={"ETag": '"v1"'})
            case "/dated":
                if request.headers.get("If-Modified-Since") == MODIFIED:
                    return web.Response(status=304)
                named = {"Last-Modified": MODIFIED, "Content-Disposition": 'attachment; filename="../../Q3.csv"'}
                return web.Response(body=CSV, headers=named)
            case "/gzip":
                return web.Response(body=gzip.compress(CSV), headers={"Content-Encoding": "gzip"})
            case "/bomb":
                bomb = gzip.compress(bytes(MEGABYTES * 1_500_000), 9)
                return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})
            case "/members":
                members = gzip.compress(CSV[:30]) + gzip.compress(b"") + gzip.compress(CSV[30:])
                return web.Response(body=members, headers={"Content-Encoding": "gzip"})
            case "/members-bomb":
                bomb = gzip.compress(bytes(MEGABYTES * 500_000), 9) * 3
                return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})
            case "/members-torn":
                torn = gzip.compress(CSV) + gzip.compress(CSV)[:-9]
                return web.Response(body=torn, headers={"Content-Encoding": "gzip"})
            case "/members-rubbish":
                return web.Response(body=gzip.compress(CSV) + b"rubbish", headers={"Content-Encoding": "gzip"})
            case "/torn":
                return web.Response(body=gzip.compress(CSV)[:-9], headers={"Content-Encoding": "gzip"})
            case "/brotli":
                return web.Response(body=b"?", headers={"Content-Encoding": "br"})
            case "/html":
                return web.Response(text="<!DOCTYPE html><p>Sign in", content_type="text/html")
            case "/hidden-html":
                return web.Response(text="\n<html><p>Sign in", content_type="text/csv")
            case "/to-csv":
                raise web.HTTPFound("/kpi.csv")
            case "/away":
                raise web.HTTPFound("http://localhost:9/kpi.csv")
            case "/round":
                raise web.HTTPFound("/round")
            case "/not-modified":
                return web.Response(status=304)
            case "/slow":
                await asyncio.sleep(30)
            case "/endless":
                return await self._endless(request)
        return web.Response(status=500, text="broken")

    async def _endless(self, request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(1_000_000))


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    told = Server()
    runner = web.ServerRunner(web.Server(told.answer), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    told.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield told
    await runner.cleanup()


def http(server: Server, path: str, *, seconds: float = 20, **said: object) -> HttpConnector:
    source = declared(kind="http", url=server.url + path, **said)
    assert isinstance(source, Http)
    return HttpConnector(source, seconds=seconds)


async def test_an_address_is_asked_for_what_is_new(server: Server) -> None:
    got = await http(server, "/kpi.csv").fetch(LastRun())
    assert isinstance(got, Fetched)
    assert got == Fetched(CSV, "kpi.csv", etag='"v1"')
    assert await http(server, "/kpi.csv").fetch(LastRun(etag=got.etag)) == Unchanged()
    assert "Authorization" not in server.seen[0].headers


async def test_where_there_is_no_etag_the_date_is_compared(server: Server) -> None:
    got = await http(server, "/dated").fetch(LastRun())
    assert isinstance(got, Fetched)
    assert (got.file_name, got.as_of) == ("Q3.csv", date(2026, 9, 30))
    assert await http(server, "/dated").fetch(LastRun(etag=got.etag)) == Unchanged()


async def test_the_token_is_taken_from_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    error = await failed(http(server, "/kpi.csv", token_env="CRM_TOKEN").fetch(LastRun()))
    assert (error.failure, error.values) == (Failure.NO_SECRET, {"variable": "CRM_TOKEN"})
    monkeypatch.setenv("CRM_TOKEN", "s3cret")
    await http(server, "/to-csv", token_env="CRM_TOKEN").fetch(LastRun())
    assert [r.headers["Authorization"] for r in server.seen] == ["Bearer s3cret"] * 2


@pytest.mark.parametrize(
    ("path", "failure", "values"),
    [
        ("/500", Failure.STATUS, {"status": 500}),
        ("/not-modified", Failure.STATUS, {"status": 304}),  # nobody asked whether
        ("/html", Failure.PAGE, {}),
        ("/hidden-html", Failure.PAGE, {}),
        ("/away", Failure.REDIRECTED, {"where": "localhost"}),
        ("/round", Failure.REDIRECTED, {"where": "127.0.0.1"}),
        ("/bomb", Failure.TOO_LARGE, {"megabytes": MEGABYTES}),
        ("/endless", Failure.TOO_LARGE, {"megabytes": MEGABYTES}),
        ("/torn", Failure.BAD_ENCODING, {"encoding": "gzip"}),
        ("/members-bomb", Failure.TOO_LARGE, {"megabytes": MEGABYTES}),
        ("/members-torn", Failure.BAD_ENCODING, {"encoding": "gzip"}),
        ("/members-rubbish", Failure.BAD_ENCODING, {"encoding": "gzip"}),
        ("/brotli", Failure.BAD_ENCODING, {"encoding": "br"}),
    ],
)
async def test_an_address_that_answers_otherwise_fails_and_says_why(
    server: Server, path: str, failure: Failure, values: dict[str, object]
) -> None:
    error = await failed(http(server, path).fetch(LastRun()))
    assert (error.failure, error.values) == (failure, values)


@pytest.mark.parametrize("path", ["/gzip", "/members"])
async def test_what_travels_packed_is_unpacked(server: Server, path: str) -> None:
    got = await http(server, path).fetch(LastRun())
    assert isinstance(got, Fetched)
    assert got.content == CSV


async def test_a_server_that_does_not_answer_is_given_up(server: Server) -> None:
    began = time.monotonic()
    error = await failed(http(server, "/slow", seconds=0.3).fetch(LastRun()))
    assert error.failure is Failure.TIMED_OUT
    assert time.monotonic() - began < 5


async def test_a_server_that_is_not_there_is_named() -> None:
    error = await failed(http(Server("http://127.0.0.1:9"), "/x").fetch(LastRun()))
    assert (error.failure, error.values["where"]) == (Failure.UNREACHABLE, "127.0.0.1")


# SQL


def sql(query: str, *, seconds: int = 20) -> SqlConnector:
    source = declared(kind="sql", url_env="CRM_URL", query=query, timeout_seconds=seconds)
    assert isinstance(source, Sql)
    return SqlConnector(source)


async def rows(query: str) -> list[dict[str, object]]:
    got = await sql(query).fetch(LastRun())
    assert isinstance(got, Fetched)
    assert (got.file_name, got.as_of) == ("crm.json", None)  # only the rows can tell of what day they are
    return json.loads(got.content)


@pytest.fixture
def crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "crm data.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE kpi (person TEXT, metric TEXT, target REAL, actual REAL)")
        db.executemany("INSERT INTO kpi VALUES (?, 'business_volume', 100, ?)", [("bo", 80), ("ann", 95), ("姜", 90)])
    monkeypatch.setenv("CRM_URL", f"sqlite:///{path}")
    return path


async def test_rows_of_sqlite_come_in_an_order_of_their_own(crm: Path) -> None:
    found = await rows("SELECT person, actual FROM kpi;")
    assert found == [{"person": "ann", "actual": 95}, {"person": "bo", "actual": 80}, {"person": "姜", "actual": 90}]
    digests = [
        hashlib.sha256((await sql(f"SELECT person FROM kpi ORDER BY actual {way}").fetch(LastRun())).content).digest()  # type: ignore[union-attr]
        for way in ("ASC", "DESC")
    ]
    assert digests[0] == digests[1]


async def test_a_source_is_only_read_and_never_made(crm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = await failed(sql("DELETE FROM kpi").fetch(LastRun()))
    assert error.failure is Failure.QUERY
    assert len(await rows("SELECT * FROM kpi")) == 3
    monkeypatch.setenv("CRM_URL", f"sqlite:///{crm.parent}/other.db")
    assert (await failed(sql("SELECT 1").fetch(LastRun()))).failure is Failure.QUERY
    assert not (crm.parent / "other.db").exists()


async def test_a_query_that_never_ends_is_ended(crm: Path) -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    began = time.monotonic()
    error = await failed(sql(endless, seconds=1).fetch(LastRun()))
    assert (error.failure, error.values) == (Failure.TIMED_OUT, {"seconds": 1})
    assert time.monotonic() - began < 10


async def test_rows_without_end_are_too_many(crm: Path) -> None:
    many = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x, hex(zeroblob(50000)) AS y FROM n"
    assert (await failed(sql(many).fetch(LastRun()))).failure is Failure.TOO_LARGE


@pytest.mark.parametrize(
    ("url", "failure"),
    [
        ("mssql+nodriver://u:s3cret@h/d", Failure.NO_DRIVER),
        ("not an address s3cret", Failure.QUERY),
        ("postgresql://u:s3cret@127.0.0.1:9/d", Failure.QUERY),
    ],
)
async def test_what_cannot_be_asked_fails_without_telling_the_password(
    monkeypatch: pytest.MonkeyPatch, url: str, failure: Failure
) -> None:
    monkeypatch.setenv("CRM_URL", url)
    error = await failed(sql("SELECT 1").fetch(LastRun()))
    assert error.failure is failure
    assert "s3cret" not in str(error)
    assert "127.0.0.1" not in str(error)


async def test_a_missing_table_is_told_by_kind_and_code(crm: Path) -> None:
    error = await failed(sql("SELECT * FROM salaries_of_ann").fetch(LastRun()))
    assert (error.failure, error.values) == (Failure.QUERY, {"why": "OperationalError SQLITE_ERROR"})


@pytest.mark.postgres
async def test_a_refused_login_tells_neither_host_nor_user(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = sa.make_url(postgres_url).set(username="secret_user", password="s3cret")
    with pytest.raises(psycopg.OperationalError, match="secret_user"):
        psycopg.connect(nobody.render_as_string(hide_password=False))
    monkeypatch.setenv("CRM_URL", nobody.render_as_string(hide_password=False))
    error = await failed(sql("SELECT 1").fetch(LastRun()))
    assert (error.failure, error.values) == (Failure.QUERY, {"why": "OperationalError"})


@pytest.mark.postgres
async def test_rows_of_postgresql_are_read_only_and_within_their_time(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_URL", postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("CREATE TABLE kpi (person text, actual numeric, day date)")
        db.execute("CREATE SEQUENCE visits")
        db.execute("INSERT INTO kpi VALUES ('ann', 95.50, '2026-09-30'), ('bo', 80, NULL)")
    assert await rows("SELECT person, actual, day FROM kpi") == [
        {"person": "ann", "actual": 95.5, "day": "2026-09-30"},
        {"person": "bo", "actual": 80, "day": None},
    ]
    assert (await failed(sql("DELETE FROM kpi RETURNING *").fetch(LastRun()))).failure is Failure.QUERY
    error = await failed(sql("SELECT nextval('visits')").fetch(LastRun()))
    assert error.values == {"why": "ReadOnlySqlTransaction 25006"}
    error = await failed(sql("SELECT 1 FROM salaries_of_ann").fetch(LastRun()))
    assert error.values == {"why": "UndefinedTable 42P01"}
    error = await failed(sql("SELECT pg_sleep(60)", seconds=1).fetch(LastRun()))
    assert error.failure is Failure.TIMED_OUT
    with psycopg.connect(postgres_url, autocommit=True) as db:
        left = db.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()"
        )
        assert left.fetchone() == (0,)
