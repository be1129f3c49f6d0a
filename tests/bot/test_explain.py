"""Why a score is what it is, on the command line."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from math import fsum
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.__main__ import main
from storage import people
from storage.engine import Database
from storage.tables import audit
from tests.world import World


@pytest.fixture
def closed(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A database in which the cycle Q3 is scored, with two people called Dee."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("LOG_LEVEL", "ERROR")

    async def close() -> None:
        database = Database.open(sqlite_url)
        world = await World(database).settle()
        await world.collected()
        async with world.deps.begin() as tx:
            dee = await people.get(tx, "dee")
            assert dee
            await people.save(tx, [replace(dee, id="dee2", slack_id=None, email="dee.two@example.com")])
        await database.dispose()

    asyncio.run(close())
    return sqlite_url


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["explain", *arguments])
    return int(ended.value.code or 0)


@pytest.mark.parametrize("person", ["ann@example.com", "Ann", "E-ann"])
def test_everything_a_score_is_made_of_is_printed_and_adds_up(
    closed: str, capsys: pytest.CaptureFixture[str], person: str
) -> None:
    assert run("Q3", person) == 0
    told = json.loads(capsys.readouterr().out)
    parts = [p for d in told["dimensions"] for i in d["items"] for p in i["parts"]]
    assert told["person_id"] == "ann"
    assert fsum(p["points"] or 0 for p in parts) == pytest.approx(told["total"])
    assert (told["formula"], told["reader"], told["is_same"]) == (2, "hr", True)
    assert told["interval"][0] < told["total"] < told["interval"][1]


def test_it_names_nobody_who_answered_anonymously(closed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("Q3", "ann@example.com") == 0
    out = capsys.readouterr().out
    assert not [name for name in ("bo", "cai", "dee", "tom", "Bo", "Cai", "Dee", "Tom") if f'"{name}"' in out]


@pytest.mark.parametrize(
    ("cycle", "person", "said"),
    [
        ("Q4", "ann@example.com", "There is no cycle Q4. There are: Q3"),
        ("Q3", "Zoe", "There is nobody called Zoe."),
        ("Q3", "Dee", "There are several people called Dee. Which one: dee.two@example.com and dee@example.com?"),
        ("Q3", "hana@example.com", "There is no score yet."),
    ],
)
def test_what_cannot_be_explained_is_said_and_fails(
    closed: str, capsys: pytest.CaptureFixture[str], cycle: str, person: str, said: str
) -> None:
    assert run(cycle, person) == 1
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


def test_that_somebody_looked_is_noted(closed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("Q3", "ann@example.com") == 0

    async def noted() -> list[tuple[str | None, str]]:
        database = Database.open(closed)
        async with database.read() as tx:
            rows = await tx.execute(sa.select(audit.c.actor_id, audit.c.subject).where(audit.c.verb == "explain"))
            found = [(row[0], row[1]) for row in rows]
        await database.dispose()
        return found

    assert asyncio.run(noted()) == [(None, "ann")]
