"""Ratings with known truth: to see whether a correction comes nearer to it than the raw mean does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import spearmanr

from appraisal.scoring.severity import Review, correct

CROSS = (0.0, 0.1, 0.3, 0.6)  # share of ratings by somebody of another department
DEPARTMENT = (0.0, 0.2, 0.4)  # share of the variance between people that lies between departments


@dataclass(frozen=True)
class World:
    """Simulated reviews and the true score of each reviewee."""

    reviews: list[Review]
    truth: dict[str, float]


@dataclass(frozen=True)
class Quality:
    """Root mean square error (points) and rank correlation with the truth, before and after the correction."""

    raw_rmse: float
    adjusted_rmse: float
    raw_rho: float
    adjusted_rho: float


def simulate(*, cross: float, department: float, seed: int, people: int = 400, size: int = 20, each: int = 6) -> World:
    """`people` in departments of `size`, each rated by `each` others; person 30 %, reviewer 45 %, error 25 % of a
    rating's variance, whose standard deviation is 20 points."""
    rng = np.random.default_rng(seed)
    home = np.arange(people) // size
    between = rng.normal(0, 1, people // size)[home]
    person = 20 * np.sqrt(0.30) * (np.sqrt(department) * between + np.sqrt(1 - department) * rng.normal(0, 1, people))
    severity = rng.normal(0, 20 * np.sqrt(0.45), people)
    truth, reviews = {}, []
    for i in range(people):
        inside = rng.permutation([j for j in range(home[i] * size, home[i] * size + size) if j != i])
        outside = rng.permutation([j for j in range(people) if home[j] != home[i]])[:each]
        far = int(rng.binomial(each, cross))
        raters = [*outside[:far], *inside[: each - far]]
        truth[f"p{i:04}"] = 60 + float(person[i])
        for j in raters:
            value = 60 + person[i] + severity[j] + rng.normal(0, 20 * np.sqrt(0.25))
            reviews.append(Review(f"p{i:04}", f"p{j:04}", f"d{home[i]:02}", float(value)))
    return World(reviews, truth)


def compare(world: World) -> Quality:
    """How near raw and corrected means come to the truth. Errors are taken around their own mean."""
    correction = correct(world.reviews)
    people = sorted(world.truth)
    truth = np.array([world.truth[p] for p in people])
    means = [adjusted(world.reviews, severity) for severity in ({}, correction.severity)]
    raw, corrected = (np.array([m[p] for p in people]) for m in means)
    return Quality(
        _rmse(raw, truth), _rmse(corrected, truth), *(float(spearmanr(v, truth)[0]) for v in (raw, corrected))
    )


def adjusted(reviews: Sequence[Review], severity: Mapping[str, float]) -> dict[str, float]:
    """Mean per reviewee after taking each reviewer's severity off; the person's own mean is not shrunk."""
    found: dict[str, list[float]] = {}
    for review in reviews:
        found.setdefault(review.reviewee_id, []).append(review.value - severity.get(review.reviewer_id, 0.0))
    return {person: float(np.mean(values)) for person, values in found.items()}


def _rmse(found: np.ndarray, truth: np.ndarray) -> float:
    error = found - truth
    return float(np.sqrt(np.mean((error - error.mean()) ** 2)))
