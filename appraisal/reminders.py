"""When to remind whom: rules as data, due-ness computed from deadline and clock, never stored as jobs."""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """A reminder rule. Each has a text `reminder-<value>`."""

    TWO_DAYS_BEFORE = "two-days-before"
    ON_THE_DAY = "on-the-day"
    ONE_DAY_OVERDUE = "one-day-overdue"
