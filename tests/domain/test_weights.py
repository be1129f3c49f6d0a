"""Effective weights: what really decides."""

from __future__ import annotations

import random

import numpy as np
import pytest

from appraisal.review import Figure
from appraisal.scheme import Source
from appraisal.scoring.card import ItemStats
from appraisal.scoring.composite import score
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.weights import Effective, Shares, by_dimension, by_source, shares
from tests.domain import cast


def test_effective_weights_are_w_cov_over_var_and_add_up_to_one() -> None:
    draw = np.random.default_rng(4)
    a, b = draw.normal(70, 20, 40), draw.normal(60, 5, 40)
    totals = 0.5 * a + 0.5 * b
    people = [Shares(t, {"a": (0.5, x), "b": (0.5, y)}, {}) for t, x, y in zip(totals, a, b, strict=True)]
    found = by_dimension(people)
    assert found is not None
    expected = [0.5 * np.cov(x, totals)[0, 1] / np.var(totals, ddof=1) for x in (a, b)]
    assert [e.effective for e in found] == pytest.approx(expected)
    assert sum(e.effective for e in found) == pytest.approx(1)
    assert [e.nominal for e in found] == [0.5, 0.5]
    assert [e.dominates for e in found] == [True, False]  # four times the spread, the same weight


def test_nine_people_or_equal_totals_say_nothing() -> None:
    one = Shares(60, {"a": (1.0, 60.0)}, {})
    assert by_dimension([one] * 9) is None
    assert by_dimension([one] * 10) is None


def test_a_part_that_some_lack_does_not_count_as_a_difference_by_itself() -> None:
    draw = random.Random(2)
    people = []
    for n in range(400):
        a, b = draw.gauss(70, 10), draw.gauss(70, 10)
        share = 0.5 if n % 2 else 0.0
        parts = {"a": (share, a), "b": (1 - share, b)} if share else {"b": (1.0, b)}
        people.append(Shares(share * a + (1 - share) * b, parts, {}))
    found = {e.part: e for e in by_dimension(people) or ()}
    assert sum(e.effective for e in found.values()) == pytest.approx(1)
    assert found["a"].nominal == 0.25
    assert found["a"].effective == pytest.approx(0.17, abs=0.05)  # 0.5 of 50 in half of the people, of 75 in all


def test_a_metric_with_a_wide_spread_outweighs_ratings_that_are_all_alike() -> None:
    form = cast.scheme((50, [cast.metric("sold", relations=["manager"])]), (50, [cast.rating("skill")]))
    cycle, cards = cast.cycle(form), []
    for n in range(20):
        stats = tuple(ItemStats("p", "skill", s, 4, 3.8 + 0.02 * (n % 3), 0.5) for s in (Source.MANAGER, Source.PEER))
        figures = (Figure("p", "sold", 100.0, 40.0 + 4 * n),)
        cards.append(score(cycle, "p", Evidence(stats, figures)))
    made = [s for c in cards if (s := shares(c))]
    for each in made:
        assert sum(w for w, _ in each.dimensions.values()) == pytest.approx(1)
        assert sum(w * x for w, x in each.dimensions.values()) == pytest.approx(each.total)
        assert sum(w for w, _ in each.sources.values()) == pytest.approx(1)
        assert sum(w * x for w, x in each.sources.values()) == pytest.approx(each.total)
    found = by_dimension(made)
    assert found is not None
    sold, skill = found
    assert sold.dominates
    assert sold.effective > 0.99
    assert not skill.dominates
    assert {e.part for e in by_source(made) or ()} == {"manager", "peer", "metric"}


def test_a_part_without_a_weight_never_dominates() -> None:
    assert not Effective("self", 0.0, 0.1).dominates
