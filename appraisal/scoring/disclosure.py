"""Whether figures that were shown, taken together, give single answers away.

Everything shown is a weighted sum of answers: a mean, a dimension, a total, a mean of a department. Whoever has all of
it can add and subtract. What can be worked out about a reviewer is what lies in the row space of those sums, so the
question is linear algebra: does the row space hold a sum over the answers of one reviewer alone, or of two?
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-7  # of lengths; of their squares, which are less exact, its power of 1.5

Answer = tuple[str, Hashable]
"""(reviewer, which answer of theirs). Anything that tells the answers of one reviewer apart, like an item."""

Sum = Mapping[Answer, float]
"""One figure that is shown: the weight with which each answer is in it. Constants do not matter."""

Who = tuple[int, ...]
"""One reviewer, or two, by number."""


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
    sum over both does and neither is exposed alone. Figures that share no answer tell nothing together: they are
    looked at apart.
    """
    rows = [{a: w for a, w in row.items() if w and a[0] not in known} for row in shown]
    found = [_of_block(block) for block in _blocks([row for row in rows if row])]
    alone = frozenset[str]().union(*(each.alone for each in found))
    pairs = (pair for each in found for pair in each.pairs)
    return Exposed(alone, frozenset(pair for pair in pairs if not pair & alone))


def _blocks(rows: Iterable[Sum]) -> list[list[Sum]]:
    """The figures that hang together: by an answer that is in both, or through others."""
    blocks: list[tuple[set[Answer], list[Sum]]] = []
    for row in rows:
        touched = [b for b in blocks if not b[0].isdisjoint(row)]
        blocks = [b for b in blocks if b[0].isdisjoint(row)]
        blocks.append((set(row).union(*(b[0] for b in touched)), [r for b in touched for r in b[1]] + [row]))
    return [block for _, block in blocks]


def _of_block(rows: Sequence[Sum]) -> Exposed:
    answers = sorted({a for row in rows for a in row}, key=repr)
    names = sorted({reviewer for reviewer, _ in answers})
    largest = [max(abs(w) for w in row.values()) for row in rows]
    weights = {tuple(row.get(a, 0.0) / most for a in answers) for row, most in zip(rows, largest, strict=True)}
    alone, pairs = _follow(tuple(names.index(reviewer) for reviewer, _ in answers), tuple(sorted(weights)))
    return Exposed(frozenset(names[n] for (n,) in alone), frozenset(frozenset(names[n] for n in p) for p in pairs))


@lru_cache(maxsize=1024)
def _follow(whose: tuple[int, ...], rows: tuple[tuple[float, ...], ...]) -> tuple[Sequence[Who], Sequence[Who]]:
    """Of whom something follows alone, and of which pairs. `whose` answer each column of `rows` is, by number.

    Remembered, since most items are answered by the same people: the same equations come again and again.
    """
    hidden = _hidden(np.array(rows))
    of = [np.flatnonzero(np.equal(whose, n)) for n in range(max(whose) + 1)]
    alone = _dependent(hidden, {(n,): places for n, places in enumerate(of)})
    others = combinations((n for n in range(len(of)) if (n,) not in alone), 2)
    return alone, _dependent(hidden, {(a, b): np.concatenate([of[a], of[b]]) for a, b in others})


def _hidden(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """What of each single answer (a column) does not follow: the projection onto what is outside of the row space."""
    _, sizes, directions = np.linalg.svd(matrix, full_matrices=False)
    basis = directions[sizes > TOLERANCE * max(1.0, float(sizes.max(initial=0.0)))]
    return np.eye(matrix.shape[1]) - basis.T @ basis


def _dependent(hidden: NDArray[np.float64], places: Mapping[Who, NDArray[np.intp]]) -> list[Who]:
    """Where some sum over just these answers lies in the row space: then their hidden parts depend on each other.

    Of a projection, the products of columns are its own elements; so a few elements tell, and nothing long is made.
    """
    by_size: dict[int, list[Who]] = {}
    for key, of in places.items():
        by_size.setdefault(len(of), []).append(key)
    found: list[Who] = []
    for keys in by_size.values():
        at = np.stack([places[key] for key in keys])
        least = np.linalg.eigvalsh(hidden[at[:, :, None], at[:, None, :]])[:, 0]
        found += [key for key, size in zip(keys, least, strict=True) if size < TOLERANCE**1.5]
    return found
