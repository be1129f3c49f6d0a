"""Which groups stand together, what the gate lets through, and who may be asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.approval import ReviewCount, late_may_answer, to_ask_again
from appraisal.scheme import Relation, Source
from appraisal.scoring.protection import Answered, gated, grouping
from tests.domain.cast import cycle

THEN = datetime(2026, 10, 5, 9, tzinfo=UTC)
PEER, REPORT, OTHERS = Source.PEER, Source.REPORT, Source.OTHERS
BOTH = {PEER: OTHERS, REPORT: OTHERS}


@pytest.mark.parametrize(
    ("peers", "reports", "groups"),
    [(3, 3, {}), (2, 1, BOTH), (2, 2, BOTH), (2, 5, BOTH), (5, 1, BOTH), (1, 1, {}), (2, 0, {}), (0, 7, {})],
)
def test_small_groups_stand_together_where_that_is_enough(
    peers: int, reports: int, groups: dict[Source, Source]
) -> None:
    assert grouping(cycle(), {PEER: peers, REPORT: reports, Source.MANAGER: 1, Source.SELF: 1}) == groups


def answered(source: Source, n: int, *, item: str = "skill", text: bool = False) -> Answered:
    return Answered(item, source, tuple(f"{source.value}{i}" for i in range(n)), (THEN,) * n, is_text=text)


@given(st.integers(0, 6), st.integers(0, 6), st.integers(3, 5), st.integers(3, 5), st.booleans(), st.booleans())
def test_what_passes_the_gate_is_a_crowd(
    peers: int, reports: int, threshold: int, comments: int, is_text: bool, inside: bool
) -> None:
    here = replace(cycle(), threshold=threshold, comment_threshold=comments)
    answers = [a for a in (answered(PEER, peers, text=is_text), answered(REPORT, reports, text=is_text)) if a.reviewers]
    groups = grouping(here, {PEER: peers, REPORT: reports})
    through = gated(here, answers, groups, {PEER} if inside else ())
    least = comments if is_text else threshold
    for shown in {a.shown for a in through} - {None}:
        behind = [a for a in through if a.shown is shown]
        knows = inside and any(a.source is PEER for a in behind)
        assert sum(len(a.reviewers) for a in behind) >= least + knows


def counts(peers: tuple[int, int], reports: tuple[int, int]) -> list[ReviewCount]:
    """(submitted, asked) of each."""
    return [ReviewCount(Relation.PEER, *peers), ReviewCount(Relation.REPORT, *reports)]


@pytest.mark.parametrize(
    ("peers", "reports", "asked"),
    [
        ((4, 5), (4, 4), ()),  # one late answer among four shown
        ((2, 3), (0, 0), (Relation.PEER,)),  # nothing was shown yet
        ((2, 3), (3, 3), ()),  # the two were shown together with the reports
        ((3, 6), (4, 4), (Relation.PEER,)),  # three late ones are a crowd
        ((1, 2), (1, 2), (Relation.PEER, Relation.REPORT)),
    ],
)
def test_the_missing_are_asked_where_a_late_answer_cannot_be_told_from_the_others(
    peers: tuple[int, int], reports: tuple[int, int], asked: tuple[Relation, ...]
) -> None:
    assert to_ask_again(cycle(), counts(peers, reports), None) == asked


def test_of_a_group_that_was_shown_those_are_asked_again_who_answered() -> None:
    of = counts((4, 5), (2, 4))
    assert to_ask_again(cycle(), of, Relation.PEER) == (Relation.PEER,)
    assert not late_may_answer(cycle(), of, Relation.PEER)
    assert to_ask_again(cycle(), of, Relation.REPORT) == ()  # two, shown with the others


def test_a_cycle_of_the_first_formula_puts_nobody_together() -> None:
    old = replace(cycle(), formula=1)
    assert to_ask_again(old, counts((2, 3), (3, 3)), None) == (Relation.PEER,)
