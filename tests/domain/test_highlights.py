"""Which items are named as strengths and as growth areas."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.scheme import Scheme, Source
from appraisal.scoring.basis import Basis, Evened
from appraisal.scoring.card import Gap, Highlight, Highlights, ItemStats
from appraisal.scoring.composite import score
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.highlights import highlights

from .cast import cycle, metric, rating, scheme

ANN = "id-ann"


def stats(item: str, source: Source, n: int, mean: float) -> ItemStats:
    return ItemStats(ANN, item, source, n, mean)


def seen(*answers: ItemStats, form: Scheme, **fields: Any) -> Highlights:
    return highlights(form, score(cycle(form, **fields), ANN, Evidence(answers)))


def by_manager(*points: float) -> tuple[list[str], list[str]]:
    """Strengths and growth areas of items a, b, c … that the manager rates on 0 to 100."""
    keys = "abcdefghij"[: len(points)]
    form = scheme((1, [rating(key) for key in keys]))
    answers = [stats(key, Source.MANAGER, 1, 1 + p / 25) for key, p in zip(keys, points, strict=True)]
    found = seen(*answers, form=form)
    return [h.item for h in found.strengths], [h.item for h in found.growth]


@pytest.mark.parametrize(
    ("points", "strengths", "growth"),
    [
        ((90, 80, 70, 50), ["a", "b"], ["d"]),
        ((50, 100, 60, 80, 90, 65), ["b", "e"], ["a", "c"]),
        ((75, 75, 75, 75), ["a", "b"], []),
        ((50, 50, 50), [], ["a", "b"]),
        ((80, 78, 76), ["a", "b"], []),
        ((95, 95, 85), ["a", "b"], ["c"]),
        ((55, 30), ["a"], ["b"]),
        ((90,), ["a"], []),
        ((40,), [], ["a"]),
        ((), [], []),
    ],
)
def test_the_best_and_the_lowest_are_named_where_they_stand_out(
    points: tuple[float, ...], strengths: list[str], growth: list[str]
) -> None:
    if not points:
        assert seen(form=scheme((1, [rating("a")]))) == Highlights((), ())
        return
    assert by_manager(*points) == (strengths, growth)


def test_others_are_weighed_and_the_self_rating_only_makes_the_gap() -> None:
    found = seen(
        stats("skill", Source.SELF, 1, 5),
        stats("skill", Source.MANAGER, 1, 5),
        stats("skill", Source.PEER, 4, 3),
        form=scheme((1, [rating("skill")])),
    )
    assert found.strengths == (Highlight("skill", (50 * 100 + 30 * 50) / 80, 100, Gap.BLIND_SPOT),)


def test_there_is_no_gap_without_a_self_rating_and_no_highlight_by_the_self_rating_alone() -> None:
    form = scheme((1, [rating("skill"), rating("care")]))
    found = seen(stats("skill", Source.MANAGER, 1, 5), stats("care", Source.SELF, 1, 1), form=form)
    assert found == Highlights((Highlight("skill", 100, None, None),), ())


def test_a_hidden_group_is_not_seen_here_either() -> None:
    found = seen(stats("skill", Source.PEER, 2, 5), form=scheme((1, [rating("skill")])))
    assert found == Highlights((), ())


def test_others_without_a_weight_still_tell_strengths() -> None:
    form = scheme((1, [rating("skill")]), weights={"self": 1})
    found = seen(stats("skill", Source.MANAGER, 1, 5), stats("skill", Source.PEER, 3, 4), form=form)
    assert [h.others for h in found.strengths] == [87.5]


def test_business_figures_are_no_strengths() -> None:
    form = scheme((1, [metric("volume"), rating("skill")]))
    found = seen(stats("volume", Source.MANAGER, 1, 5), stats("skill", Source.MANAGER, 1, 4), form=form)
    assert [h.item for h in found.strengths] == ["skill"]


@given(st.lists(st.integers(0, 100), min_size=1, max_size=10))
def test_no_item_is_both_and_no_strength_is_below_a_growth_area(points: list[int]) -> None:
    strengths, growth = by_manager(*points)
    of = dict(zip("abcdefghij", points, strict=False))
    assert not set(strengths) & set(growth)
    assert strengths or growth
    assert len(strengths) <= 2
    assert len(growth) <= 2
    assert min((of[k] for k in strengths), default=100) >= max((of[k] for k in growth), default=0)


def test_groups_that_count_together_have_their_say() -> None:
    form = scheme((1, [rating("a")]))
    answers = (stats("a", Source.MANAGER, 1, 5), stats("a", Source.PEER, 2, 3), stats("a", Source.REPORT, 1, 3))
    sizes = {Source.MANAGER: 1, Source.PEER: 2, Source.REPORT: 1}
    card = score(cycle(form), ANN, Evidence(answers, sizes=sizes))
    (found,) = highlights(form, card).strengths
    assert card.merged == (Source.PEER, Source.REPORT)
    assert found.others == pytest.approx((50 * 100 + 50 * 50) / 100)


def test_a_group_is_quoted_as_it_counts() -> None:
    form = scheme((1, [rating("a")]))
    lenient = replace(stats("a", Source.PEER, 3, 4), shift=10)
    basis = Basis(evened=Evened(True, None, 24, (24,)))
    card = score(cycle(form), ANN, Evidence((lenient,)), basis)
    (found,) = highlights(form, card).strengths
    assert (card.total, found.others) == (65, 65)
