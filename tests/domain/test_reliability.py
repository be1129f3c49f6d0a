"""How far the ratings of a cycle can be relied on."""

from __future__ import annotations

import random
from statistics import fmean, variance

import pytest

from appraisal.scheme import Source
from appraisal.scoring.agreement import Level, average_deviation, cronbach_alpha, krippendorff_alpha, r_wg_j
from appraisal.scoring.reliability import Complete, Rated, group, interval_alpha, large_groups, reliability

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def simulated(people: int, raters: int, *, seed: int = 1) -> list[list[float]]:
    draw = random.Random(seed)
    levels = [draw.gauss(60, 10) for _ in range(people)]
    return [[draw.gauss(level, 12) for _ in range(raters + n % 3)] for n, level in enumerate(levels)]


def test_intraclass_correlations_follow_from_sums_of_squares() -> None:
    found = reliability(Source.PEER, [group(r) for r in SHROUT_FLEISS * 3])  # three times, so that there are enough
    assert (found.people, found.reviews) == (18, 72)
    rows = SHROUT_FLEISS * 3
    means, grand = [fmean(r) for r in rows], fmean([x for r in rows for x in r])
    bms = 4 * sum((m - grand) ** 2 for m in means) / 17
    wms = sum((x - m) ** 2 for r, m in zip(rows, means, strict=True) for x in r) / 54
    assert found.single == pytest.approx((bms - wms) / (bms + 3 * wms))
    assert found.mean == pytest.approx((bms - wms) / bms)
    assert found.size == pytest.approx(4)


def test_alpha_from_sums_of_squares_is_alpha_over_all_pairs() -> None:
    groups = simulated(30, 3)
    most = max(map(len, groups))
    table = [[g[rater] if rater < len(g) else None for g in groups] for rater in range(most)]
    assert interval_alpha([group(g) for g in groups]) == pytest.approx(krippendorff_alpha(table, Level.INTERVAL))


def test_the_published_interval_alpha_of_krippendorff() -> None:
    raters = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = [[x for x in unit if x is not None] for unit in zip(*raters, strict=True)]
    assert interval_alpha([group(u) for u in units]) == pytest.approx(0.8491, abs=5e-5)


def test_too_few_people_or_reviews_say_so_and_research_stands_in() -> None:
    found = reliability(Source.PEER, [group(g) for g in simulated(9, 6)])
    assert (found.people, found.single, found.mean, found.alpha) == (9, None, None, None)
    assert (found.wanted, found.from_research) == (4, True)
    assert reliability(Source.REPORT, []).wanted == 6
    pairs = [group(g[:2]) for g in simulated(29, 3)]
    assert reliability(Source.PEER, pairs).single is None  # 29 degrees of freedom
    assert reliability(Source.PEER, [*pairs, group([50, 60])]).single is not None


def test_how_many_reviewers_are_wanted_follows_from_the_companys_own_figures() -> None:
    found = reliability(Source.PEER, [group(g) for g in simulated(400, 4)])
    assert found.single == pytest.approx(100 / 244, abs=0.06)
    assert not found.from_research
    assert found.wanted in (3, 4, 5)


def test_agreement_of_large_groups_is_that_of_the_usual_formula() -> None:
    draw = random.Random(9)
    table = [[draw.randint(3, 5) for _ in range(4)] for _ in range(8)]
    items = list(zip(*table, strict=True))
    rated = [Rated(who, 8, 5, variance(i), average_deviation(i) or 0.0) for who in ("max", "tom", "ann") for i in items]
    found = large_groups(Source.REPORT, rated)
    assert found.groups == 3
    assert found.r_wg == pytest.approx(r_wg_j(table, 2.0))
    assert found.skewed == pytest.approx(r_wg_j(table, 1.34))
    assert found.deviation == pytest.approx(25 * fmean([average_deviation(i) or 0.0 for i in items]))


def test_agreement_within_one_or_two_groups_is_not_told() -> None:
    two = [Rated(who, 9, 5, 0.5, 0.5) for who in ("max", "tom")]
    found = large_groups(Source.REPORT, two)
    assert (found.groups, found.r_wg, found.skewed, found.deviation) == (2, None, None, None)


def test_groups_under_eight_never_enter_into_agreement() -> None:
    found = large_groups(Source.REPORT, [Rated("max", 7, 5, 0.5, 0.5)])
    assert (found.groups, found.r_wg, found.skewed, found.deviation) == (0, None, None, None)


def test_consistency_from_sums_is_cronbachs_alpha_and_needs_thirty() -> None:
    draw = random.Random(6)
    rows = []
    for _ in range(30):
        level = draw.gauss(60, 10)
        rows.append([draw.gauss(level, 8) for _ in range(5)])
    sums = Complete()
    for row in rows[:29]:
        sums.add({str(n): x for n, x in enumerate(row)})
    assert sums.consistency("").alpha is None
    sums.add({str(n): x for n, x in enumerate(rows[29])})
    found = sums.consistency("sales")
    assert (found.form, found.reviews, found.items) == ("sales", 30, 5)
    assert found.alpha == pytest.approx(cronbach_alpha(rows))
