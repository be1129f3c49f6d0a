"""The composite: from answers per group and imported figures to a score card that says what it is made of.

Every sum is exact (`math.fsum`), so the same data give the same bits in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from math import floor, fsum, sqrt

from appraisal.cycle import Cycle
from appraisal.scheme import Dimension, GoalsItem, MetricItem, Scheme, ScoredItem, Source
from appraisal.scoring.basis import Basis
from appraisal.scoring.card import DimensionScore, Gap, ItemScore, LeftOut, MetricResult, Part, ScoreCard
from appraisal.scoring.evidence import Evidence, Shown, ends, shown_of
from appraisal.scoring.metrics import is_scorable, results

NO_BASIS = Basis()  # errors as research has them, no correction


def score(cycle: Cycle, person_id: str, evidence: Evidence, basis: Basis = NO_BASIS) -> ScoreCard:
    """The score card of one person by the cycle's version of the formula.

    Item, dimension and total are weighted means over the parts that have data, on 0 to 100. A part without data
    is listed and never counts as 0. An anonymous group with fewer answers than the cycle's threshold is neither
    shown nor counted, so that no composite gives it back; small groups count together where that is enough.
    Raises KeyError for a version of the formula that does not exist.
    """
    measures = cycle.scheme.metrics()
    known = {f.metric: f for f in evidence.figures if f.person_id == person_id}
    metrics = results(cycle.scheme, known)
    of = shown_of(cycle, person_id, evidence, basis)
    by_key = {m.metric: m for m in metrics}
    dimensions = [_dimension(of, by_key, d) for d in cycle.scheme.dimensions if d.scored()]
    weights = [d.weight for d in cycle.scheme.dimensions if d.scored()]
    scores = [d.score for d in dimensions]
    total = _mean(weights, scores)
    dimensions = [replace(d, share=s) for d, s in zip(dimensions, _shares(weights, scores), strict=True)]
    return ScoreCard(
        cycle_id=cycle.id,
        person_id=person_id,
        total=total,
        band=cycle.scheme.band(shown(total)).key if total is not None else None,
        dimensions=tuple(dimensions),
        metrics=tuple(metrics),
        missing_metrics=tuple(m.key for m in measures if m.key not in known),
        bad_metrics=tuple(m.key for m in measures if m.key in known and not is_scorable(m, known[m.key])),
        formula=cycle.formula,
        se=_se(of, [(i, d.share * i.share) for d in dimensions for i in d.items]) if total is not None else None,
        merged=tuple(s for s in Source if s in of.groups),
        corrected=of.is_corrected(),
    )


def differences(of: Shown) -> dict[str, float]:
    """Self minus others, in points, on each item of one person where both are shown: what `Basis.gaps` is made of."""
    found: dict[str, float] = {}
    for item in (i for d in of.cycle.scheme.dimensions for i in d.scored() if not isinstance(i, GoalsItem)):
        if (item.key, Source.SELF) not in of.found:
            continue
        parts = [of.part(item, source) for source in of.sources_of(item)]
        if compared := _compared(parts, weights_of(of.cycle.scheme, item, of.groups)):
            found[item.key] = compared[0]
    return found


def shown(value: float) -> int:
    """A score as people see it: whole points, half up. Bands go by it, so that both agree.

    The noise of the last bits does not decide: 79.4999999999 is the half that it was meant to be.
    """
    return floor(round(value, 6) + 0.5)


def weights_of(scheme: Scheme, item: ScoredItem, together: Collection[Source]) -> dict[Source, float]:
    """The weight of each source for an item. Groups that count `together` as others weigh as much as those of them
    that are asked would apart, unless the scheme says otherwise."""
    weights = dict(scheme.weights_of(item))
    if together and Source.OTHERS not in weights:
        asked = {Source(r.value) for r in item.relations}
        weights[Source.OTHERS] = fsum(weights.get(s, 0.0) for s in together if s in asked)
    return weights


def _dimension(of: Shown, metrics: Mapping[str, MetricResult], dimension: Dimension) -> DimensionScore:
    scored = dimension.scored()
    items = [_item(of, metrics, i) for i in scored]
    weights, scores = [i.weight for i in scored], [i.score for i in items]
    items = [replace(i, share=s) for i, s in zip(items, _shares(weights, scores), strict=True)]
    columns = (_column(of, source, scored, items) for source in Source)
    score = _mean(weights, scores)
    return DimensionScore(
        dimension=dimension.key,
        score=score,
        share=0.0,
        items=tuple(items),
        by_source=tuple(c for c in columns if c),
        se=_se(of, [(i, i.share) for i in items]) if score is not None else None,
    )


def _item(of: Shown, metrics: Mapping[str, MetricResult], item: ScoredItem) -> ItemScore:
    parts = [] if isinstance(item, GoalsItem) else [of.part(item, source) for source in of.sources_of(item)]
    if isinstance(item, MetricItem | GoalsItem):
        parts.append(_figure(metrics.get(item.key)))
    by_source = weights_of(of.cycle.scheme, item, of.groups)
    weights = [by_source.get(p.source, 0.0) for p in parts]
    scores = [p.score if w else None for p, w in zip(parts, weights, strict=True)]
    shares = _shares(weights, scores)
    weighed = tuple(_weighed(*of_part) for of_part in zip(parts, weights, shares, strict=True))
    return ItemScore(item.key, _mean(weights, scores), 0.0, weighed, _gap(of, item.key, weighed, by_source))


def others(weights: Mapping[Source, float], parts: Iterable[Part]) -> list[tuple[float, Part]]:
    """The parts of all but the person that are shown, with their weights; equal ones where none has a weight."""
    there = [p for p in parts if p.score is not None and p.source not in (Source.SELF, Source.METRIC)]
    weighed = [(weights.get(p.source, 0.0), p) for p in there]
    return [(w, p) for w, p in weighed if w] or [(1.0, p) for p in there]


def _gap(of: Shown, item: str, parts: Sequence[Part], weights: Mapping[Source, float]) -> Gap | None:
    """Own view against the others', where both are shown."""
    compared = _compared(parts, weights) if of.basis else None
    return of.basis.gap(item, *compared) if of.basis and compared else None


def _compared(parts: Sequence[Part], weights: Mapping[Source, float]) -> tuple[float, float] | None:
    """Self minus others in points, and the standard error of the others; None where one of them is not shown."""
    own = next((p.score for p in parts if p.source is Source.SELF), None)
    weighed = others(weights, parts)
    if own is None or not weighed:
        return None
    whole = fsum(w for w, _ in weighed)
    theirs = fsum(w * (p.score or 0.0) for w, p in weighed) / whole
    return own - theirs, sqrt(fsum((w * (p.se or 0.0) / whole) ** 2 for w, p in weighed))


def _figure(measured: MetricResult | None) -> Part:
    if measured is None:
        return Part(Source.METRIC, 0, None, None, 0.0, LeftOut.NO_DATA)
    return Part(Source.METRIC, 1, measured.score, None, 0.0)


def _weighed(part: Part, weight: float, share: float) -> Part:
    left_out = part.left_out if weight or part.left_out else LeftOut.NO_WEIGHT
    return Part(part.source, part.n, part.score, part.mean, share, left_out, part.se, part.agreement)


def _column(of: Shown, source: Source, scored: Sequence[ScoredItem], items: Sequence[ItemScore]) -> Part | None:
    """What one source says over a dimension: the mean over the items that show it. None where it is not asked."""
    pairs = [(i, s, p) for i, s in zip(scored, items, strict=True) if (p := s.part(source))]
    seen = [(i, s, p) for i, s, p in pairs if p.score is not None]
    if not pairs:
        return None
    if not seen:
        is_hidden = any(p.left_out is LeftOut.TOO_FEW for _, _, p in pairs)
        return Part(source, 0, None, None, 0.0, LeftOut.TOO_FEW if is_hidden else LeftOut.NO_DATA)
    weights = [i.weight for i, _, _ in seen]
    shares = [
        (share, p.n) for share, (_, _, p) in zip(_shares(weights, [p.score for _, _, p in seen]), seen, strict=True)
    ]
    share = fsum(s.share * p.share for _, s, p in seen)
    scales = {ends(i) for i, _, _ in seen if not isinstance(i, GoalsItem)}
    is_on_scale = len(scales) == 1 and all(p.mean is not None for _, _, p in seen)
    return Part(
        source=source,
        n=min(p.n for _, _, p in seen),
        score=_mean(weights, [p.score for _, _, p in seen]),
        mean=_mean(weights, [p.mean for _, _, p in seen]) if is_on_scale else None,
        share=share,
        left_out=None if share else LeftOut.NO_WEIGHT,
        se=of.basis.spread(source).error(shares) if of.basis and source is not Source.METRIC else None,
    )


def _se(of: Shown, items: Sequence[tuple[ItemScore, float]]) -> float | None:
    """Standard error, in points, of a mean over items with these shares; None in formula 1.

    Figures are taken as measured: they add nothing.
    """
    if of.basis is None:
        return None
    counted: dict[Source, list[tuple[float, int]]] = {}
    for item, share in items:
        for part in item.parts:
            if part.share and part.se is not None:
                counted.setdefault(part.source, []).append((share * part.share, part.n))
    return sqrt(fsum(of.basis.spread(source).error(shares) ** 2 for source, shares in counted.items()))


def _mean(weights: Sequence[float], scores: Sequence[float | None]) -> float | None:
    """Weighted mean of the scores there are; None where there is none with a weight."""
    there = [(w, s) for w, s in zip(weights, scores, strict=True) if s is not None and w > 0]
    return fsum(w * s for w, s in there) / fsum(w for w, _ in there) if there else None


def _shares(weights: Sequence[float], scores: Sequence[float | None]) -> list[float]:
    """What each weight comes to, 0 to 1, among those that have a score."""
    counted = [0.0 if s is None else w for w, s in zip(weights, scores, strict=True)]
    whole = fsum(counted)
    return [w / whole if whole else 0.0 for w in counted]
