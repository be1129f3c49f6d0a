"""What the benchmarks measure can break a limit, and then it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import company, scores


@pytest.fixture
def limits_of_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("FLOORS", "SECONDS", "PEAK", "PEAK_OF_MODEL"):
        monkeypatch.setattr(scores, limit, 0.0)


def test_within_a_limit_nothing_is_said_and_beyond_it_what_was_measured() -> None:
    assert scores.over("closing", 60.0, 60.0, "s") == []
    assert scores.over("closing", 66.04, 60.0, "s", " (52.00 s of processor time)") == [
        "closing: 66.04 s (52.00 s of processor time), at most 60 s"
    ]


@pytest.mark.usefixtures("limits_of_nothing")
def test_closing_and_the_mixed_model_are_held_against_their_limits(sqlite_url: str) -> None:
    company.fill(Path(sqlite_url.removeprefix("sqlite:///")), 50)
    broken = [*scores.modelled(200), *scores.closed("SQLite", sqlite_url)]
    assert [line.partition(":")[0] for line in broken] == [
        "mixed model",
        "memory of the mixed model",
        "aggregation on SQLite",
        "closing on SQLite",
        "memory of closing on SQLite",
    ]


@pytest.mark.usefixtures("limits_of_nothing")
@pytest.mark.parametrize(("words", "code"), [(["--check"], 1), ([], 0)])
def test_a_broken_limit_ends_the_check_with_1_and_a_line(
    words: list[str], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.simulator.CROSS", (0.3,))
    monkeypatch.setattr("tests.simulator.DEPARTMENT", (0.2,))
    assert scores.main(["50", *words]) == code
    assert ("broken: closing on SQLite: " in capsys.readouterr().out) is bool(code)
