"""The composite: from answers per group and imported figures to a score card that says what it is made of.

Every sum is exact (`math.fsum`), so the same data give the same bits in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from math import floor, fsum

from appraisal.cycle import Cycle
from appraisal.review import Figure
from appraisal.scheme import Dimension, Disclosure, MetricItem, Relation, Scheme, ScoredItem, Source
from appraisal.scoring.card import DimensionScore, ItemScore, ItemStats, LeftOut, MetricResult, Part, ScoreCard
from appraisal.scoring.metrics import result

CROWDS = frozenset({Source.PEER, Source.REPORT})  # groups of more than one reviewer


def score(
    cycle: Cycle,
    person_id: str,
    stats: Iterable[ItemStats],
    figures: Iterable[Figure],
    *,
    asked: Collection[Relation] = tuple(Relation),
) -> ScoreCard:
    """The score card of one person. `asked`: the relations in which somebody was asked about this person.

    Item, dimension and total are weighted means over the parts that have data, on 0 to 100. A part without data
    is listed and never counts as 0. An anonymous group with fewer answers than the cycle's threshold is neither
    shown nor counted, so that no composite gives it back. Statistics and figures of other people are skipped.
    """
    found = {(s.item, s.source): s for s in stats if s.reviewee_id == person_id}
    known = {f.metric: f for f in figures if f.person_id == person_id}
    metrics = {i.key: result(i, known[i.key]) for i in cycle.scheme.metrics() if i.key in known}
    cycle = replace(cycle, relations=tuple(r for r in cycle.relations if r in asked))
    dimensions = [_dimension(cycle, d, found, metrics) for d in cycle.scheme.dimensions if d.scored()]
    weights = [d.weight for d in cycle.scheme.dimensions if d.scored()]
    scores = [d.score for d in dimensions]
    total = _mean(weights, scores)
    return ScoreCard(
        cycle_id=cycle.id,
        person_id=person_id,
        total=total,
        band=cycle.scheme.band(shown(total)).key if total is not None else None,
        dimensions=tuple(replace(d, share=s) for d, s in zip(dimensions, _shares(weights, scores), strict=True)),
        metrics=tuple(m for m in metrics.values() if m),
        missing_metrics=tuple(i.key for i in cycle.scheme.metrics() if i.key not in metrics),
        bad_metrics=tuple(key for key, m in metrics.items() if m is None),
    )


def shown(value: float) -> int:
    """A score as people see it: whole points, half up. Bands go by it, so that both agree.

    The noise of the last bits does not decide: 79.4999999999 is the half that it was meant to be.
    """
    return floor(round(value, 6) + 0.5)


def pomp(item: ScoredItem, mean: float) -> float:
    """Percent of the maximum possible: 100 (x - min) / (max - min) on the item's scale (Cohen et al. 1999)."""
    low, high = item.anchors[0].point, item.anchors[-1].point
    return 100 * (mean - low) / (high - low)


def anonymous(scheme: Scheme) -> frozenset[Source]:
    """The groups in whose crowd an answer hides. A self-rating never does."""
    hiding = (r for r in Relation if scheme.disclosure[r] is not Disclosure.NAMED and r is not Relation.SELF)
    return frozenset(Source(r.value) for r in hiding)


def reissue(
    old: Sequence[ItemStats],
    fresh: Sequence[ItemStats],
    renewed: Mapping[Source, int],
    threshold: int,
    *,
    anonymous: Collection[Source] = CROWDS,
) -> list[ItemStats]:
    """What may be shown about one person after some reviews came in again.

    Four answers shown and then five give the fifth away. So an anonymous group's figure is taken from `fresh`
    only where at least `threshold` of its reviewers answered anew (`renewed`, by source), or where the old one
    was below the threshold and so was never shown; otherwise `old` stays. Other groups are always fresh.
    """
    old_by, fresh_by = _by_group(old), _by_group(fresh)
    merged: list[ItemStats] = []
    for group in fresh_by | old_by:
        before = old_by.get(group)
        is_out = before is not None and before.n >= threshold
        is_held = group[2] in anonymous and is_out and renewed.get(group[2], 0) < threshold
        if stats := before if is_held else fresh_by.get(group):
            merged.append(stats)
    return merged


def _by_group(stats: Iterable[ItemStats]) -> dict[tuple[str, str, Source], ItemStats]:
    return {(s.reviewee_id, s.item, s.source): s for s in stats}


Found = Mapping[tuple[str, Source], ItemStats]
Metrics = Mapping[str, MetricResult | None]


def _dimension(cycle: Cycle, dimension: Dimension, found: Found, metrics: Metrics) -> DimensionScore:
    scored = dimension.scored()
    items = [_item(cycle, i, found, metrics) for i in scored]
    weights, scores = [i.weight for i in scored], [i.score for i in items]
    items = [replace(i, share=s) for i, s in zip(items, _shares(weights, scores), strict=True)]
    columns = (_column(source, scored, items) for source in Source)
    return DimensionScore(
        dimension=dimension.key,
        score=_mean(weights, scores),
        share=0.0,
        items=tuple(items),
        by_source=tuple(c for c in columns if c),
    )


def _item(cycle: Cycle, item: ScoredItem, found: Found, metrics: Metrics) -> ItemScore:
    sources = [Source(r.value) for r in Relation if r in item.relations and r in cycle.relations]
    parts = [_answers(cycle, item, source, found.get((item.key, source))) for source in sources]
    if isinstance(item, MetricItem):
        parts.append(_figure(metrics.get(item.key)))
    weights = [cycle.scheme.weights_of(item).get(p.source, 0.0) for p in parts]
    scores = [p.score if w else None for p, w in zip(parts, weights, strict=True)]
    shares = _shares(weights, scores)
    weighed = [_weighed(*of_part) for of_part in zip(parts, weights, shares, strict=True)]
    return ItemScore(item.key, _mean(weights, scores), 0.0, tuple(weighed))


def _answers(cycle: Cycle, item: ScoredItem, source: Source, stats: ItemStats | None) -> Part:
    """A group's part before weights, hidden where the group is anonymous and too small."""
    if stats is None or stats.n == 0:
        return Part(source, 0, None, None, 0.0, LeftOut.NO_DATA)
    if source in anonymous(cycle.scheme) and stats.n < cycle.threshold:
        return Part(source, 0, None, None, 0.0, LeftOut.TOO_FEW)
    return Part(source, stats.n, pomp(item, stats.mean), stats.mean, 0.0)


def _figure(measured: MetricResult | None) -> Part:
    if measured is None:
        return Part(Source.METRIC, 0, None, None, 0.0, LeftOut.NO_DATA)
    return Part(Source.METRIC, 1, measured.score, None, 0.0)


def _weighed(part: Part, weight: float, share: float) -> Part:
    left_out = part.left_out if weight or part.left_out else LeftOut.NO_WEIGHT
    return replace(part, share=share, left_out=left_out)


def _column(source: Source, scored: Sequence[ScoredItem], items: Sequence[ItemScore]) -> Part | None:
    """What one source says over a dimension: the mean over the items that show it. None where it is not asked."""
    pairs = [(i, s, p) for i, s in zip(scored, items, strict=True) if (p := s.part(source))]
    seen = [(i, s, p) for i, s, p in pairs if p.score is not None]
    if not pairs:
        return None
    if not seen:
        is_hidden = any(p.left_out is LeftOut.TOO_FEW for _, _, p in pairs)
        return Part(source, 0, None, None, 0.0, LeftOut.TOO_FEW if is_hidden else LeftOut.NO_DATA)
    weights = [i.weight for i, _, _ in seen]
    share = fsum(s.share * p.share for _, s, p in seen)
    scales = {(i.anchors[0].point, i.anchors[-1].point) for i, _, _ in seen}
    return Part(
        source=source,
        n=min(p.n for _, _, p in seen),
        score=_mean(weights, [p.score for _, _, p in seen]),
        mean=_mean(weights, [p.mean for _, _, p in seen]) if len(scales) == 1 else None,
        share=share,
        left_out=None if share else LeftOut.NO_WEIGHT,
    )


def _mean(weights: Sequence[float], scores: Sequence[float | None]) -> float | None:
    """Weighted mean of the scores there are; None where there is none with a weight."""
    there = [(w, s) for w, s in zip(weights, scores, strict=True) if s is not None and w > 0]
    return fsum(w * s for w, s in there) / fsum(w for w, _ in there) if there else None


def _shares(weights: Sequence[float], scores: Sequence[float | None]) -> list[float]:
    """What each weight comes to, 0 to 1, among those that have a score."""
    counted = [0.0 if s is None else w for w, s in zip(weights, scores, strict=True)]
    whole = fsum(counted)
    return [w / whole if whole else 0.0 for w in counted]
