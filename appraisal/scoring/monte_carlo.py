"""The mixed model for many reviewers: average-information REML whose traces are estimated with random signs.

After Matilainen et al. 2013, PLoS ONE 8: factorising would fill the memory. The error that this adds is a tenth of that
of the data or less, and the same seed gives the same bits.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.sparse as sparse
from scipy.stats import norm

from appraisal.scoring.crossed import SMALL, Array, Fit, Ratings

PROBES = 60
STEPS = 60
MOST_TURNS = 300
LEAP = 4.0
MOST = 4.0  # times the variance of the ratings


def monte_carlo(data: Ratings, *, seed: int = 1, probes: int = PROBES) -> Fit:
    """By average-information REML with traces from `probes` random sign vectors.

    A step changes no variance by more than LEAP times, for the information is good near the estimate only.
    """
    system = _Equations(data)
    right = np.empty((len(data.y), 1 + probes))  # some hundred megabytes with what is made of it: kept once
    right[:, 0], right[:, 1:] = data.y, np.random.default_rng(seed).choice([-1.0, 1.0], size=(len(data.y), probes))
    signs = right[:, 1:]
    sums = [z.T @ signs for z in (data.of_person, data.of_reviewer)]
    variances, found, settled = _start(data), None, False
    information = np.eye(3)
    for _ in range(STEPS):
        projected, found = system.project(right, variances, start=found)
        p_y, p_signs = projected[:, 0], projected[:, 1:]
        moved = system.through(p_y)  # V_k P y of each component
        by_component = [(a * (z.T @ p_signs)).sum() for a, z in zip(sums, system.random, strict=True)]
        traces = np.array([*by_component, (signs * p_signs).sum()]) / probes
        score = -0.5 * (traces - moved.T @ p_y)
        del projected, p_y, p_signs
        information = 0.5 * (moved.T @ system.project(moved, variances)[0])
        wanted = variances + np.linalg.lstsq(information, score, rcond=None)[0]
        near = np.clip(wanted, variances / LEAP, variances * LEAP)
        fresh = np.clip(near, data.least, MOST / SMALL * data.least)
        settled = float(np.abs(fresh - variances).max()) < 1e-6 * float(variances.sum())
        variances = fresh
        if settled:
            break
    group, person, reviewer = system.effects(variances)
    error = float(np.sqrt(max(np.linalg.pinv(information)[1, 1], data.least**2)))
    return Fit(
        var_person=float(variances[0]),
        var_reviewer=float(variances[1]),
        var_error=float(variances[2]),
        group=group,
        person=person,
        reviewer=reviewer,
        p_value=float(norm.sf(variances[1] / error)),
        deviance=None,
        settled=settled,
    )


def _start(data: Ratings) -> Array:
    """Variances to begin with, from sums of squares (Henderson 1953, method 1), taken around the groups' means."""
    n, pairs, left = len(data.y), data.pairs, data.around_groups
    squares = pairs.power(2)
    per_person, per_reviewer = (np.asarray(pairs.sum(axis=axis)).ravel() for axis in (1, 0))
    of_person = float(((data.of_person.T @ left) ** 2 / per_person).sum())
    of_reviewer = float(((data.of_reviewer.T @ left) ** 2 / per_reviewer).sum())
    crossed = float((squares.sum(axis=1) / per_person).sum()), float((squares.sum(axis=0) / per_reviewer).sum())
    expected = np.array([[n, n, n], [n, crossed[0], data.persons], [crossed[1], n, data.reviewers]], dtype=float)
    found, *_ = np.linalg.lstsq(expected, np.array([float(left @ left), of_person, of_reviewer]), rcond=None)
    return np.asarray(np.maximum(found, 0.02 * float(np.mean(left**2))), dtype=np.float64)


class _Equations:
    """Henderson's mixed-model equations. Reviewees are eliminated, as their block is diagonal; what is left, for groups
    and reviewers together, is solved by conjugate gradients with a diagonal preconditioner."""

    def __init__(self, data: Ratings) -> None:
        self.data = data
        self.random = (data.of_person, data.of_reviewer)
        self.rest = sparse.csr_array(sparse.hstack([data.of_group, data.of_reviewer]))
        self.normal = sparse.csr_array(self.rest.T @ self.rest)
        self.cross = sparse.csr_array(data.of_person.T @ self.rest)
        self.back = sparse.csr_array(self.cross.T)
        self.count = np.asarray(data.pairs.sum(axis=1)).ravel()

    def project(self, right: Array, variances: Array, *, start: Array | None = None) -> tuple[Array, Array]:
        """(P right, solution): P = V⁻¹ - V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹, from the residuals of the mixed-model equations.

        `start`: a solution from before, near which this one is looked for.
        """
        person, rest = self._solve(right, variances, start)
        left = self.rest @ rest
        np.subtract(right, left, out=left)
        left -= self.data.of_person @ person
        left /= variances[2]
        return left, rest

    def effects(self, variances: Array) -> tuple[Array, Array, Array]:
        """Of groups, reviewees and reviewers."""
        person, rest = self._solve(self.data.y[:, None], variances, None)
        return rest[: self.data.groups, 0], person[:, 0], rest[self.data.groups :, 0]

    def through(self, vector: Array) -> Array:
        """V_k times the vector: for persons, reviewers, error."""
        return np.column_stack([*(z @ (z.T @ vector) for z in self.random), vector])

    def _solve(self, right: Array, variances: Array, start: Array | None) -> tuple[Array, Array]:
        """(reviewees, groups and reviewers): conjugate gradients for all columns at once."""
        data = self.data
        of_person = 1 / (self.count + variances[2] / variances[0])[:, None]
        ridge = np.concatenate([np.zeros(data.groups), np.full(data.reviewers, variances[2] / variances[1])])[:, None]
        person = data.of_person.T @ right
        wanted = self.rest.T @ right - self.back @ (of_person * person)

        def times(vectors: Array) -> Array:
            return self.normal @ vectors + ridge * vectors - self.back @ (of_person * (self.cross @ vectors))

        whole = self.normal.diagonal()[:, None] + ridge
        diagonal = np.maximum(whole - self.back.power(2) @ of_person, 1e-12 * whole)
        found = _conjugate_gradients(times, wanted, 1 / diagonal, np.zeros_like(wanted) if start is None else start)
        return of_person * (person - self.cross @ found), found


def _conjugate_gradients(times: Callable[[Array], Array], wanted: Array, inverse: Array, found: Array) -> Array:
    """`inverse`: of the diagonal of what `times` multiplies by. Until a ten-millionth of `wanted` is left."""
    enough = 1e-14 * np.maximum((wanted * inverse * wanted).sum(axis=0), np.finfo(float).tiny)
    left = wanted - times(found)
    direction = toward = inverse * left
    size = (left * toward).sum(axis=0)
    for _ in range(MOST_TURNS):
        if (size <= enough).all():
            break
        moved = times(direction)
        along = (direction * moved).sum(axis=0)
        length = np.divide(size, along, out=np.zeros_like(size), where=along > 0)
        found = found + length * direction
        left = left - length * moved
        toward = inverse * left
        now = (left * toward).sum(axis=0)
        direction = toward + np.divide(now, size, out=np.zeros_like(now), where=size > 0) * direction
        size = now
    return found
