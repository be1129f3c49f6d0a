"""When to remind whom: rules as data, due-ness computed from deadline and clock, never stored as jobs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from appraisal.people import zone

WORK_STARTS = time(9)
WORK_ENDS = time(17)
SATURDAY = 5


class Rule(StrEnum):
    """A reminder rule. Each has a text `reminder-<value>`."""

    TWO_DAYS_BEFORE = "two-days-before"
    ON_THE_DAY = "on-the-day"
    ONE_DAY_OVERDUE = "one-day-overdue"


# Days from the day a review is due, earliest first. A rule up to 0 is for that day only; the last one above 0 waits.
RULES: dict[Rule, int] = {Rule.TWO_DAYS_BEFORE: -2, Rule.ON_THE_DAY: 0, Rule.ONE_DAY_OVERDUE: 1}
LONGEST_LEAD = timedelta(days=6)  # two days, two more over a weekend, and one that begins earlier elsewhere


@dataclass(frozen=True)
class Reminder:
    """One reminder to one person, on `day` where that person is."""

    cycle_id: str
    person_id: str
    rule: Rule
    day: date


def due_rule(
    *,
    due_at: datetime,
    now: datetime,
    time_zone: str,
    sent: Collection[Rule],
    last_reminded: date | None,
) -> Rule | None:
    """The one reminder that a person with something undone should get now, or None.

    Only between 09:00 and 17:00 in the person's `time_zone`, Monday to Friday, and not on the local day
    `last_reminded`. A rule that falls on a weekend comes earlier if it is before the deadline, later if it is after.
    A rule that was missed comes later the same day or gives way to the next; the last one comes as soon as it can.
    `due_at` and `now` are aware; `sent` are the rules that were sent for this very deadline.
    """
    local = now.astimezone(zone(time_zone))
    today = local.date()
    if not _is_working(local) or (last_reminded and last_reminded >= today):
        return None
    due_day = local_due_day(due_at, time_zone)
    passed = [rule for rule, days in RULES.items() if _planned(due_day, days) <= today]
    if not passed or passed[-1] in sent:
        return None
    rule = passed[-1]
    if RULES[rule] <= 0 and (_planned(due_day, RULES[rule]) < today or now >= due_at):
        return None
    return rule


def is_near(due_at: datetime, now: datetime) -> bool:
    """Whether a reminder of this deadline can be due for anybody anywhere, before each person is looked at."""
    return now >= due_at - LONGEST_LEAD


def local_due_day(due_at: datetime, time_zone: str) -> date:
    """The last day on which a person in `time_zone` has working hours before the deadline; it may be a weekend."""
    last_moment = due_at.astimezone(zone(time_zone)) - timedelta(seconds=1)
    is_too_early = last_moment.time() < WORK_STARTS
    return last_moment.date() - timedelta(days=1 if is_too_early else 0)


def _is_working(local: datetime) -> bool:
    return local.weekday() < SATURDAY and WORK_STARTS <= local.time() < WORK_ENDS


def _planned(due_day: date, days: int) -> date:
    """The working day of a rule: `days` from the due day, away from the deadline where that is a weekend."""
    day = due_day + timedelta(days=days)
    step = timedelta(days=1 if days > 0 else -1)
    while day.weekday() >= SATURDAY:
        day += step
    return day
