"""A mixed model with two crossed random effects, fitted by restricted maximum likelihood (REML).

    y = group + reviewee + reviewer + e        reviewee ~ N(0, σ²_p), reviewer ~ N(0, σ²_r), e ~ N(0, σ²_e)

Groups (departments) are fixed effects. Nothing here knows what is rated: arrays in, numbers out. Two ways to the same
estimates: `exact` profiles the likelihood as lme4 does (Bates et al. 2015, J. Stat. Softw. 67); `monte_carlo`, for more
than MOST_EXACT reviewers, is average-information REML whose traces are estimated with random signs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg as dense
from scipy.optimize import minimize
from scipy.stats import chi2

from appraisal.scoring.crossed import Array, Fit, Index, Ratings
from appraisal.scoring.monte_carlo import monte_carlo

__all__ = ["Fit", "Index", "Ratings", "exact", "fit", "monte_carlo"]

MOST_EXACT = 600  # reviewers whose block is factorised densely, about 10 ms a step


def fit(data: Ratings, *, seed: int = 1) -> Fit:
    """REML estimates, exactly for up to MOST_EXACT reviewers, else by Monte Carlo. Needs more ratings than groups."""
    return exact(data) if data.reviewers <= MOST_EXACT else monte_carlo(data, seed=seed)


def exact(data: Ratings) -> Fit:
    """By the profiled REML deviance over the two relative standard deviations."""
    model = _Profile(data)
    best = _minimum(model, (0.7, 0.7))
    without = _minimum(model, (0.7, 0.0))
    p_value = 0.5 * float(chi2.sf(max(0.0, without.deviance - best.deviance), 1))
    scale = best.var_error
    return Fit(
        var_person=best.theta[0] ** 2 * scale,
        var_reviewer=best.theta[1] ** 2 * scale,
        var_error=scale,
        group=best.group,
        person=best.theta[0] * best.spherical[: data.persons],
        reviewer=best.theta[1] * best.spherical[data.persons :],
        p_value=p_value,
        deviance=best.deviance,
    )


@dataclass(frozen=True)
class _At:
    """The profile at one point."""

    theta: tuple[float, float]
    deviance: float
    var_error: float
    group: Array
    spherical: Array  # random effects in units of their own relative standard deviation


def _minimum(model: _Profile, start: tuple[float, float]) -> _At:
    """From two starts, as the surface may be flat near 0. A 0 in `start` stays 0."""
    free = [i for i in (0, 1) if start[i]]

    def at(values: Array) -> tuple[float, float]:
        theta = list(start)
        for i, value in zip(free, values, strict=True):
            theta[i] = float(value)
        return theta[0], theta[1]

    found = []
    for scale in (1.0, 0.3):
        first = np.array([start[i] * scale for i in free])
        options = {"ftol": 1e-13, "gtol": 1e-9, "maxiter": 200}
        bounds = [(0.0, None)] * len(free)
        done = minimize(lambda v: model.at(at(v)).deviance, first, method="L-BFGS-B", bounds=bounds, options=options)
        found.append(model.at(at(done.x)))
    return min(found, key=lambda a: a.deviance)


class _Profile:
    """The deviance of Bates et al. (2015), section 3.4. Reviewees are eliminated first: their block is diagonal."""

    def __init__(self, data: Ratings) -> None:
        self.data = data
        self.by_person = data.of_person.T
        self.by_reviewer = data.of_reviewer.T
        self.person_count = np.asarray(data.pairs.sum(axis=1)).ravel()
        self.reviewer_count = np.asarray(data.pairs.sum(axis=0)).ravel()
        self.x_person = (self.by_person @ data.of_group).toarray()
        self.x_reviewer = (self.by_reviewer @ data.of_group).toarray()
        self.xx = np.asarray(data.of_group.sum(axis=0)).ravel()
        self.least = len(data.y) * data.least  # a model that fits perfectly has no likelihood

    def at(self, theta: tuple[float, float]) -> _At:
        data, (a, b) = self.data, theta
        diagonal = a * a * self.person_count + 1  # of the reviewees' block
        cross = (a * b) * data.pairs
        right_p = a * np.column_stack([self.x_person, self.by_person @ data.y])
        right_r = b * np.column_stack([self.x_reviewer, self.by_reviewer @ data.y])
        right_r = right_r - cross.T @ (right_p / diagonal[:, None])
        schur = np.diag(b * b * self.reviewer_count + 1) - (cross.T @ (cross / diagonal[:, None])).toarray()
        factor = dense.cho_factor(schur, lower=True)
        log_det = float(np.log(diagonal).sum()) + 2 * float(np.log(np.diag(factor[0])).sum())
        solved_r = dense.cho_solve(factor, right_r)
        solved_p = (right_p - cross @ solved_r) / diagonal[:, None]
        return self._profiled(theta, log_det, np.vstack([solved_p, solved_r]))

    def _profiled(self, theta: tuple[float, float], log_det: float, solved: Array) -> _At:
        """Fixed effects and error variance that belong to theta, and the deviance there."""
        data, (a, b) = self.data, theta
        p = data.groups
        w_x = np.vstack([a * self.x_person, b * self.x_reviewer])
        w_y = np.concatenate([a * (self.by_person @ data.y), b * (self.by_reviewer @ data.y)])
        info = np.diag(self.xx) - w_x.T @ solved[:, :p]
        factor = dense.cho_factor(info, lower=True)
        group = dense.cho_solve(factor, data.of_group.T @ data.y - solved[:, :p].T @ w_y)
        spherical = solved[:, p] - solved[:, :p] @ group
        left = data.y - data.of_group @ group
        rss = max(float(left @ left - (w_y - w_x @ group) @ spherical), self.least)
        free = len(data.y) - p
        log_det += 2 * float(np.log(np.diag(factor[0])).sum())
        deviance = log_det + free * (1 + np.log(2 * np.pi * rss / free))
        return _At(theta, float(deviance), rss / free, group, spherical)
