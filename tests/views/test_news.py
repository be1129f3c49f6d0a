"""A score that was worked out again, in the history: from which total to which."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appraisal.scoring.explanation import Change, Happened
from tests.views import cast
from tests.views.test_explain import said, told
from views.explain_history import moved
from views.text import Words

AGAIN = Change(Happened.SCORED_AGAIN, cast.NOW, before=70.5, after=74.4, reviews=True)


def test_the_history_names_both_totals_in_whole_points() -> None:
    line = "Worked out again: reviews that came in again. The score was 71 and is now 74."
    assert line in said(told(changes=(AGAIN,)))


def test_who_has_not_seen_the_earlier_one_reads_of_none() -> None:
    page = said(told(changes=(replace(AGAIN, before=None, after=None),)))
    assert "Worked out again: reviews that came in again" in page
    assert "The score was" not in page


@pytest.mark.parametrize(
    ("locale", "before", "after", "said"),
    [
        ("en", 70.6, 71.4, "The score is 71, as it was."),
        ("zh", 70.6, 71.4, "得分没有变化，仍是 71。"),
        ("zh", 70.4, 71.4, "得分由 70 变为 71。"),
        ("en", None, 71.4, ""),
        ("en", 0.0, 0.6, "The score was 0 and is now 1."),
    ],
)
def test_totals_that_read_alike_are_told_as_the_same(
    locale: str, before: float | None, after: float, said: str
) -> None:
    assert moved(before, after, Words(locale)) == said
