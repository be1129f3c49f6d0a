"""What HR reads of evened out groups leaves every hidden review open, however it is turned.

The worst case: somebody knows all signed reviews, the model with its variances, who reviewed whom, every group's figure
to the last digit, and reads the total without evening out, in whole points, of people whose total is that group's mean.
What a review can then have been, within 0 to 100, is a linear programme.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog

from appraisal.scoring.severity import Correction

HALF = 0.5  # of a whole point
PEOPLE, SIZE = 30, 10  # in departments of ten
Numbers = NDArray[np.float64]


def layout(rng: np.random.Generator) -> list[tuple[int, int, bool]]:
    """(person, reviewer, whether it is signed). Managers, 100 and on, sign reviews of their whole department.

    Two of each department have two peers only, the others six. Who leads, the first of each, signs a review of one
    report and wrote one anonymous review besides: of somebody with enough peers, in the first department too few.
    """
    found: list[tuple[int, int, bool]] = []
    for first in range(0, PEOPLE, SIZE):
        found += [(person, 100 + first // SIZE, True) for person in range(first, first + SIZE)]
        found += [(first + 3, first, True), (first + (4 if first else 1), first, False)]
        for person in range(first, first + SIZE):
            team = [c for c in range(first + 1, first + SIZE) if c != person]
            found += [(person, int(c), False) for c in rng.permutation(team)[: 2 if person % SIZE < 2 else 6]]
    return found


@dataclass(frozen=True)
class Read:
    """What is read, as constraints on the `unknown` reviews and then the severities as they are worked with."""

    unknown: list[tuple[int, int]]  # (person, reviewer)
    equal: list[tuple[Numbers, float]]
    within: list[tuple[Numbers, float, float]]  # value, give or take

    def width(self, place: int) -> float:
        """How far apart the least and the most are that one of the unknown reviews can have been."""
        upper = [row for row, _, _ in self.within] + [-row for row, _, _ in self.within]
        limits = [v + by for _, v, by in self.within] + [by - v for _, v, by in self.within]
        n = len(self.equal[0][0])
        bounds = [(0, 100) if i < len(self.unknown) else (None, None) for i in range(n)]
        ends: list[float] = []
        for sign in (1, -1):
            aim = np.zeros(n)
            aim[place] = sign
            found = linprog(
                aim, np.array(upper), limits, np.array([r for r, _ in self.equal]), [v for _, v in self.equal], bounds
            )
            assert found.success, found.message
            ends.append(sign * found.fun)
        return ends[1] - ends[0]


def severities(people: Numbers, reviewer: Numbers, used: Numbers, variance: float) -> Numbers:
    """The weight of every review (a column) in the severity of every reviewer (a row): BLUPs of the crossed model."""
    who = int(reviewer.max()) + 1
    of_person, of_reviewer = np.eye(PEOPLE)[people[used]], np.eye(who)[reviewer[used]]
    department = np.eye(PEOPLE // SIZE)[people[used] // SIZE]
    inverse = np.linalg.inv(of_person @ of_person.T + variance * of_reviewer @ of_reviewer.T + np.eye(len(used)))
    fixed = inverse @ department
    weights = np.zeros((who, len(people)))
    weights[:, used] = variance * of_reviewer.T @ (inverse - fixed @ np.linalg.solve(department.T @ fixed, fixed.T))
    return weights


def read(seed: int, *, variance: float = 1.5) -> Read:
    """What is taken off is what the product takes off, of severities by `variance`."""
    rng = np.random.default_rng(seed)
    people, reviewers, is_signed = (np.array(column) for column in zip(*layout(rng), strict=True))
    names, reviewer = np.unique(reviewers, return_inverse=True)
    noise = rng.normal(0, 10, PEOPLE)[people] + rng.normal(0, 12, len(names))[reviewer] + rng.normal(0, 10, len(people))
    given = np.clip(65 + noise, 0, 100)
    is_shown = ~is_signed & (np.bincount(people[~is_signed])[people] >= 3)
    weights = severities(people, reviewer, np.flatnonzero(is_signed | is_shown), variance)
    hidden = np.bincount(reviewer[is_shown], minlength=len(names))
    exact = weights @ given
    found = Correction({str(n): float(x) for n, x in enumerate(exact)}, None, ())
    points = found.points({str(n): int(reviews) for n, reviews in enumerate(hidden)})
    is_evened = np.array([str(n) in points for n in range(len(names))])
    off = np.array([points.get(str(n), 0.0) for n in range(len(names))])
    unknown, signed = np.flatnonzero(is_shown), np.flatnonzero(is_signed)
    whole = len(unknown) + len(names)

    def of_reviewers(of: Numbers) -> Numbers:
        return np.bincount(reviewer[of], is_evened[reviewer[of]] / len(of), whole - len(unknown))

    within: list[tuple[Numbers, float, float]] = []
    for n in range(len(names)):  # whole points of what the model says
        row = np.concatenate([-weights[n, unknown], np.eye(len(names))[n]])
        within.append((row, float(weights[n, signed] @ given[signed]), HALF))
    equal = [(np.eye(whole)[len(unknown) + n], float(off[n])) for n, name in enumerate(names) if name >= 100]
    for person in range(PEOPLE):
        of = np.flatnonzero((people == person) & is_shown)
        if len(of):
            mean = np.isin(unknown, of) / len(of)
            taken_off = of_reviewers(of)
            equal.append((np.concatenate([mean, -taken_off]), float(given[of].mean() - taken_off @ off)))
            before = np.concatenate([mean, np.zeros(len(names))])
            within.append((before, float(np.round(given[of].mean())), HALF))
    return Read([(int(people[n]), int(reviewers[n])) for n in unknown], equal, within)


LEADS = (10, 20)


@pytest.mark.parametrize("seed", range(2))
def test_a_hidden_review_can_have_been_nearly_anything(seed: int) -> None:
    found = read(seed)
    assert sum(reviewer in LEADS for _, reviewer in found.unknown) == 2
    assert min(found.width(place) for place in range(len(found.unknown))) > 50  # two steps on a scale of five points


@pytest.mark.parametrize("seed", range(2))
def test_evening_out_who_wrote_one_anonymous_review_would_narrow_it_down(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appraisal.scoring.severity.FEWEST_HIDDEN", 1)
    found = read(seed)
    assert min(found.width(place) for place, (_, who) in enumerate(found.unknown) if who in LEADS) < 50
