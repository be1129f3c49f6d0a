"""Ratings of reviewees by reviewers as arrays, and what a mixed model with both as random effects says of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]

SMALL = 1e-6


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
    def around_groups(self) -> Array:
        """The ratings less the mean of their group."""
        return self.y - self.of_group @ ((self.of_group.T @ self.y) / self.of_group.sum(axis=0))

    @cached_property
    def least(self) -> float:
        """A variance that counts as none."""
        return SMALL * float(np.mean(self.around_groups**2))

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
    likelihood, None where it was not computed. `settled`: whether the estimates stand still, as they should.
    """

    var_person: float
    var_reviewer: float
    var_error: float
    group: Array
    person: Array
    reviewer: Array
    p_value: float
    deviance: float | None
    settled: bool = True

    @property
    def is_exact(self) -> bool:
        return self.deviance is not None
