"""Severity of reviewers: the mixed model against lme4, its gate, and whether it comes nearer to the truth."""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from appraisal.scoring.basis import Uncorrected
from appraisal.scoring.mixed_model import Ratings, exact, monte_carlo
from appraisal.scoring.severity import FEWEST_HIDDEN, Correction, Review, correct
from tests.simulator import CROSS, DEPARTMENT, adjusted, compare, simulate

PENICILLIN = Path(__file__).parents[1] / "data" / "penicillin.csv"


def penicillin() -> Ratings:
    """Davies & Goldsmith 1972, R lme4::Penicillin: every sample on every plate."""
    rows = list(csv.DictReader(PENICILLIN.open(encoding="utf-8")))
    plates, samples = (sorted({r[k] for r in rows}) for k in ("plate", "sample"))
    return Ratings(
        np.array([float(r["diameter"]) for r in rows]),
        np.array([plates.index(r["plate"]) for r in rows]),
        np.array([samples.index(r["sample"]) for r in rows]),
        np.zeros(len(plates), dtype=np.int64),
    )


def test_the_model_reproduces_lme4() -> None:
    """REML of lme4 for diameter ~ 1 + (1 | plate) + (1 | sample)."""
    fit = exact(penicillin())
    assert fit.deviance == pytest.approx(330.8606, abs=1e-4)
    assert np.sqrt(fit.var_person) == pytest.approx(0.8467, abs=1e-4)
    assert np.sqrt(fit.var_reviewer) == pytest.approx(1.9316, abs=1e-3)
    assert np.sqrt(fit.var_error) == pytest.approx(0.5499, abs=1e-4)
    assert fit.group[0] == pytest.approx(22.97, abs=5e-3)
    assert fit.p_value < 1e-20


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_independent_library_comes_to_the_same_severities_where_departments_differ(seed: int) -> None:
    rng = np.random.default_rng(seed)
    reviewee = np.repeat(np.arange(36), 5)
    reviewer = np.concatenate([rng.permutation(14)[:5] for _ in range(36)])
    home = np.arange(36) // 12
    y = np.array([60.0, 68.0, 55.0])[home][reviewee] + rng.normal(0, 8, 36)[reviewee] + rng.normal(0, 7, 14)[reviewer]
    y += rng.normal(0, 6, len(y))
    ours = exact(Ratings(y, reviewee, reviewer.astype(np.int64), home))
    frame = pd.DataFrame({"y": y, "person": reviewee, "reviewer": reviewer, "home": home[reviewee], "all": 1})
    parts = {"person": "0 + C(person)", "reviewer": "0 + C(reviewer)"}
    model = smf.mixedlm("y ~ 0 + C(home)", frame, groups="all", vc_formula=parts, re_formula="0")
    theirs = model.fit(reml=True, method="lbfgs")
    assert [ours.var_person, ours.var_reviewer, ours.var_error] == pytest.approx(
        [*theirs.vcomp, theirs.scale], rel=1e-3
    )
    assert list(ours.group) == pytest.approx(list(theirs.fe_params), abs=1e-3)
    effects = list(theirs.random_effects[1])
    assert [*ours.person, *ours.reviewer] == pytest.approx(effects, abs=1e-2)


def ratings(seed: int, *, people: int = 500, reviewer_sd: float = 12.0, error_sd: float = 11.0) -> Ratings:
    rng = np.random.default_rng(seed)
    reviewee = np.repeat(np.arange(people), 8)
    far = rng.integers(0, people, len(reviewee))
    near = reviewee // 25 * 25 + rng.integers(0, 25, len(reviewee))
    reviewer = np.where(rng.random(len(reviewee)) < 0.3, far, near)
    y = 70 + rng.normal(0, 10, people)[reviewee] + rng.normal(0, reviewer_sd, people)[reviewer]
    y += rng.normal(0, error_sd, len(reviewee))
    return Ratings(y, reviewee, np.unique(reviewer, return_inverse=True)[1], np.arange(people) // 25)


@pytest.mark.parametrize("error_sd", [2.0, 11.0, 30.0])
def test_the_large_way_comes_to_the_same_estimates_as_the_exact_one(error_sd: float) -> None:
    data = ratings(2, error_sd=error_sd)
    one, other = exact(data), monte_carlo(data)
    assert other.settled
    for name in ("var_person", "var_reviewer", "var_error"):
        assert np.sqrt(getattr(other, name)) == pytest.approx(np.sqrt(getattr(one, name)), rel=0.02)
    assert np.corrcoef(one.reviewer, other.reviewer)[0, 1] > 0.9999
    assert np.abs(one.reviewer - other.reviewer).max() < 0.5
    assert not other.is_exact


def test_both_ways_find_no_reviewers_where_there_are_none() -> None:
    data = ratings(3, reviewer_sd=0.0)
    one, other = exact(data), monte_carlo(data)
    for fit in (one, other):
        assert fit.p_value > 0.05
        assert fit.var_reviewer < 0.02 * fit.var_error


def test_the_same_ratings_give_the_same_bits_in_any_order() -> None:
    world = simulate(cross=0.1, department=0.2, seed=3, people=100)
    here, there = correct(world.reviews), correct(world.reviews[::-1])
    assert here == there
    assert adjusted(world.reviews, here.severity) == adjusted(world.reviews, there.severity)


@pytest.mark.parametrize(("cross", "department"), list(product(CROSS, DEPARTMENT)))
def test_a_corrected_mean_is_nearer_to_the_truth_than_the_raw_one(cross: float, department: float) -> None:
    quality = compare(simulate(cross=cross, department=department, seed=1))
    assert quality.adjusted_rmse < quality.raw_rmse
    assert quality.adjusted_rho > quality.raw_rho - 0.01


def test_nothing_is_corrected_where_there_is_too_little_to_go_by() -> None:
    few = [Review(f"p{i}", f"r{j}", "d", 50.0 + i + j) for i in range(9) for j in range(19)]
    assert correct(few).reason is Uncorrected.FEW_REVIEWERS
    once = [Review(f"p{j // 3}", f"r{j}", "d", 50.0 + j % 7) for j in range(60)]
    assert correct(once).reason is Uncorrected.FEW_REVIEWEES
    assert correct([]) == Correction({}, Uncorrected.FEW_REVIEWERS, ())


def test_nothing_is_corrected_where_reviewers_do_not_differ() -> None:
    rng = np.random.default_rng(4)
    true = rng.normal(60, 10, 60)
    reviews = [
        Review(f"p{i}", f"r{j}", "d", float(true[i] + rng.normal(0, 8)))
        for i in range(60)
        for j in rng.permutation(40)[:6]
    ]
    found = correct(reviews)
    assert found.reason is Uncorrected.NO_DIFFERENCE
    assert found.severity == {}
    raw = np.mean([r.value for r in reviews if r.reviewee_id == "p0"])
    assert adjusted(reviews, found.severity)["p0"] == pytest.approx(raw)


def test_reviewers_who_share_no_reviewee_stand_in_parts_that_cannot_be_compared() -> None:
    reviews = [
        Review(f"p{side}{i}", f"r{side}{j:02}", side, 50.0 + (5 * j) % 17 + (3 * i) % 11)
        for side, people in (("a", 12), ("b", 10))
        for i in range(people)
        for j in range(people)
        if i != j
    ]
    found = correct(reviews)
    assert [len(part) for part in found.parts] == [12, 10]
    assert all(name.startswith("rb") for name in found.parts[1])


def test_a_lenient_reviewer_is_known_as_lenient_and_taken_off() -> None:
    rng = np.random.default_rng(5)
    severity = {f"r{j:02}": float(s) for j, s in enumerate(rng.normal(0, 12, 30))} | {"r00": 30.0}
    true = rng.normal(60, 8, 40)
    reviews = [
        Review(f"p{i:02}", name, "d", float(true[i] + severity[name] + rng.normal(0, 5)))
        for i in range(40)
        for name in rng.permutation(sorted(severity))[:8]
    ]
    found = correct(reviews)
    assert found.reason is None
    assert max(found.severity, key=lambda name: found.severity[name]) == "r00"
    met = [i for i in range(40) if any(r.reviewer_id == "r00" and r.reviewee_id == f"p{i:02}" for r in reviews)]
    corrected = adjusted(reviews, found.severity)
    raw = {p: np.mean([r.value for r in reviews if r.reviewee_id == p]) for p in corrected}
    assert np.mean([raw[f"p{i:02}"] - corrected[f"p{i:02}"] for i in met]) > 1


@pytest.mark.parametrize("most_exact", [600, 5])
@pytest.mark.parametrize("step", [(0, 0), (5, 0), (0, 5), (5, 5)])
def test_ratings_without_chance_break_nothing(
    step: tuple[int, int], most_exact: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appraisal.scoring.mixed_model.MOST_EXACT", most_exact)
    for departments in (1, 3, 60):
        reviews = [
            Review(f"p{i}", f"r{j:02}", f"d{i % departments}", 50.0 + step[0] * (i % 5) + step[1] * (j % 5))
            for i in range(60)
            for j in np.random.default_rng(i).permutation(40)[:6]
        ]
        found = correct(reviews)
        assert not found.severity or step[1]
        assert all(abs(points) <= 20 for points in found.severity.values())


def test_who_wrote_few_anonymous_reviews_is_not_evened_out() -> None:
    found = Correction({"none": 3.4, "one": 3.4, "four": -7.6, "five": -7.6}, None, ())
    assert found.points({"one": 1, "four": 4, "five": FEWEST_HIDDEN}) == {"none": 3.0, "five": -8.0}
