"""How much each part really decides, against how much it was meant to: a metric with a wide spread outweighs ratings
that are all alike, whatever the form says. For HR.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from appraisal.scheme import Source
from appraisal.scoring.card import ScoreCard

FEWEST_FOR_WEIGHTS = 10  # people on one form
DOMINATES = 1.5  # times its nominal weight


@dataclass(frozen=True)
class Shares:
    """What one person's total is made of: (share of it, score) by part; the shares add up to 1."""

    total: float
    dimensions: Mapping[str, tuple[float, float]]
    sources: Mapping[Source, tuple[float, float]]


@dataclass(frozen=True)
class Effective:
    """`nominal`: mean share of the totals, 0 to 1; `effective`: share of the differences between people."""

    part: str
    nominal: float
    effective: float

    @property
    def dominates(self) -> bool:
        return self.effective > DOMINATES * self.nominal > 0


def shares(card: ScoreCard) -> Shares | None:
    """Of a card with a total."""
    if card.total is None:
        return None
    dimensions = {d.dimension: (d.share, d.score) for d in card.dimensions if d.score is not None and d.share}
    sums: dict[Source, list[tuple[float, float]]] = {}
    for dimension in card.dimensions:
        for item in dimension.items:
            for part in item.parts:
                share = dimension.share * item.share * part.share
                if share and part.score is not None:
                    sums.setdefault(part.source, []).append((share, part.score))
    sources = {s: (fsum(w for w, _ in p), fsum(w * x for w, x in p) / fsum(w for w, _ in p)) for s, p in sums.items()}
    return Shares(card.total, dimensions, sources)


def by_dimension(people: Sequence[Shares]) -> tuple[Effective, ...] | None:
    """Effective weights of the dimensions; None under 10 people, or where all totals are alike."""
    return _effective([p.total for p in people], [p.dimensions for p in people])


def by_source(people: Sequence[Shares]) -> tuple[Effective, ...] | None:
    """Effective weights of the sources, like metrics and the manager's ratings."""
    return _effective([p.total for p in people], [{s.value: v for s, v in p.sources.items()} for p in people])


def _effective(
    totals: Sequence[float], parts: Sequence[Mapping[str, tuple[float, float]]]
) -> tuple[Effective, ...] | None:
    """w cov(X, C) / var(C) of each part; they add up to 1.

    Where somebody lacks a part, shares differ between people. So scores are taken from the mean total: then a share
    that is larger for one of them does not count as a difference by itself, and equal shares give the plain formula.
    """
    n = len(totals)
    if n < FEWEST_FOR_WEIGHTS:
        return None
    middle = fsum(totals) / n
    apart = [t - middle for t in totals]
    whole = fsum(a * a for a in apart)
    if whole < 1e-9:
        return None
    found: list[Effective] = []
    for key in dict.fromkeys(k for p in parts for k in p):
        there = [p.get(key, (0.0, middle)) for p in parts]
        effective = fsum(a * share * (score - middle) for a, (share, score) in zip(apart, there, strict=True)) / whole
        found.append(Effective(key, fsum(share for share, _ in there) / n, effective))
    return tuple(found)
