"""Reminders: which one, on which local day and hour, and never two."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.people import zone
from appraisal.reminders import RULES, Rule, due_rule, is_near, local_due_day

BEFORE, ON_THE_DAY, OVERDUE = Rule
ZONES = ["UTC", "Asia/Shanghai", "America/New_York", "Pacific/Auckland", "Pacific/Kiritimati", "America/Los_Angeles"]


def end_of(day: int, *, zone: str = "UTC") -> datetime:
    """The end of a day of October 2024, where the 11th is a Friday."""
    return datetime(2024, 10, day, 23, 59, 59, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def at(day: int, hour: int = 10, minute: int = 0, *, zone: str = "UTC") -> datetime:
    return datetime(2024, 10, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def ask(
    now: datetime,
    due_at: datetime,
    *,
    zone: str = "UTC",
    sent: tuple[Rule, ...] = (),
    last: date | None = None,
) -> Rule | None:
    return due_rule(due_at=due_at, now=now, time_zone=zone, sent=sent, last_reminded=last)


def live(due_at: datetime, zone: str, start: datetime, hours: list[int]) -> list[tuple[datetime, Rule]]:
    """What a person gets from a bot that ticks in these hours after `start`: local time and rule."""
    got: list[tuple[datetime, Rule]] = []
    for hour in sorted(set(hours)):
        now = start + timedelta(hours=hour)
        last = got[-1][0].date() if got else None
        rule = ask(now, due_at, zone=zone, sent=tuple(r for _, r in got), last=last)
        if rule:
            assert is_near(due_at, now)
            got.append((now.astimezone(ZoneInfo(zone)), rule))
    return got


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (10, {8: BEFORE, 10: ON_THE_DAY, 11: OVERDUE}),  # Thursday: Tuesday, Thursday, Friday
        (11, {9: BEFORE, 11: ON_THE_DAY, 14: OVERDUE}),  # Friday: overdue on Monday, not on Saturday
        (12, {10: BEFORE, 11: ON_THE_DAY, 14: OVERDUE}),  # Saturday: on Friday instead
        (13, {11: ON_THE_DAY, 14: OVERDUE}),  # Sunday: both would be on Friday, the more urgent wins
        (14, {11: BEFORE, 14: ON_THE_DAY, 15: OVERDUE}),  # Monday: Saturday becomes Friday
        (15, {11: BEFORE, 15: ON_THE_DAY, 16: OVERDUE}),  # Tuesday: Sunday becomes Friday
    ],
)
def test_each_rule_comes_on_its_working_day(due: int, expected: dict[int, Rule]) -> None:
    got = live(end_of(due), "UTC", at(1, 0), list(range(24 * 25)))
    assert {when.day: rule for when, rule in got} == expected
    assert {when.hour for when, _ in got} == {9}


@pytest.mark.parametrize(
    ("hour", "minute", "rule"), [(8, 59, None), (9, 0, ON_THE_DAY), (16, 59, ON_THE_DAY), (17, 0, None)]
)
def test_reminders_come_at_local_working_hours(hour: int, minute: int, rule: Rule | None) -> None:
    shanghai = "Asia/Shanghai"
    assert ask(at(11, hour, minute, zone=shanghai), end_of(11, zone=shanghai), zone=shanghai) is rule


def test_a_rule_that_was_missed_in_the_morning_comes_in_the_afternoon() -> None:
    assert ask(at(9, 16), end_of(11)) is BEFORE


def test_two_days_before_is_not_said_one_day_before() -> None:
    assert ask(at(10), end_of(11)) is None


def test_the_next_rule_replaces_one_that_was_missed() -> None:
    assert ask(at(11), end_of(11)) is ON_THE_DAY
    assert ask(at(14), end_of(11)) is OVERDUE


def test_overdue_comes_late_rather_than_never_and_only_once() -> None:
    assert ask(at(23), end_of(11)) is OVERDUE
    assert ask(at(23), end_of(11), sent=(OVERDUE,)) is None


def test_nobody_is_reminded_twice_on_one_local_day() -> None:
    assert ask(at(11), end_of(11), last=date(2024, 10, 11)) is None
    assert ask(at(11), end_of(11), last=date(2024, 10, 10)) is ON_THE_DAY


def test_what_was_sent_is_not_followed_by_an_earlier_rule() -> None:
    assert ask(at(11), end_of(13), sent=(ON_THE_DAY,)) is None


def test_today_is_not_said_after_the_deadline() -> None:
    noon = at(11, 12)
    assert ask(at(11, 11), noon) is ON_THE_DAY
    assert ask(at(11, 12), noon) is None
    assert ask(at(14, 9), noon) is OVERDUE


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("Asia/Shanghai", 11),
        ("Europe/London", 11),  # Friday 16:59
        ("America/New_York", 11),  # Friday 11:59
        ("America/Los_Angeles", 10),  # Friday 08:59, before work: Thursday is the last day
        ("Pacific/Kiritimati", 11),  # Saturday 05:59
    ],
)
def test_the_due_day_is_the_last_with_working_hours_before_the_deadline(name: str, day: int) -> None:
    assert local_due_day(end_of(11, zone="Asia/Shanghai"), name) == date(2024, 10, day)


def test_a_deadline_at_midnight_belongs_to_the_day_that_ends() -> None:
    assert local_due_day(datetime(2024, 10, 12, tzinfo=UTC), "UTC") == date(2024, 10, 11)


@pytest.mark.parametrize("name", ["", "Nowhere/Land", "../../etc/passwd", "America", "\0", "é" * 300])
def test_an_unknown_zone_counts_as_utc(name: str) -> None:
    assert zone(name).key == "UTC"
    assert ask(at(11, 9), end_of(11), zone=name) is ON_THE_DAY
    assert ask(at(11, 8), end_of(11), zone=name) is None


def test_clocks_going_back_or_forth_do_not_move_working_hours() -> None:
    new_york = "America/New_York"
    monday_after = datetime(2024, 11, 4, 23, 59, 59, tzinfo=ZoneInfo(new_york))
    assert ask(datetime(2024, 11, 4, 13, 59, tzinfo=UTC), monday_after, zone=new_york) is None
    assert ask(datetime(2024, 11, 4, 14, 0, tzinfo=UTC), monday_after, zone=new_york) is ON_THE_DAY
    friday_before = datetime(2024, 11, 1, 23, 59, 59, tzinfo=ZoneInfo(new_york))
    assert ask(datetime(2024, 11, 1, 13, 0, tzinfo=UTC), friday_before, zone=new_york) is ON_THE_DAY


deadlines = st.integers(0, 2 * 365 * 24 * 60).map(lambda m: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=m))


@given(deadlines, st.sampled_from(ZONES), st.lists(st.integers(0, 24 * 20), max_size=80))
def test_whenever_the_bot_runs_nobody_is_reminded_wrongly(due_at: datetime, name: str, hours: list[int]) -> None:
    got = live(due_at, name, due_at - timedelta(days=9), hours)
    days = [when.date() for when, _ in got]
    rules = [rule for _, rule in got]
    assert len(set(days)) == len(days), "one a day"
    assert rules == sorted(set(rules), key=list(RULES).index), "in order, each once"
    for when, rule in got:
        assert when.weekday() < 5
        assert 9 <= when.hour < 17
        assert (when < due_at) == (RULES[rule] <= 0)


@given(deadlines, st.sampled_from(ZONES))
def test_a_bot_that_never_stops_sends_every_rule(due_at: datetime, name: str) -> None:
    minutely = live(due_at, name, due_at - timedelta(days=12), list(range(24 * 24)))
    rules = {rule for _, rule in minutely}
    assert OVERDUE in rules
    assert rules & {BEFORE, ON_THE_DAY}
