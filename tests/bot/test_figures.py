"""HR's figures in Slack and on the command line."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from appraisal.approval import ApprovalState
from bot.__main__ import main
from storage.engine import Database
from tests.services.test_annual import decided
from tests.services.test_figures import company
from tests.world import World


@pytest.fixture
def here(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with two halves of a year, all results decided and p000's first one adjusted."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("HR_ADMINS", "UHANA")

    async def fill() -> None:
        database = Database.open(sqlite_url)
        world = await World(database).settle()
        first = await company(world)
        await company(world, name="Bigger", half=2)
        await decided(world, first, "p000", ApprovalState.APPROVED, adjusted=88.0)
        await database.dispose()

    asyncio.run(fill())
    return sqlite_url


def run(*arguments: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return ended.value.code


def test_the_figures_of_a_cycle_can_be_read(here: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("figures", "Big") == 0
    out = capsys.readouterr().out
    assert out.startswith("Big\n48 people with a score card, 48 decided.")
    assert "What really decides\nAbility: meant to count 100%, makes 100% of the differences" in out
    assert "Departments, by name\nD0: 16 people" in out
    assert "*" not in out


def test_the_figures_of_a_cycle_come_as_json_with_everybody(here: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("figures", "Big", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["people"], found["cycle"]["name"]) == (48, "Big")
    assert "scheme" not in found["cycle"]
    first = found["people_by_name"][0]
    assert (first["name"], first["total"]) == ("P000", 88)
    assert 0 <= first["percentile"] <= 100
    assert found["measured"]["reliability"][0]["source"] == "peer"


def test_somebodys_year_can_be_read_and_comes_as_json(here: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("annual", "2026", "p000@x", "--json", "--until", "2026-12-31") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["person"] == "P000"
    assert next(c["score"] for c in found["cycles"]) == 88
    assert run("annual", "2026", "P000", "--until", "2026-12-31") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "P000"
    assert any(line.startswith("Big: 88, 181 days") for line in lines)


def test_departments_of_a_year(here: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("annual", "2026", "--until", "2026-12-31") == 0
    assert "Departments are compared over what they all took part in: Big" in capsys.readouterr().out
    assert run("annual", "2026", "--json", "--until", "2026-12-31") == 0
    assert [d["department"] for d in json.loads(capsys.readouterr().out)["departments"]["rows"]] == ["D0", "D1", "D2"]


def test_what_does_not_exist_is_said_and_is_an_error(here: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("figures", "Nothing") == 1
    assert run("annual", "2026", "nobody") == 1
    assert run("annual", "2019", "P000") == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 3
