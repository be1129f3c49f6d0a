"""How severe or lenient each reviewer is, and what means would be without it.

About 60 % of the variance of a single rating is the rater (Scullen, Mount & Goff 2000). The model, its gate and what
may be shown to whom: `docs/methods.md`. Severity is for HR alone; an employee never sees a mean before and after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

from appraisal.scoring import mixed_model
from appraisal.scoring.basis import Uncorrected
from appraisal.scoring.mixed_model import Fit, Index, Ratings

FEWEST_REVIEWERS = 20
FEWEST_REVIEWEES_EACH = 3  # median over the reviewers
SIGNIFICANT = 0.05
FEWEST_HIDDEN = 5  # anonymous reviews by one person: their severity rests on all of these, and tells none
NOTHING = 1e-6  # points


@dataclass(frozen=True, slots=True)
class Review:
    """One reviewer's mean rating of one reviewee, 0 to 100; `department` is the reviewee's."""

    reviewee_id: str
    reviewer_id: str
    department: str
    value: float


@dataclass(frozen=True)
class Correction:
    """What the model says of one cycle.

    `severity`: points on 0 to 100 by which each reviewer rates above (+, lenient) or below (-, severe) what their
    reviewees get from others, shrunk; empty where `reason` says why nothing is corrected. `parts`: reviewers who are
    linked by common reviewees, largest first; severity is comparable within a part only.
    """

    severity: Mapping[str, float]
    reason: Uncorrected | None
    parts: tuple[tuple[str, ...], ...]
    share_of_reviewer: float | None = None  # of the variance of a single rating, 0 to 1
    p_value: float | None = None
    is_exact: bool = True

    def points(self, hidden: Mapping[str, int]) -> dict[str, float]:
        """What may be worked with, in whole points: `hidden` counts the anonymous reviews that each reviewer wrote.

        From exact points, or from those of somebody with few anonymous reviews beside signed ones, an answer could
        be worked out that they gave elsewhere. Who wrote 1 to FEWEST_HIDDEN - 1 anonymous reviews is left out.
        """
        known = ((r, value) for r, value in self.severity.items() if not 0 < hidden.get(r, 0) < FEWEST_HIDDEN)
        return {reviewer: float(round(value)) for reviewer, value in known}


def correct(reviews: Sequence[Review], *, seed: int = 1) -> Correction:
    """Severities of one cycle's reviewers, or why there are none.

    Self-reviews do not belong here: nobody else can be compared with them. The order of `reviews` changes nothing.
    """
    ordered = sorted(reviews, key=lambda r: (r.reviewee_id, r.reviewer_id, r.value))
    if not ordered:
        return Correction({}, Uncorrected.FEW_REVIEWERS, ())
    reviewers, numbered = np.unique([r.reviewer_id for r in ordered], return_inverse=True)
    data = _ratings(ordered, numbered.astype(np.int64))
    names = [str(r) for r in reviewers]
    parts = _parts(data, names)
    reason = _too_little(data)
    if reason:
        return Correction({}, reason, parts)
    if float(np.ptp(data.around_groups)) < NOTHING:
        return Correction({}, Uncorrected.NO_DIFFERENCE, parts)
    fit = mixed_model.fit(data, seed=seed)
    if not fit.settled:
        return Correction({}, Uncorrected.NOT_SETTLED, parts)
    share = fit.var_reviewer / (fit.var_person + fit.var_reviewer + fit.var_error)
    known = {"share_of_reviewer": share, "p_value": fit.p_value, "is_exact": fit.is_exact}
    if fit.p_value >= SIGNIFICANT or fit.var_reviewer <= data.least:
        return Correction({}, Uncorrected.NO_DIFFERENCE, parts, **known)
    return Correction(_severity(names, fit), None, parts, **known)


def _ratings(ordered: Sequence[Review], reviewer: Index) -> Ratings:
    people, reviewee = np.unique([r.reviewee_id for r in ordered], return_inverse=True)
    department = {r.reviewee_id: r.department for r in ordered}
    _, group = np.unique([department[p] for p in people], return_inverse=True)
    values = np.array([r.value for r in ordered], dtype=float)
    return Ratings(values, reviewee.astype(np.int64), reviewer, group.astype(np.int64))


def _too_little(data: Ratings) -> Uncorrected | None:
    if data.reviewers < FEWEST_REVIEWERS:
        return Uncorrected.FEW_REVIEWERS
    each = np.bincount(data.pairs.indices)
    if float(np.median(each)) < FEWEST_REVIEWEES_EACH or len(data.y) <= data.groups:
        return Uncorrected.FEW_REVIEWEES
    return None


def _parts(data: Ratings, reviewers: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Connected components of the graph of reviewers who share a reviewee."""
    labels = sparse.csgraph.connected_components(data.pairs.T @ data.pairs, directed=False)[1]
    found: dict[int, list[str]] = {}
    for reviewer, label in zip(reviewers, labels, strict=True):
        found.setdefault(int(label), []).append(reviewer)
    return tuple(sorted((tuple(part) for part in found.values()), key=lambda p: (-len(p), p)))


def _severity(reviewers: Sequence[str], fit: Fit) -> dict[str, float]:
    return {reviewer: float(value) for reviewer, value in zip(reviewers, fit.reviewer, strict=True)}
