"""A mixed model with two crossed random effects, fitted by restricted maximum likelihood (REML).

    y = group + reviewee + reviewer + e        reviewee ~ N(0, σ²_p), reviewer ~ N(0, σ²_r), e ~ N(0, σ²_e)

Groups (departments) are fixed effects. Nothing here knows what is rated: arrays in, numbers out. Two ways to the same
estimates: `exact` profiles the likelihood as lme4 does (Bates et al. 2015, J. Stat. Softw. 67); `monte_carlo`, for more
than MOST_EXACT reviewers, is average-information REML whose traces are estimated with random signs (Matilainen et al.
2013, PLoS ONE 8), as factorising would fill the memory. Its error is a tenth of that of the data or less, and the same
seed gives the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.linalg as dense
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import chi2, norm

Array = NDArray[np.float64]
Index = NDArray[np.int64]

MOST_EXACT = 600  # reviewers whose block is factorised densely, about 10 ms a step
PROBES = 60
STEPS = 40
SMALL = 1e-9


@dataclass(frozen=True)
class Ratings:
    """`y` (n,): the ratings. `reviewee`, `reviewer`, (n,): numbers from 0; `group` (reviewees,): of each reviewee."""

    y: Array
    reviewee: Index
    reviewer: Index
    group: Index

    @cached_property
    def persons(self) -> int:
        return len(self.group)

    @cached_property
    def reviewers(self) -> int:
        return int(self.reviewer.max()) + 1

    @cached_property
    def groups(self) -> int:
        return int(self.group.max()) + 1

    @cached_property
    def pairs(self) -> sparse.csr_array:
        """How often each reviewer (column) rated each reviewee (row)."""
        ones = np.ones(len(self.y))
        return sparse.csr_array((ones, (self.reviewee, self.reviewer)), shape=(self.persons, self.reviewers))

    @cached_property
    def of_group(self) -> sparse.csr_array:
        """Which group (column) each rating (row) counts for."""
        n = len(self.y)
        return sparse.csr_array((np.ones(n), (np.arange(n), self.group[self.reviewee])), shape=(n, self.groups))

    @cached_property
    def of_person(self) -> sparse.csr_array:
        n = len(self.y)
        return sparse.csr_array((np.ones(n), (np.arange(n), self.reviewee)), shape=(n, self.persons))

    @cached_property
    def of_reviewer(self) -> sparse.csr_array:
        n = len(self.y)
        return sparse.csr_array((np.ones(n), (np.arange(n), self.reviewer)), shape=(n, self.reviewers))


@dataclass(frozen=True)
class Fit:
    """Variances in squared units of y. `person`, `reviewer`: best linear unbiased predictions; `group`: estimates.

    `p_value`: of no reviewer variance, one-sided (likelihood ratio where exact, else Wald). `deviance`: -2 log REML
    likelihood, None where it was not computed.
    """

    var_person: float
    var_reviewer: float
    var_error: float
    group: Array
    person: Array
    reviewer: Array
    p_value: float
    deviance: float | None

    @property
    def is_exact(self) -> bool:
        return self.deviance is not None


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
        rss = float(left @ left - (w_y - w_x @ group) @ spherical)
        free = len(data.y) - p
        log_det += 2 * float(np.log(np.diag(factor[0])).sum())
        deviance = log_det + free * (1 + np.log(2 * np.pi * rss / free))
        return _At(theta, float(deviance), rss / free, group, spherical)


def monte_carlo(data: Ratings, *, seed: int = 1, probes: int = PROBES) -> Fit:
    """By average-information REML with traces from `probes` random sign vectors."""
    system = _Equations(data)
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(len(data.y), probes))
    whole = float(np.var(data.y))
    variances: Array = np.array([0.3 * whole, 0.3 * whole, 0.4 * whole])
    information = np.eye(3)
    for _ in range(STEPS):
        projected, _ = system.project(np.column_stack([data.y, signs]), variances)
        p_y, p_signs = projected[:, 0], projected[:, 1:]
        moved = system.through(p_y)  # V_k P y of each component
        traces = np.array([float(np.mean((signs * v).sum(axis=0))) for v in system.each(p_signs)])
        score = -0.5 * (traces - moved.T @ p_y)
        information = 0.5 * (moved.T @ system.project(moved, variances)[0])
        step = np.linalg.solve(information, score)
        fresh: Array = variances + step
        while (fresh < SMALL * whole).any() and np.abs(step).max() > SMALL * whole:
            step = step / 2
            fresh = np.asarray(np.maximum(variances + step, SMALL * whole), dtype=np.float64)
        done = float(np.abs(fresh - variances).max()) < 1e-7 * whole
        variances = fresh
        if done:
            break
    group, person, reviewer = system.solve_for_effects(variances)
    error = float(np.sqrt(np.linalg.inv(information)[1, 1]))
    return Fit(
        var_person=float(variances[0]),
        var_reviewer=float(variances[1]),
        var_error=float(variances[2]),
        group=group,
        person=person,
        reviewer=reviewer,
        p_value=float(norm.sf(variances[1] / error)),
        deviance=None,
    )


class _Equations:
    """Henderson's mixed-model equations, solved by conjugate gradients with a diagonal preconditioner."""

    def __init__(self, data: Ratings) -> None:
        self.data = data
        self.design = sparse.csr_array(sparse.hstack([data.of_group, data.of_person, data.of_reviewer]))
        self.normal = sparse.csr_array(self.design.T @ self.design)

    def project(self, right: Array, variances: Array) -> tuple[Array, Array]:
        """(P right, effects): P = V⁻¹ - V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹, from the residuals of the mixed-model equations."""
        effects = self._solve(self.design.T @ right, variances)
        return (right - self.design @ effects) / variances[2], effects

    def solve_for_effects(self, variances: Array) -> tuple[Array, Array, Array]:
        effects = self._solve(self.design.T @ self.data.y[:, None], variances)[:, 0]
        p, q = self.data.groups, self.data.groups + self.data.persons
        return effects[:p], effects[p:q], effects[q:]

    def each(self, vectors: Array) -> list[Array]:
        """V_k times each vector: for persons, reviewers, error."""
        data = self.data
        return [
            data.of_person @ (data.of_person.T @ vectors),
            data.of_reviewer @ (data.of_reviewer.T @ vectors),
            vectors,
        ]

    def through(self, vector: Array) -> Array:
        return np.column_stack(self.each(vector))

    def _solve(self, right: Array, variances: Array) -> Array:
        """Conjugate gradients for all columns at once."""
        data = self.data
        ridge = np.concatenate(
            [
                np.zeros(data.groups),
                np.full(data.persons, variances[2] / variances[0]),
                np.full(data.reviewers, variances[2] / variances[1]),
            ]
        )
        inverse = 1 / (self.normal.diagonal() + ridge)[:, None]
        found = np.zeros_like(right)
        left = right.copy()
        direction = inverse * left
        size = (left * direction).sum(axis=0)
        enough = 1e-18 * np.maximum(size, np.finfo(float).tiny)
        for _ in range(2_000):
            moved = self.normal @ direction + ridge[:, None] * direction
            along = (direction * moved).sum(axis=0)
            length = np.divide(size, along, out=np.zeros_like(size), where=along > 0)
            found += length * direction
            left -= length * moved
            toward = inverse * left
            now = (left * toward).sum(axis=0)
            if (now <= enough).all():
                return found
            direction = toward + np.divide(now, size, out=np.zeros_like(now), where=size > 0) * direction
            size = now
        return found
