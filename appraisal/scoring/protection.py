"""Which groups' figures may be shown: small groups are put together, and what would give answers away stays hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import fsum

from appraisal.cycle import Cycle
from appraisal.scheme import Disclosure, Relation, Scheme, Source
from appraisal.scoring.card import ItemStats


@dataclass(frozen=True)
class Answered:
    """Who answered one item about a person, in the anonymous relation `source`, and when each handed it in (`sent`).

    `shown`: as part of which group the answers were shown, None where they were not. `is_text`: they are read and not
    counted.
    """

    item: str
    source: Source
    reviewers: tuple[str, ...]
    sent: tuple[datetime, ...]
    shown: Source | None = None
    is_text: bool = False


CROWDS = frozenset({Source.PEER, Source.REPORT})  # groups of more than one reviewer


def anonymous(scheme: Scheme) -> frozenset[Source]:
    """The groups in whose crowd an answer hides. A self-rating never does."""
    hiding = (r for r in Relation if scheme.disclosure[r] is not Disclosure.NAMED and r is not Relation.SELF)
    return frozenset(Source(r.value) for r in hiding)


def grouping(cycle: Cycle, sizes: Mapping[Source, int]) -> dict[Source, Source]:
    """Which groups count together as "others", by how many of each sent a review; empty where none has to.

    An anonymous group under the threshold joins the other small ones, or, where they are too few even together, the
    smallest of the larger ones: so everybody's view counts. Where nobody is left to hide among, it stays alone, and
    is neither shown nor counted. By nothing but sizes: who may look changes what is hidden, never who stands together.
    """
    crowds = [s for s in Source if s in anonymous(cycle.scheme) and sizes.get(s, 0)]
    joined = [s for s in crowds if sizes[s] < cycle.threshold]
    for group in sorted((s for s in crowds if s not in joined), key=lambda s: sizes[s]):
        if joined and sum(sizes[s] for s in joined) < cycle.threshold:
            joined.append(group)
    enough = len(joined) > 1 and sum(sizes[s] for s in joined) >= cycle.threshold
    return dict.fromkeys(joined, Source.OTHERS) if enough else {}


def fewest(threshold: int, source: Source, groups: Mapping[Source, Source], insiders: Collection[Source]) -> int:
    """How many answers of a group have to be there before it is shown: one more where whoever decides on the score
    gave one of them, as they know their own. `groups`: see `grouping`."""
    return threshold + (source in {groups.get(s, s) for s in insiders})


def gated(
    cycle: Cycle, answered: Iterable[Answered], groups: Mapping[Source, Source], insiders: Collection[Source] = ()
) -> list[Answered]:
    """The same answers with the group as part of which each is shown: what a card made of them lets through."""
    together = [replace(a, shown=groups.get(a.source, a.source)) for a in answered]
    sizes: Counter[tuple[str, Source | None]] = Counter()
    for each in together:
        sizes[each.item, each.shown] += len(each.reviewers)

    def passes(a: Answered) -> bool:
        least = cycle.comment_threshold if a.is_text else cycle.threshold
        return sizes[a.item, a.shown] >= fewest(least, groups.get(a.source, a.source), groups, insiders)

    return [a if passes(a) else replace(a, shown=None) for a in together]


def merged(stats: Iterable[ItemStats], groups: Mapping[Source, Source]) -> list[ItemStats]:
    """The statistics with the answers of `groups` put together."""
    apart: list[ItemStats] = []
    together: dict[tuple[str, str], ItemStats] = {}
    for each in stats:
        key = (each.reviewee_id, each.item)
        if each.source not in groups:
            apart.append(each)
        elif each.n:
            joined = replace(each, source=groups[each.source])
            together[key] = _together(together[key], joined) if key in together else joined
    return [*apart, *together.values()]


def _together(a: ItemStats, b: ItemStats) -> ItemStats:
    """Both groups as one, with the variance that all their answers have."""
    n = a.n + b.n
    mean = (a.n * a.mean + b.n * b.mean) / n
    known = all(s.variance is not None or s.n == 1 for s in (a, b))
    squares = fsum((s.n - 1) * (s.variance or 0.0) + s.n * (s.mean - mean) ** 2 for s in (a, b))
    variance = squares / (n - 1) if known else None
    return replace(a, n=n, mean=mean, variance=variance, shift=(a.n * a.shift + b.n * b.shift) / n)


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
