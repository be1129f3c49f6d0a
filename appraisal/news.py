"""What became of a score while somebody decides on it, since they asked for more or figures came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from appraisal.scoring.explanation import Change, FigureChange, Happened


@dataclass(frozen=True)
class News:
    """`at`: when more was asked for (`asked`), else when the score was worked out again last.

    `is_same`: nothing that the card shows has changed since. Totals are None where the reader has not seen the one
    before, and where there was none.
    """

    at: datetime
    asked: bool
    is_same: bool
    before: float | None = None
    after: float | None = None
    figures: tuple[FigureChange, ...] = ()


def news_of(changes: Sequence[Change]) -> News | None:
    """Out of all that was done to a score, the oldest first; None where there is nothing to tell."""
    asked = max((n for n, c in enumerate(changes) if c.what is Happened.RETURNED), default=None)
    scored = [c for c in changes[asked or 0 :] if c.what is Happened.SCORED_AGAIN]
    if asked is None:
        scored = scored[-1:]
    if not scored:
        return None if asked is None else News(changes[asked].at, asked=True, is_same=True)
    return News(
        scored[-1].at if asked is None else changes[asked].at,
        asked=asked is not None,
        is_same=False,
        before=scored[0].before,
        after=scored[-1].after,
        figures=tuple(f for c in scored for f in c.figures),
    )
