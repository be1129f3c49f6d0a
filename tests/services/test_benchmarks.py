"""What the benchmarks measure can break a limit, and then it is said."""

from __future__ import annotations

import pytest

from benchmarks import scores


def test_within_a_limit_nothing_is_said_and_beyond_it_what_was_measured() -> None:
    assert scores.over("closing", 60.0, 60.0, "s") == []
    assert scores.over("closing", 66.04, 60.0, "s", " (52.00 s of processor time)") == [
        "closing: 66.04 s (52.00 s of processor time), at most 60 s"
    ]


def test_broken_limits_end_the_check_with_1_and_a_line_each(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for limit in ("FLOORS", "SECONDS", "PEAK", "PEAK_OF_MODEL"):
        monkeypatch.setattr(scores, limit, 0.0)
    monkeypatch.setattr("tests.simulator.CROSS", (0.3,))
    monkeypatch.setattr("tests.simulator.DEPARTMENT", (0.2,))
    assert scores.main(["50", "--check"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[1] for line in said if line.startswith("broken: ")] == [
        "mixed model",
        "memory of the mixed model",
        "aggregation on SQLite",
        "closing on SQLite",
        "memory of closing on SQLite",
    ]
