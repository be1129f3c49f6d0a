"""The whole product at once: a local Slack in a process of its own, real Socket Mode, a whole cycle."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PEOPLE = 10


async def play() -> tuple[int, str, bytes]:
    """(exit code, what was told, the JSON)"""
    command = ("-m", "bot", "play", "--people", str(PEOPLE), "--seed", "1", "--json", "-")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    return process.returncode or 0, err.decode(), out


@pytest.mark.timeout(240)
async def test_a_played_cycle_brings_everybody_everything_once_and_twice_the_same() -> None:
    (code, story, first), (again, _, second) = await asyncio.gather(play(), play())

    assert (code, again) == (0, 0), story
    assert first == second
    check(json.loads(first))


def check(found: dict[str, Any]) -> None:
    people, totals = found["people"], found["totals"]
    assert len(people) == totals["people"] == totals["results"] == totals["acknowledged"] == PEOPLE
    unfinished = {name for name, p in people.items() if p["reviews"]["written"] < p["reviews"]["asked"]}
    assert len(unfinished) == 2
    assert {people[name]["reminders"] for name in unfinished} == {3}, "two before, on the day, overdue"
    assert {p["reminders"] for p in people.values()} == {0, 1, 2, 3}
    assert totals["actions_agreed"] == PEOPLE
    assert totals["causes_named"] > 0
    assert [sum(p[what] for p in people.values()) for what in ("adjusted", "returned")] == [1, 1]
    for name, person in people.items():
        assert 0 <= person["total"] <= 100, name
        assert set(person["dimensions"]) == {"results", "ability", "attitude"}, name
        assert person["comments"], name
        assert "for_manager" not in person["comments"], name
