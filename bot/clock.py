"""The only reader of the clock. Everything else is told the time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
FARTHEST = timedelta(days=366)


def parse_span(span: str) -> timedelta:
    """A span of time like `3d`, `90m` or `1d12h`, up to a year. Raises ValueError for anything else."""
    parts = re.findall(r"(\d{1,8})([wdhms])", span)
    if not parts or "".join(number + unit for number, unit in parts) != span:
        raise ValueError("a span of time looks like 3d, 90m or 1d12h")
    total = sum((timedelta(**{UNITS[unit]: int(number)}) for number, unit in parts), timedelta())
    if not timedelta() < total <= FARTHEST:
        raise ValueError("the clock moves forward, by a year at most")
    return total


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        """The time by which the product decides what is due; aware UTC."""
        return self.wall()

    def wall(self) -> datetime:
        """The real time, for leases and pauses; aware UTC."""
        return datetime.now(UTC)


class MovableClock(SystemClock):
    """A clock for demo and play that can be moved ahead; with a file it is still ahead after a restart."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._ahead = timedelta(seconds=float(file.read_text())) if file and file.exists() else timedelta()

    def now(self) -> datetime:
        return self.wall() + self._ahead

    def advance(self, span: timedelta) -> datetime:
        """Move ahead and tell the new time."""
        self._ahead += span
        if self._file:
            self._file.write_text(f"{self._ahead.total_seconds()}\n")
        return self.now()
