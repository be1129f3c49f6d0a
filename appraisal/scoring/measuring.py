"""Takes the ratings of a cycle in, person by person, and measures how far they can be relied on.

The card decides what goes in: answers of groups that it does not show are passed over, and so is anybody whose answers
are not those that the card was made from any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import NamedTuple

from appraisal.scheme import RatedItem, RatingItem, Relation, Scheme, Source
from appraisal.scoring.agreement import FEWEST_TO_SHOW, average_deviation
from appraisal.scoring.card import ItemStats, ScoreCard
from appraisal.scoring.evidence import Evidence, pomp
from appraisal.scoring.flags import FEWEST_ITEMS, Review, counted
from appraisal.scoring.protection import CROWDS
from appraisal.scoring.reliability import SOURCES, Complete, Group, Measured, Rated, group, large_groups, reliability

OF_RELATION = {relation: Source(relation.value) for relation in Relation}


class Rating(NamedTuple):  # of which there may be a million
    """One answer on a scale, in a review that counts; `review` tells reviews apart."""

    review: str
    reviewee_id: str
    reviewer_id: str
    relation: Relation
    item: str
    point: float


@dataclass
class Measuring:
    """What was taken in so far; it grows by a few numbers a person."""

    groups: dict[Source, list[Group]] = field(default_factory=dict)
    rated: dict[Source, list[Rated]] = field(default_factory=dict)
    complete: dict[str, Complete] = field(default_factory=dict)
    straight: dict[Source, tuple[int, int]] = field(default_factory=dict)
    left_out: int = 0

    def add(self, form: Scheme, variant: str, card: ScoreCard, evidence: Evidence, ratings: Sequence[Rating]) -> None:
        """One person: the form they were reviewed by, their card with what it was made from, the ratings of them."""
        if _of_crowds(ratings) != _made_from(evidence):
            self.left_out += 1
            return
        items = {i.key: i for i in form.items() if isinstance(i, RatedItem)}
        shown = {(i.item, p.source) for i in card.items() for p in i.parts if p.score is not None}
        kept: dict[Source, dict[str, dict[str, float]]] = {}
        own_group = {r: Source.OTHERS if s in card.merged else s for r, s in OF_RELATION.items()}
        for rating in ratings:
            source = own_group[rating.relation]
            if rating.item in items and (rating.item, source) in shown:
                kept.setdefault(source, {}).setdefault(rating.review, {})[rating.item] = rating.point
        for source in SOURCES:
            if source in kept:
                self._add_group(source, items, kept[source].values())
                self._add_large(source, card.person_id, items, kept[source].values())
        self._add_complete(form, variant, items, kept)

    def result(self) -> Measured:
        return Measured(
            reliability=tuple(reliability(s, self.groups[s]) for s in SOURCES if s in self.groups),
            large_groups=tuple(large_groups(s, self.rated.get(s, ())) for s in SOURCES if s in self.groups),
            consistency=tuple(self.complete[form].consistency(form) for form in sorted(self.complete)),
            straight=counted(self.straight),
            left_out=self.left_out,
        )

    def _add_group(
        self, source: Source, items: Mapping[str, RatedItem], reviews: Iterable[Mapping[str, float]]
    ) -> None:
        of = [review("", items, points) for points in reviews]
        self.groups.setdefault(source, []).append(group([r.mean for r in of]))
        long = [r for r in of if r.items >= FEWEST_ITEMS]
        n, straight = self.straight.get(source, (0, 0))
        self.straight[source] = n + len(long), straight + sum(r.alike for r in long)

    def _add_large(
        self, source: Source, person_id: str, items: Mapping[str, RatedItem], reviews: Iterable[Mapping[str, float]]
    ) -> None:
        by_item: dict[str, list[float]] = {}
        for points in reviews:
            for item, point in points.items():
                by_item.setdefault(item, []).append(point)
        for item, values in sorted(by_item.items()):
            if len(values) >= FEWEST_TO_SHOW:
                deviation = average_deviation(values) or 0.0
                points = len(items[item].anchors)
                of = Rated(person_id, len(values), points, _variance(values), deviation)
                self.rated.setdefault(source, []).append(of)

    def _add_complete(
        self,
        form: Scheme,
        variant: str,
        items: Mapping[str, RatedItem],
        kept: Mapping[Source, Mapping[str, Mapping[str, float]]],
    ) -> None:
        """Reviews by others in which every rating item is answered that all others are asked."""
        others = set(Relation) - {Relation.SELF}
        wanted = [i.key for i in form.items() if isinstance(i, RatingItem) and others <= set(i.relations)]
        for source, reviews in kept.items():
            for points in reviews.values() if source is not Source.SELF and wanted else ():
                if points.keys() >= set(wanted):
                    scores = {key: pomp(items[key], points[key]) for key in wanted}
                    self.complete.setdefault(variant, Complete()).add(scores)


def review(reviewer_id: str, items: Mapping[str, RatedItem], points: Mapping[str, float]) -> Review:
    """A review in figures; `points` by item, each on its scale."""
    scores = [pomp(items[item], point) for item, point in points.items()]
    return Review(reviewer_id, len(scores), fsum(scores) / len(scores), len(set(scores)) == 1)


def _of_crowds(ratings: Iterable[Rating]) -> dict[tuple[str, Source], tuple[int, float]]:
    """(answers, their mean) by item and group, rounded over the noise of adding."""
    found: dict[tuple[str, Source], list[float]] = {}
    for rating in ratings:
        if (source := OF_RELATION[rating.relation]) in CROWDS:
            found.setdefault((rating.item, source), []).append(rating.point)
    return {key: (len(points), round(fsum(points) / len(points), 9)) for key, points in found.items()}


def _made_from(evidence: Evidence) -> dict[tuple[str, Source], tuple[int, float]]:
    stats: Iterable[ItemStats] = (s for s in evidence.stats if s.source in CROWDS)
    return {(s.item, s.source): (s.n, round(s.mean, 9)) for s in stats}


def _variance(values: Sequence[float]) -> float:
    mean = fsum(values) / len(values)
    return fsum((v - mean) ** 2 for v in values) / (len(values) - 1)
