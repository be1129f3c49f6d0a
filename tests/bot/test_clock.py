"""Time in the demo can be moved ahead, and stays moved."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path

import pytest

from bot.clock import MovableClock, SystemClock, parse_span


@pytest.mark.parametrize(
    ("span", "delta"),
    [("3d", timedelta(days=3)), ("90m", timedelta(minutes=90)), ("1d12h", timedelta(hours=36)), ("2w", timedelta(14))],
)
def test_a_span_is_a_number_and_a_unit(span: str, delta: timedelta) -> None:
    assert parse_span(span) == delta


@pytest.mark.parametrize("span", ["", "3", "d", "-3d", "3 d", "3days", "0d", "400d", "99999999w", "3d!"])
def test_anything_else_is_no_span(span: str) -> None:
    with pytest.raises(ValueError, match=r"span of time|moves forward"):
        parse_span(span)


def test_the_clock_tells_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_a_moved_clock_leaves_the_wall_clock_alone() -> None:
    clock = MovableClock()
    clock.advance(timedelta(days=3))
    assert timedelta(days=3) <= clock.now() - clock.wall() + timedelta(seconds=1)
    assert abs(clock.wall() - SystemClock().now()) < timedelta(seconds=5)


def test_a_second_start_keeps_the_moved_time(tmp_path: Path) -> None:
    MovableClock(tmp_path / "clock").advance(timedelta(days=3))
    again = MovableClock(tmp_path / "clock")
    again.advance(timedelta(days=1))
    assert again.now() - again.wall() > timedelta(days=4) - timedelta(seconds=1)
