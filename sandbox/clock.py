"""The sandbox's own time, which can be moved ahead; real time still rules what lasts seconds (acks, triggers)."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def parse_span(span: str) -> timedelta:
    """A time span like `3d`, `90m` or `1d12h`.

    Raises ValueError when it is anything else or nothing at all.
    """
    parts = re.findall(r"(\d+)([wdhms])", span)
    if not parts or "".join(number + unit for number, unit in parts) != span:
        raise ValueError(f"not a time span like 3d or 2h: {span!r}")
    return sum((timedelta(**{UNITS[unit]: int(number)}) for number, unit in parts), timedelta())


class Clock:
    """Real time plus an offset in seconds; `stamp` gives message timestamps that never repeat or go back."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset
        self._last = 0

    def resume(self, last_stamp: str) -> None:
        """Give no stamp that is not greater than `last_stamp`."""
        seconds, micros = last_stamp.split(".")
        self._last = max(self._last, int(seconds) * 1_000_000 + int(micros))

    def now(self) -> float:
        """Seconds since 1970 in the sandbox."""
        return time.time() + self.offset

    def advance(self, span: timedelta) -> None:
        """Move the sandbox's time ahead."""
        self.offset += span.total_seconds()

    def iso(self, seconds: float | None = None) -> str:
        """A moment (default: now) as ISO 8601 in UTC."""
        moment = self.now() if seconds is None else seconds
        return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")

    def stamp(self) -> str:
        """A new `ts`, greater than all before it."""
        self._last = max(int(self.now() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
