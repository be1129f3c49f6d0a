"""How old figures are, by what their files say or by when they came."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from appraisal.intake.declarations import SOURCE
from appraisal.intake.freshness import Stale, age_days, is_late, is_stale, stale_of
from appraisal.intake.runs import History, Outcome, Run
from appraisal.intake.sources import Sources
from appraisal.review import Figure

NOW = datetime(2026, 9, 20, 9, tzinfo=UTC)
END = date(2026, 9, 30)
CRM = SOURCE.validate_python(
    {"key": "crm", "name": {"en": "CRM", "zh": "CRM"}, "kind": "folder", "path": "x", "every": "6h", "fresh_days": 5}
)
DESK = SOURCE.validate_python(
    {"key": "desk", "name": {"en": "Desk", "zh": "服务台"}, "kind": "push", "token_env": "T", "fresh_days": 5}
)


def figure(as_of: date | None = None, imported: datetime | None = NOW, source: str = "crm") -> Figure:
    return Figure("ann", "volume", 100, 95, source=source, as_of=as_of, imported_at=imported)


def run(outcome: Outcome, ago: timedelta) -> Run:
    return Run("r", "crm", NOW - ago, NOW - ago, outcome, ended_at=NOW - ago)


@pytest.mark.parametrize(
    ("as_of", "imported", "stale"),
    [
        (date(2026, 9, 15), NOW, False),
        (date(2026, 9, 14), NOW, True),  # though it came today
        (None, NOW - timedelta(days=5), False),
        (None, NOW - timedelta(days=6), True),
        (None, None, False),  # of before that was kept
        (date(2026, 10, 2), NOW, False),
    ],
)
def test_a_figure_is_stale_when_it_is_older_than_its_source_allows(
    as_of: date | None, imported: datetime | None, stale: bool
) -> None:
    assert is_stale(figure(as_of, imported), fresh_days=5, period_end=END, now=NOW) is stale


def test_figures_of_the_whole_period_never_go_stale() -> None:
    later = datetime(2026, 12, 1, tzinfo=UTC)
    assert not is_stale(figure(END), fresh_days=5, period_end=END, now=later)
    assert is_stale(figure(END - timedelta(days=1)), fresh_days=5, period_end=END, now=later)
    assert age_days(figure(END), later) == 62


def test_each_source_has_its_own_limit_and_files_by_hand_have_ten_days() -> None:
    eight_days_ago = NOW - timedelta(days=8)
    figures = [figure(imported=eight_days_ago), figure(), figure(imported=eight_days_ago, source="by hand")]
    found = stale_of(figures, Sources((CRM,)), period_end=END, now=NOW, seen={})
    assert found == (Stale("crm", 1, date(2026, 9, 12), 8, 5),)


def test_a_figure_without_a_day_is_as_fresh_as_the_last_look_at_its_source() -> None:
    old, yesterday = figure(imported=NOW - timedelta(days=30)), NOW - timedelta(days=1)
    known = partial(is_stale, fresh_days=5, period_end=END, now=NOW)
    assert known(old)
    assert not known(old, seen=yesterday)
    assert known(old, seen=NOW - timedelta(days=6))
    assert not known(figure(), seen=NOW - timedelta(days=6))  # it came since
    assert known(figure(date(2026, 9, 1)), seen=yesterday)  # the source says that it is old
    figures = [old, figure(imported=old.imported_at, source="x")]
    found = stale_of(figures, Sources((CRM,)), period_end=END, now=NOW, seen={"crm": yesterday})
    assert [s.source for s in found] == ["x"]


def test_a_source_is_late_when_it_missed_a_turn() -> None:
    came = run(Outcome.UNCHANGED, timedelta(hours=13))
    assert not is_late(CRM, History(came, came), NOW)
    assert is_late(CRM, History(came, came), NOW + timedelta(minutes=1))
    assert not is_late(CRM, History(), NOW)  # about to come for the first time
    assert is_late(CRM, History(run(Outcome.FAILED, timedelta(hours=1)), None, 1), NOW)


def test_a_source_is_not_late_when_nobody_needed_figures() -> None:
    came, idle = run(Outcome.APPLIED, timedelta(days=30)), run(Outcome.IDLE, timedelta(hours=1))
    assert not is_late(CRM, History(idle, came), NOW)


def test_a_pushed_source_is_late_when_its_days_of_freshness_are_over() -> None:
    came = run(Outcome.APPLIED, timedelta(days=5))
    assert not is_late(DESK, History(came, came), NOW)
    assert is_late(DESK, History(came, came), NOW + timedelta(minutes=1))
    assert is_late(DESK, History(), NOW)
