"""Why somebody's score is what it is: from a card to its explanation for one reader.

Nothing is computed from answers here. An explanation is made of the card's shown groups alone, so that it gives away
no more than the card does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, fsum

from appraisal.cycle import Cycle
from appraisal.review import Figure
from appraisal.scheme import GoalsItem, Scheme, ScoredItem, Source
from appraisal.scoring.basis import Basis
from appraisal.scoring.card import DimensionScore, GoalLevel, ItemScore, MetricResult, Part, ScoreCard, interval
from appraisal.scoring.composite import shown, weights_of
from appraisal.scoring.explanation import (
    Change,
    DimensionOf,
    EveningOut,
    Explanation,
    Happened,
    ItemOf,
    MetricOf,
    OtherFigure,
    PartOf,
    Reader,
    SourceOf,
)
from appraisal.scoring.year import Annual

FEWEST_FOR_CALM = 4  # reviewers: what peers need for a reliability of .70
COARSE = 5.0  # points of error
STEP = 5


def explain(
    cycle: Cycle,
    person: str,
    card: ScoreCard,
    basis: Basis,
    *,
    reader: Reader,
    final: float | None = None,
    heard: Mapping[str, Sequence[OtherFigure]] | None = None,
    changes: Sequence[Change] = (),
    is_same: bool = True,
    as_given: float | None = None,
) -> Explanation:
    """The explanation of one person's card to one reader.

    `cycle` has the person's own form, `person` is their name. `final`: the total that counts. `heard`: what other
    imports say, by metric. `as_given`: the total where nobody is evened out, told to HR only.
    """
    own = _Card(cycle.scheme, card, reader)
    scheme, final = cycle.scheme, card.total if final is None else final
    dimensions = tuple(own.dimension(d) for d in card.dimensions)
    names = {i.key: i.name for i in scheme.items()}
    return Explanation(
        cycle_id=cycle.id,
        cycle=cycle.name,
        period=(cycle.period_start, cycle.period_end),
        person_id=card.person_id,
        person=person,
        reader=reader,
        total=card.total,
        final=final,
        band=card.band,
        final_band=scheme.band(shown(final)).key if final is not None else None,
        se=card.se,
        interval=card.interval,
        stated=stated(card),
        reach=reach(scheme, card),
        formula=card.formula,
        formula_since=cycle.created_at,
        threshold=cycle.threshold,
        dimensions=dimensions,
        sources=_sources(card, basis),
        merged=card.merged,
        metrics=tuple(MetricOf(names[m.metric], m, tuple((heard or {}).get(m.metric, ()))) for m in card.metrics),
        missing_metrics=card.missing_metrics,
        bad_metrics=card.bad_metrics,
        evening_out=_evening_out(cycle, card, basis, reader, as_given),
        changes=_told(changes, reader),
        is_same=is_same,
    )


def stated(of: ScoreCard | DimensionOf | Annual) -> tuple[int, int] | None:
    """The interval as people read it: whole points, or steps of five, outward, where the error is above five points.

    Nobody should read more into a bound than it can bear.
    """
    if of.interval is None or of.se is None:
        return None
    low, high = of.interval
    if of.se <= COARSE:
        return shown(low), shown(high)
    return STEP * floor(low / STEP), STEP * ceil(high / STEP)


def reach(scheme: Scheme, card: ScoreCard) -> tuple[str, ...]:
    """The bands, the best first, that the total's interval touches besides its own."""
    bounds = stated(card)
    if bounds is None:
        return ()
    touched = [b.key for b in scheme.bands if b.least <= bounds[1]]
    lowest = touched.index(scheme.band(bounds[0]).key)
    return tuple(key for key in touched[: lowest + 1] if key != card.band)


def reviewers(card: ScoreCard) -> int:
    """How many reviewers besides the person the total rests on: the most answers of each group that counts."""
    most: dict[Source, int] = {}
    for part in (p for i in card.items() for p in i.parts if p.share and p.source not in (Source.SELF, Source.METRIC)):
        most[part.source] = max(most.get(part.source, 0), part.n)
    return sum(most.values())


@dataclass(frozen=True)
class _Card:
    """One card while it is explained to one reader."""

    scheme: Scheme
    card: ScoreCard
    reader: Reader

    def dimension(self, of: DimensionScore) -> DimensionOf:
        asked = next(d for d in self.scheme.dimensions if d.key == of.dimension)
        scored = {i.key: i for i in asked.scored()}
        return DimensionOf(
            dimension=of.dimension,
            name=asked.name,
            weight=asked.weight,
            share=of.share,
            score=of.score,
            se=of.se,
            interval=interval(of.score, of.se),
            points=_points(of.share, of.score),
            items=tuple(self.item(scored[i.item], i, of.share) for i in of.items),
        )

    def item(self, asked: ScoredItem, of: ItemScore, share_of_dimension: float) -> ItemOf:
        share, score = share_of_dimension * of.share, of.score
        weights = weights_of(self.scheme, asked, self.card.merged)
        return ItemOf(
            item=of.item,
            name=asked.name,
            weight=asked.weight,
            share=of.share,
            score=score,
            points=_points(share, score),
            pull=None if score is None or self.card.total is None else share * (score - self.card.total),
            scale=_scale(asked),
            parts=tuple(self.part(p, weights.get(p.source, 0.0), share) for p in of.parts),
            gap=of.gap,
        )

    def part(self, of: Part, weight: float, share: float) -> PartOf:
        return PartOf(
            source=of.source,
            weight=weight,
            share=of.share,
            n=of.n,
            score=of.score,
            mean=of.mean,
            points=_points(share * of.share, of.score),
            se=of.se,
            agreement=of.agreement,
            left_out=of.left_out,
        )


def _points(share: float, score: float | None) -> float | None:
    return share * score if share and score is not None else None


def _scale(item: ScoredItem) -> tuple[float, float] | None:
    if isinstance(item, GoalsItem):
        return None
    return item.anchors[0].point, item.anchors[-1].point


def _sources(card: ScoreCard, basis: Basis) -> tuple[SourceOf, ...]:
    """What each source counts for in the total, and how much of the uncertainty is its own."""
    found: list[SourceOf] = []
    for source in Source:
        counted = [
            (d.share * i.share * p.share, p)
            for d in card.dimensions
            for i in d.items
            for p in i.parts
            if p.source is source and p.share
        ]
        if not counted:
            continue
        of_answers = [(share, p.n) for share, p in counted if p.se is not None]
        found.append(
            SourceOf(
                source=source,
                share=fsum(share for share, _ in counted),
                n=max(p.n for _, p in counted),
                error=basis.spread(source).error(of_answers) if of_answers else None,
                spread=basis.spread(source) if of_answers else None,
            )
        )
    return tuple(found)


def _evening_out(cycle: Cycle, card: ScoreCard, basis: Basis, reader: Reader, as_given: float | None) -> EveningOut:
    reason, is_hr = basis.evened.reason if basis.evened else None, reader is Reader.HR
    before = shown(as_given) if is_hr and card.corrected and as_given is not None else None
    return EveningOut(cycle.correct_severity, card.corrected, reason, before, basis.evened if is_hr else None)


def _told(changes: Sequence[Change], reader: Reader) -> tuple[Change, ...]:
    """Who was asked again, and when, stays with those who decide: times tell who answered."""
    if reader is not Reader.EMPLOYEE:
        return tuple(changes)
    silent = (Happened.RETURNED, Happened.CAUSES_NAMED)
    said = (replace(c, reviews=False, approver=False) for c in changes if c.what not in silent)
    return tuple(c for c in said if c.what is not Happened.SCORED_AGAIN or c.figures)


def other_figures(
    counted: MetricResult | GoalLevel, said: Sequence[tuple[int, Figure]], *, decided: bool
) -> tuple[OtherFigure, ...]:
    """What is said about a metric or goal besides what the card says. `said`: the one that would count now is first."""
    found: list[OtherFigure] = []
    for place, (_, figure) in enumerate(said):
        if _is_same(counted, figure):
            continue
        found.append(
            OtherFigure(
                figure.target,
                figure.actual,
                figure.source,
                figure.file_name,
                figure.as_of,
                figure.imported_at,
                is_late=decided and place == 0,
                goal=counted.goal if isinstance(counted, GoalLevel) else "",
            )
        )
    return tuple(found)


def _is_same(counted: MetricResult | GoalLevel, figure: Figure) -> bool:
    place = (counted.source, counted.file_name, counted.sheet, counted.row, counted.imported_at)
    return place == (figure.source, figure.file_name, figure.sheet, figure.row, figure.imported_at)
