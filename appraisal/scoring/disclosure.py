"""Whether figures that were shown, taken together, give single answers away.

Everything shown is a weighted sum of answers: a mean, a dimension, a total, a mean of a department. Whoever has all of
it can add and subtract. What can be worked out about a reviewer is what lies in the row space of those sums, so the
question is linear algebra: does the row space hold a sum over the answers of one reviewer alone, or of two?
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-7

Answer = tuple[str, Hashable]
"""(reviewer, which answer of theirs). Anything that tells the answers of one reviewer apart, like an item."""

Sum = Mapping[Answer, float]
"""One figure that is shown: the weight with which each answer is in it. Constants do not matter."""


@dataclass(frozen=True)
class Exposed:
    """Reviewers about whom something follows: `alone`, or as one of a pair of whom a sum follows."""

    alone: frozenset[str] = frozenset()
    pairs: frozenset[frozenset[str]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.alone or self.pairs)


def exposed(shown: Iterable[Sum], *, known: Collection[str] = ()) -> Exposed:
    """What follows from `shown` for somebody who knows the answers of the reviewers `known`: their own, signed ones.

    A reviewer is exposed alone where any sum over their answers follows, even one over several items; a pair where a
    sum over both does and neither is exposed alone.
    """
    rows = [{a: w for a, w in row.items() if w and a[0] not in known} for row in shown]
    answers = sorted({a for row in rows for a in row}, key=repr)
    if not answers:
        return Exposed()
    hidden = _hidden(rows, answers)
    of: dict[str, list[int]] = {}
    for place, (reviewer, _) in enumerate(answers):
        of.setdefault(reviewer, []).append(place)
    alone = frozenset(r for r, places in of.items() if _follows(hidden, places))
    pairs = combinations(sorted(of.keys() - alone), 2)
    return Exposed(alone, frozenset(frozenset(p) for p in pairs if _follows(hidden, of[p[0]] + of[p[1]])))


def _hidden(rows: Sequence[Sum], answers: Sequence[Answer]) -> NDArray[np.float64]:
    """What of each single answer (a column) does not follow: its part outside of the row space."""
    place = {answer: n for n, answer in enumerate(answers)}
    matrix = np.zeros((len(rows), len(answers)))
    for n, row in enumerate(rows):
        for answer, weight in row.items():
            matrix[n, place[answer]] = weight
    matrix /= np.maximum(np.abs(matrix).max(axis=1, keepdims=True), np.finfo(float).tiny)
    _, sizes, directions = np.linalg.svd(matrix, full_matrices=False)
    basis = directions[sizes > TOLERANCE * max(1.0, float(sizes.max(initial=0.0)))]
    return np.eye(len(answers)) - basis.T @ basis


def _follows(hidden: NDArray[np.float64], places: Sequence[int]) -> bool:
    """Whether some sum over just these answers lies in the row space: then their hidden parts depend on each other."""
    sizes = np.linalg.svd(hidden[:, places], compute_uv=False)
    return bool(sizes.min() < TOLERANCE)
