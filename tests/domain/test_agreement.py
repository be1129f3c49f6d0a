"""Agreement figures against published values. The sources are named beside each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from itertools import combinations_with_replacement, product
from math import ceil
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import krippendorff
import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.scoring.agreement import (
    FAR_APART,
    SINGLE_RATER,
    SLIGHT_SKEW,
    Agreement,
    Level,
    average_deviation,
    cronbach_alpha,
    icc_from_squares,
    icc_one_way,
    icc_two_way,
    in_words,
    k0,
    krippendorff_alpha,
    r_wg,
    r_wg_j,
    raters_for,
    spearman_brown,
    uniform_variance,
)

# Shrout & Fleiss 1979, table 2; R irr::anxiety; pingouin's wine
SHROUT_FLEISS = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))
ANXIETY = (
    (3, 3, 2),
    (3, 6, 1),
    (3, 4, 4),
    (4, 6, 4),
    (5, 2, 3),
    (5, 4, 2),
    (2, 2, 1),
    (3, 4, 6),
    (5, 3, 1),
    (2, 3, 1),
    (2, 2, 1),
    (6, 3, 2),
    (1, 3, 3),
    (5, 3, 3),
    (2, 2, 1),
    (2, 2, 1),
    (1, 1, 3),
    (2, 3, 3),
    (4, 3, 2),
    (3, 4, 2),
)
WINE = ((1, 2, 0, 1), (1, 3, 3, 2), (3, 8, 1, 4), (6, 4, 3, 3), (6, 5, 5, 6), (7, 5, 6, 2), (8, 7, 7, 9), (9, 9, 9, 8))
# Krippendorff 2011, and the example of Wikipedia: a row per rater
_ = None
KRIPPENDORFF = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3),
    (_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _),
)
WIKIPEDIA = (
    (_, _, _, _, _, 3, 4, 1, 2, 1, 1, 3, 3, _, 3),
    (1, _, 2, 1, 3, 3, 4, 3, _, _, _, _, _, _, _),
    (_, _, 2, 1, 3, 4, 4, _, 2, 1, 1, 3, 3, _, 4),
)
# Chatterjee & Price, R datasets::attitude
ATTITUDE = (
    (43, 51, 30, 39, 61, 92, 45),
    (63, 64, 51, 54, 63, 73, 47),
    (71, 70, 68, 69, 76, 86, 48),
    (61, 63, 45, 47, 54, 84, 35),
    (81, 78, 56, 66, 71, 83, 47),
    (43, 55, 49, 44, 54, 49, 34),
    (58, 67, 42, 56, 66, 68, 35),
    (71, 75, 50, 55, 70, 66, 41),
    (72, 82, 72, 67, 71, 83, 31),
    (67, 61, 45, 47, 62, 80, 41),
    (64, 53, 53, 58, 58, 67, 34),
    (67, 60, 47, 39, 59, 74, 41),
    (69, 62, 57, 42, 55, 63, 25),
    (68, 83, 83, 45, 59, 77, 35),
    (77, 77, 54, 72, 79, 77, 46),
    (81, 90, 50, 72, 60, 54, 36),
    (74, 85, 64, 69, 79, 79, 63),
    (65, 60, 65, 75, 55, 80, 60),
    (65, 70, 46, 57, 75, 85, 46),
    (50, 58, 68, 54, 64, 78, 52),
    (50, 40, 33, 34, 43, 64, 33),
    (64, 61, 52, 62, 66, 80, 41),
    (53, 66, 52, 50, 63, 80, 37),
    (40, 37, 42, 58, 50, 57, 49),
    (63, 54, 42, 48, 66, 75, 33),
    (66, 77, 66, 63, 88, 76, 72),
    (78, 75, 58, 74, 80, 78, 49),
    (48, 57, 44, 45, 51, 83, 38),
    (85, 85, 71, 71, 77, 74, 55),
    (82, 82, 39, 59, 64, 78, 39),
)

REFERENCES = Path(__file__).parents[1] / "data" / "reference_values.json"
BHR2000 = json.loads(REFERENCES.read_text(encoding="utf-8"))["bhr2000"]["groups"]


@pytest.mark.parametrize(
    ("table", "one_way", "two_way"),
    [
        (SHROUT_FLEISS, (0.165742, 0.442797), (0.289764, 0.620051, 0.714841, 0.909316)),
        (ANXIETY, (0.1750, 0.3889), (0.1980, 0.4255, 0.2160, 0.4526)),
        (WINE, (0.727521, 0.914384), (0.727689, 0.914450, 0.729487, 0.915159)),
    ],
)
def test_intraclass_correlations_are_the_published_ones(
    table: tuple[tuple[float, ...], ...], one_way: tuple[float, ...], two_way: tuple[float, ...]
) -> None:
    single, crossed = icc_one_way(table), icc_two_way(table)
    assert single is not None
    assert crossed is not None
    assert (single.single, single.mean) == pytest.approx(one_way, abs=5e-5)
    assert (
        crossed.agreement_single,
        crossed.agreement_mean,
        crossed.consistency_single,
        crossed.consistency_mean,
    ) == pytest.approx(two_way, abs=5e-5)


def test_a_large_published_sample_gives_its_correlations_from_its_mean_squares() -> None:
    """R multilevel::bhr2000, HRS: 5,400 soldiers in 99 groups."""
    found = icc_from_squares(34.402512, 2.752583, 5400 / 99)
    assert found is not None
    assert (found.single, found.mean) == pytest.approx((0.17410081, 0.91998889), abs=1e-7)


def test_groups_of_unequal_sizes_have_a_typical_size_below_their_mean() -> None:
    assert k0([4, 4, 4]) == pytest.approx(4)
    assert k0([2, 3, 7]) == pytest.approx((12 - 62 / 12) / 2)


@pytest.mark.parametrize("table", [(), ((1, 2),), ((1,), (2,)), ((3, 3), (3, 3))])
def test_an_intraclass_correlation_of_too_little_is_none(table: tuple[tuple[float, ...], ...]) -> None:
    assert icc_one_way(table) is None
    assert icc_two_way(table) is None


@pytest.mark.parametrize(
    ("ratings", "agreement", "deviation"),
    [
        ((4, 4, 4, 5, 4), 0.9, 0.32),
        ((3, 4, 5), 0.5, 0.6667),
        ((2, 3, 3, 4, 5), 0.35, 0.88),
        ((1, 5, 1, 5), -1.6667, 2),
        ((4, 4, 4), 1, 0),
    ],
)
def test_agreement_of_small_groups_on_five_points(
    ratings: tuple[float, ...], agreement: float, deviation: float
) -> None:
    assert r_wg(ratings, uniform_variance(5)) == pytest.approx(agreement, abs=5e-5)
    assert average_deviation(ratings) == pytest.approx(deviation, abs=5e-5)


def test_agreement_over_several_items_and_what_chance_would_be() -> None:
    assert r_wg_j([(4, 4, 5), (4, 5, 5), (3, 4, 4), (4, 4, 4)], uniform_variance(5)) == pytest.approx(0.949, abs=5e-4)
    assert uniform_variance(5) == 2
    assert SLIGHT_SKEW[5] == 1.34
    assert r_wg([4], 2) is None
    assert r_wg_j([(4, 4)], 2) is None
    assert average_deviation([]) is None


@pytest.mark.parametrize("group", BHR2000, ids=range(1, 7))
def test_agreement_of_large_groups_is_the_published_one(group: dict[str, Any]) -> None:
    """R multilevel: rwg(RELIG, GRP, 2) and rwg.j(leadership, GRP, 2) of bhr2000."""
    items = [ratings_of(counts) for counts in group["leadership"]]
    assert r_wg(ratings_of(group["religion"]), uniform_variance(5)) == pytest.approx(group["r_wg"], abs=5e-9)
    assert r_wg_j(list(zip(*items, strict=True)), uniform_variance(5)) == pytest.approx(group["r_wg_j"], abs=5e-8)


def ratings_of(counts: Sequence[int]) -> list[int]:
    """One rating per answer, from how many gave 1, 2, 3 …; r_wg(j) does not ask who gave which."""
    return [point for point, count in enumerate(counts, 1) for _ in range(count)]


def test_lenient_ratings_agree_less_against_a_lenient_chance() -> None:
    uniform, skewed = r_wg((3, 4, 5, 5), 2.0), r_wg((3, 4, 5, 5), SLIGHT_SKEW[5])
    assert uniform is not None
    assert skewed is not None
    assert skewed < uniform


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (-1.0, Agreement.LACK),
        (0.30, Agreement.LACK),
        (0.31, Agreement.WEAK),
        (0.70, Agreement.MODERATE),
        (0.90, Agreement.STRONG),
        (0.91, Agreement.VERY_STRONG),
    ],
)
def test_agreement_has_five_words_from_eight_ratings_on(value: float, word: Agreement) -> None:
    assert in_words(value, 8) is word


@pytest.mark.parametrize(("value", "word"), [(-1.0, "differ"), (0.50, "differ"), (0.51, "largely"), (1.0, "largely")])
def test_agreement_of_five_to_seven_ratings_is_one_of_two_words(value: float, word: str) -> None:
    assert {in_words(value, n) for n in (5, 6, 7)} == {Agreement(word)}
    assert in_words(value, 4) is None
    assert (in_words(value, 8) in FAR_APART) is (in_words(value, 7) in FAR_APART)


def test_a_word_beside_the_mean_gives_few_groups_of_answers_away() -> None:
    for n in (5, 6, 7):
        groups = list(combinations_with_replacement(range(1, 6), n))
        seen = Counter((sum(g), in_words(r_wg(g, uniform_variance(5)) or 0.0, n)) for g in groups)
        assert sum(count == 1 for count in seen.values()) <= 6  # four of which are told by their mean alone


@pytest.mark.parametrize(
    ("table", "values"),
    [(KRIPPENDORFF, (0.7434, 0.8154, 0.8491, 0.7974)), (WIKIPEDIA, (0.6914, 0.8067, 0.8108, 0.8089))],
)
def test_krippendorffs_alpha_is_the_published_one_at_every_level(
    table: tuple[tuple[float | None, ...], ...], values: tuple[float, ...]
) -> None:
    assert [krippendorff_alpha(table, level) for level in Level] == [pytest.approx(v, abs=5e-5) for v in values]


def test_krippendorffs_alpha_of_nothing_to_compare_is_none() -> None:
    assert krippendorff_alpha([(1, None), (None, 2)], Level.INTERVAL) is None
    assert krippendorff_alpha([(3, 3), (3, 3)], Level.INTERVAL) is None


def test_cronbachs_alpha_is_the_published_one_and_needs_thirty_people() -> None:
    assert cronbach_alpha(ATTITUDE) == pytest.approx(0.8431, abs=5e-5)
    columns = [[(x - mean(c)) / stdev(c) for x in c] for c in zip(*ATTITUDE, strict=True)]
    standardised = cronbach_alpha(list(zip(*columns, strict=True)))
    assert standardised == pytest.approx(0.8391, abs=5e-5)
    assert standardised == pytest.approx(spearman_brown(0.4269, 7), abs=5e-5), "from the mean correlation of 7 items"
    assert cronbach_alpha(ATTITUDE[:29]) is None


@pytest.mark.parametrize(
    ("single", "means"),
    [(0.30, (0.3, 0.562, 0.682, 0.774)), (0.37, (0.37, 0.638, 0.746, 0.825)), (0.50, (0.5, 0.75, 0.833, 0.889))],
)
def test_more_raters_make_a_mean_more_reliable_as_published(single: float, means: tuple[float, ...]) -> None:
    """Conway & Huffcutt 1997, table 4."""
    assert [spearman_brown(single, k) for k in (1, 3, 5, 8)] == pytest.approx(list(means), abs=6e-4)


def test_raters_needed_for_a_reliable_mean() -> None:
    needed = {who: raters_for(r, 0.70) for who, r in SINGLE_RATER.items()}
    assert {who: ceil(n) for who, n in needed.items()} == {"report": 6, "peer": 4, "supervisor": 3}
    for single, wanted in product((0.3, 0.5), (0.6, 0.9)):
        assert spearman_brown(single, raters_for(single, wanted)) == pytest.approx(wanted)


@given(st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=6), min_size=2, max_size=8), st.integers(-3, 3))
def test_moving_all_ratings_by_the_same_changes_no_correlation(groups: list[list[int]], by: int) -> None:
    here, there = icc_one_way(groups), icc_one_way([[x + by for x in g] for g in groups])
    assert (here is None) == (there is None)
    if here and there:
        assert (there.single, there.mean) == pytest.approx((here.single, here.mean), abs=1e-6)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_independent_library_comes_to_the_same_figures(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = np.clip(np.rint(rng.normal(3.5, 0.8, (40, 1)) + rng.normal(0, 0.9, (40, 5))), 1, 5)
    rows = [(i, j, x) for i, line in enumerate(table) for j, x in enumerate(line)]
    long = pd.DataFrame(rows, columns=["reviewee", "reviewer", "value"])
    found = pingouin.intraclass_corr(long, targets="reviewee", raters="reviewer", ratings="value")["ICC"].to_numpy()
    one, two = icc_one_way(table.tolist()), icc_two_way(table.tolist())
    assert one is not None
    assert two is not None
    ours = (one.single, two.agreement_single, two.consistency_single)
    means = (one.mean, two.agreement_mean, two.consistency_mean)
    assert [*ours, *means] == pytest.approx(list(found), abs=1e-6)
    assert cronbach_alpha(table.tolist()) == pytest.approx(pingouin.cronbach_alpha(pd.DataFrame(table))[0])
    holes = table.T.copy()
    holes[rng.random(holes.shape) < 0.2] = np.nan
    given = [[None if np.isnan(x) else float(x) for x in line] for line in holes]
    for level in Level:
        theirs = krippendorff.alpha(reliability_data=holes, level_of_measurement=level.value)
        assert krippendorff_alpha(given, level) == pytest.approx(theirs, abs=1e-9)
