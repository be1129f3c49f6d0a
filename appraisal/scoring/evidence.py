"""What a score is made of, and what of it a card shows: parts, before they are weighed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from math import floor
from typing import Annotated

from pydantic import PlainSerializer

from appraisal.cycle import Cycle
from appraisal.review import Figure
from appraisal.scheme import RatedItem, Relation, Source
from appraisal.scoring.agreement import in_words, uniform_variance
from appraisal.scoring.basis import Basis
from appraisal.scoring.card import ItemStats, LeftOut, Part
from appraisal.scoring.formulas import FORMULAS
from appraisal.scoring.protection import anonymous, fewest, grouping, merged

STEP = 5  # points: finer, what was taken off a group could be told, as answers are whole points of their scale
SAME_ORDER = PlainSerializer(sorted, return_type=list)  # a set has none, and the same evidence is the same bytes


@dataclass(frozen=True)
class Evidence:
    """All that a score is made of, and nothing else: the same evidence gives the same card.

    `stats` and `figures` may hold those of other people, which are skipped. `asked`: the relations in which somebody
    was asked about this person. `sizes`: how many of each group sent a review. `insiders`: the groups in which
    whoever decides on the score gave an answer, which they know.
    """

    stats: tuple[ItemStats, ...]
    figures: tuple[Figure, ...] = ()
    asked: Annotated[frozenset[Relation], SAME_ORDER] = frozenset(Relation)
    sizes: Mapping[Source, int] = field(default_factory=dict)
    insiders: Annotated[frozenset[Source], SAME_ORDER] = frozenset()


@dataclass(frozen=True)
class Shown:
    """What one card shows of the answers. `basis`: where errors are taken from, None where none are stated.

    `hiding`: the groups in whose crowd an answer hides; `evens_out`: strict and lenient reviewers in them. `least`: the
    fewest answers of each group that are shown. `asked`: as which group each relation counts.
    """

    cycle: Cycle
    basis: Basis | None
    evens_out: bool
    found: Mapping[tuple[str, Source], ItemStats]
    groups: Mapping[Source, Source]
    hiding: Collection[Source]
    least: Mapping[Source, int]
    asked: Mapping[Relation, Source]

    def sources_of(self, item: RatedItem) -> list[Source]:
        return list(dict.fromkeys(source for relation, source in self.asked.items() if relation in item.relations))

    def part(self, item: RatedItem, source: Source) -> Part:
        """One group's part in an item, hidden where too few answered to hide among."""
        stats = self.found.get((item.key, source))
        if stats is None or stats.n == 0:
            return Part(source, 0, None, None, 0.0, LeftOut.NO_DATA)
        if stats.n < self.least[source]:
            return Part(source, 0, None, None, 0.0, LeftOut.TOO_FEW)
        score, mean = pomp(item, stats.mean), stats.mean
        if self.evens_out and source in self.hiding:
            score, mean = evened(score, stats.shift), None
        if self.basis is None:
            return Part(source, stats.n, score, mean, 0.0)
        agrees = None
        if stats.variance is not None:
            agrees = in_words(1 - stats.variance / uniform_variance(len(item.anchors)), stats.n)
        return Part(source, stats.n, score, mean, 0.0, None, self.basis.se(source, stats.n), agrees)

    def is_corrected(self) -> bool:
        """Whether a group is shown that was evened out. Whoever signs is shown as they rated: beside what they gave,
        it would tell how strict they are."""
        groups = (s for s in self.found.values() if s.source in self.hiding)
        return self.evens_out and any(s.n >= self.least[s.source] for s in groups)

    def variances(self) -> Iterator[tuple[Source, int, float]]:
        """(source, n - 1, variance in squared points of 0 to 100) of each item that a group is shown for."""
        scales = {i.key: i for i in self.cycle.scheme.items() if isinstance(i, RatedItem)}
        for stats in self.found.values():
            if stats.variance is not None and stats.item in scales and stats.n >= self.least[stats.source]:
                low, high = ends(scales[stats.item])
                yield stats.source, stats.n - 1, stats.variance * (100 / (high - low)) ** 2


def shown_of(cycle: Cycle, person_id: str, evidence: Evidence, basis: Basis, *, states_error: bool = True) -> Shown:
    """What the card of one person shows; `cycle` with their own form."""
    formula = FORMULAS[cycle.formula]
    groups = grouping(cycle, evidence.sizes) if formula.merges else {}
    stats = merged((s for s in evidence.stats if s.reviewee_id == person_id), groups)
    hiding = anonymous(cycle.scheme) | {Source.OTHERS}
    return Shown(
        cycle=cycle,
        basis=basis if formula.states_error and states_error else None,
        evens_out=formula.evens_out and basis.evened is not None and basis.evened.applied,
        found={(s.item, s.source): s for s in stats},
        groups=groups,
        hiding=hiding,
        least={s: fewest(cycle.threshold, s, groups, evidence.insiders) if s in hiding else 1 for s in Source},
        asked={
            r: groups.get(s := Source(r.value), s) for r in Relation if r in cycle.relations and r in evidence.asked
        },
    )


def evened(score: float, shift: float) -> float:
    """A group's score after `shift` is taken off, in steps of STEP within 0 to 100."""
    return min(max(STEP * floor((score - shift) / STEP + 0.5), 0.0), 100.0)


def ends(item: RatedItem) -> tuple[int, int]:
    """The lowest and the highest point of an item's scale."""
    return item.anchors[0].point, item.anchors[-1].point


def pomp(item: RatedItem, mean: float) -> float:
    """Percent of the maximum possible: 100 (x - min) / (max - min) on the item's scale (Cohen et al. 1999)."""
    low, high = ends(item)
    return 100 * (mean - low) / (high - low)
