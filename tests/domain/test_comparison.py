"""Results side by side: standardised, in percentiles, by department, against the cycle before."""

from __future__ import annotations

import random
from dataclasses import replace
from math import sqrt
from statistics import mean, quantiles, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.scoring.comparison import (
    Estimate,
    Standing,
    apart,
    change,
    departments,
    distribution,
    percentiles,
    quartiles,
    standardised,
    withheld,
)
from tests.domain import cast


def people(totals: list[float], *, department: str = "A", family: str = "Agent", form: str = "", start: int = 0):
    return [
        Standing(f"{department}{form}{n + start:03}", department, family, form, float(t), 4.0)
        for n, t in enumerate(totals)
    ]


def test_a_standardised_score_is_fifty_plus_ten_times_z_within_the_form() -> None:
    totals = [float(t) for t in range(40, 70)]
    t = standardised(people(totals))
    assert t["A029"] == pytest.approx(50 + 10 * (69 - mean(totals)) / stdev(totals))
    assert mean(t.values()) == pytest.approx(50)
    assert stdev(t.values()) == pytest.approx(10)


def test_two_forms_are_standardised_each_by_itself_and_small_or_equal_ones_not_at_all() -> None:
    easy = people([float(t) for t in range(60, 90)], form="easy")
    hard = people([float(t) for t in range(30, 60)], form="hard")
    few = people([float(t) for t in range(29)], form="few")
    alike = people([70.0] * 30, form="alike")
    t = standardised([*easy, *hard, *few, *alike])
    assert t["Aeasy000"] == pytest.approx(t["Ahard000"])
    assert len(t) == 60


def test_a_percentile_counts_equals_half_and_needs_ten_of_the_job_family() -> None:
    family = people([50, 60, 60, 60.2, 70, 80, 90, 91, 92, 93])
    found = percentiles([*family, *people([1, 2], family="Lead", start=50)])
    assert found["A000"] == 5  # nobody below, itself half of ten
    assert found["A001"] == found["A002"] == found["A003"] == 25  # one below, three alike in whole points
    assert found["A009"] == 95
    assert len(found) == 10
    assert percentiles(family[:9]) == {}


@given(st.lists(st.floats(0, 100), min_size=2, max_size=40))
def test_quartiles_are_those_of_the_standard_library(totals: list[float]) -> None:
    found = quartiles(totals)
    assert found is not None
    expected = [min(totals), *quantiles(totals, n=4, method="inclusive"), max(totals)]
    assert [found.low, found.first, found.median, found.third, found.high] == pytest.approx(expected, abs=1e-9)


def test_a_distribution_counts_by_shown_points_and_says_how_many_could_be_elsewhere() -> None:
    standings = [replace(s, se=1.0) for s in people([79.6, 90, 70, 61, 20])]
    found = distribution(cast.scheme((1, [cast.rating("skill")])), standings)
    assert [(b.band, b.people, b.unsure) for b in found] == [("A", 2, 1), ("B", 2, 1), ("C", 1, 0)]


def test_departments_are_drawn_to_the_mean_of_all_the_more_the_fewer_they_are() -> None:
    draw = random.Random(3)
    standings: list[Standing] = []
    for name, size, level in (("A", 40, 60), ("B", 40, 70), ("C", 6, 85), ("D", 30, 65)):
        standings += people([draw.gauss(level, 8) for _ in range(size)], department=name)
    rows = {r.department: r for r in departments(standings).rows}
    assert list(rows) == ["A", "B", "C", "D"]  # by name, not by rank
    assert rows["C"].weight < rows["D"].weight < rows["A"].weight < 1
    assert rows["C"].estimate.mean < rows["C"].mean
    assert rows["C"].estimate.high - rows["C"].estimate.low > rows["A"].estimate.high - rows["A"].estimate.low
    # w = tau² / (tau² + s² / n), by hand
    groups = [[s.total for s in standings if s.department == n] for n in "ABCD"]
    n, k = len(standings), 4
    within = sum((len(g) - 1) * stdev(g) ** 2 for g in groups) / (n - k)
    grand = mean([s.total for s in standings])
    between = sum(len(g) * (mean(g) - grand) ** 2 for g in groups) / (k - 1)
    tau2 = (between - within) / ((n - sum(len(g) ** 2 for g in groups) / n) / (k - 1))
    assert rows["C"].weight == pytest.approx(tau2 / (tau2 + within / 6))


def test_shrunk_means_are_nearer_to_the_truth_than_plain_ones() -> None:
    draw = random.Random(11)
    plain, shrunk, inside, all_ = 0.0, 0.0, 0, 0
    for _ in range(60):
        truth = {f"D{n:02}": draw.gauss(65, 4) for n in range(12)}
        standings: list[Standing] = []
        for name, level in truth.items():
            standings += people([draw.gauss(level, 10) for _ in range(draw.randint(5, 20))], department=name)
        for row in departments(standings).rows:
            plain += (row.mean - truth[row.department]) ** 2
            shrunk += (row.estimate.mean - truth[row.department]) ** 2
            inside += row.estimate.low <= truth[row.department] <= row.estimate.high
            all_ += 1
    assert shrunk < 0.9 * plain
    assert 0.9 < inside / all_ < 0.98  # the interval says what it promises


def test_a_department_under_five_is_withheld_together_with_whoever_would_give_it_away() -> None:
    assert withheld({"A": 12, "B": 7, "C": 4}) == {"C", "B"}
    assert withheld({"A": 12, "B": 7, "C": 4, "D": 2}) == {"C", "D"}
    assert withheld({"A": 12, "B": 7, "C": 1, "D": 1}) == {"C", "D", "B"}
    assert withheld({"A": 12, "B": 7}) == set()
    found = departments([*people([60.0] * 12), *people([50, 70] * 4, department="B"), *people([90], department="C")])
    assert [r.department for r in found.rows] == ["A"]
    assert found.withheld == ("B", "C")


@given(st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(1, 12), min_size=1))
def test_what_is_left_out_is_never_one_department_nor_fewer_than_five_people(sizes: dict[str, int]) -> None:
    hidden = withheld(sizes)
    assert {n for n, size in sizes.items() if size < 5} <= hidden
    if hidden and hidden != sizes.keys():
        assert len(hidden) > 1
        assert sum(sizes[n] for n in hidden) >= 5


def test_only_what_no_interval_touches_stands_apart() -> None:
    def at(mean: float, reach: float = 2) -> Estimate:
        return Estimate(mean, mean - reach, mean + reach)

    assert apart([("A", at(60)), ("B", at(63)), ("C", at(66))]) == ((), ())
    assert apart([("A", at(60)), ("B", at(62)), ("C", at(70))]) == (("C",), ())
    assert apart([("A", at(60)), ("B", at(70)), ("C", at(71))]) == ((), ("A",))
    assert apart([("A", at(50)), ("B", at(60)), ("C", at(61)), ("D", at(70))]) == (("D",), ("A",))


def test_departments_that_differ_by_chance_only_are_not_told_apart() -> None:
    draw = random.Random(5)
    standings: list[Standing] = []
    for n in range(10):
        standings += people([draw.gauss(65, 10) for _ in range(15)], department=f"D{n}")
    found = departments(standings)
    assert (found.above, found.below) == ((), ())


def test_the_mean_t_of_a_department_needs_all_its_people_to_have_one() -> None:
    common = people([float(t) for t in range(40, 80)], department="A")
    mixed = people([55.0] * 5, department="B", form="own") + people([66.0] * 5, department="B")
    rows = {r.department: r for r in departments([*common, *mixed]).rows}
    assert rows["A"].standardised is not None
    assert rows["B"].standardised is None


def test_a_change_compares_the_same_people_and_counts_only_what_errors_do_not_explain() -> None:
    before = people([60, 60, 60, 60, 60, 60])
    now = people([62, 62, 62, 80, 40, 62])
    found = change([*now, *people([99], department="New")], before)
    assert found is not None
    assert (found.people, found.up, found.down) == (6, 1, 1)
    differences = [2, 2, 2, 20, -20, 2]
    assert found.mean.mean == pytest.approx(mean(differences))
    assert found.mean.high == pytest.approx(mean(differences) + 1.96 * stdev(differences) / sqrt(6))
    assert change(now[:4], before) is None
    unknown = change([replace(s, se=None) for s in now], before)
    assert unknown is not None
    assert (unknown.up, unknown.down) == (0, 0)
