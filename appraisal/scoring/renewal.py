"""Which answers may be taken in when a score is made again: only those that give nobody away beside what was shown.

Whoever saw the figures before and after can subtract. Every figure of a card, down to its items, is a sum of the means
of its shown groups, so the means are all that has to be looked at. They are looked at in three ways:

- as if nobody had changed an answer: one who answers late, or cannot say any more, is the difference of two means;
- as if everybody who sent again had changed all of it: one who sent again alone is the difference;
- by number: two groups that share somebody differ by nobody, or by as many as the threshold asks.

Ratings of an earlier cycle are other numbers than those of this one, and so no part of it (decision 8).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from appraisal.cycle import Cycle
from appraisal.scheme import Source
from appraisal.scoring.disclosure import Sum, exposed
from appraisal.scoring.protection import Answered, anonymous, gated, grouping

Snapshot = Sequence[Answered]
"""All anonymous answers about a person as one card was made of them, shown or not."""

Crowd = Mapping[str, datetime]
"""The reviewers behind one figure, with when each handed the answer in."""


@dataclass(frozen=True)
class Renewed:
    """The anonymous groups of which the fresh answers are taken in; of others what was there before stays.

    `texts`: the same of each item that is read; None where neither old nor fresh ones may be shown any more.
    """

    ratings: frozenset[Source]
    texts: Mapping[str, frozenset[Source] | None]


@dataclass(frozen=True)
class Reissue:
    """What is known when a score is made again. `seen`: what the cards so far were made of, the last one last.

    `sizes` and `fresh_sizes`: how many of each group sent a review, then and now. `known`: whoever decides on the
    score, with what they said themselves; `insiders`: the groups in which they did.
    """

    cycle: Cycle
    seen: Sequence[Snapshot]
    fresh: Snapshot
    sizes: Mapping[Source, int]
    fresh_sizes: Mapping[Source, int]
    known: Collection[str] = ()
    insiders: Collection[Source] = ()

    def decide(self) -> Renewed:
        """As much as may be taken in; with ratings nothing at all always may."""
        ratings = next((t for t in self._choices() if t and self._fits(self.ratings(t))), frozenset[Source]())
        items = dict.fromkeys(a.item for a in [*self.seen[-1], *self.fresh] if a.is_text)
        groups = self.groups(ratings)
        return Renewed(
            ratings,
            {i: next((t for t in self._choices() if self._fits(self.texts(i, t, groups))), None) for i in items},
        )

    def made_of(self, renewed: Renewed) -> list[Answered]:
        """The answers behind the card that is made by this decision, as they are shown on it."""
        groups = self.groups(renewed.ratings)
        texts = (self.texts(i, t, groups) for i, t in renewed.texts.items() if t is not None)
        return [*self.ratings(renewed.ratings), *(a for answered in texts for a in answered)]

    def sizes_of(self, taken: Collection[Source]) -> dict[Source, int]:
        return {s: n for s in Source if (n := (self.fresh_sizes if s in taken else self.sizes).get(s, 0))}

    def groups(self, taken: Collection[Source]) -> dict[Source, Source]:
        return grouping(self.cycle, self.sizes_of(taken))

    def ratings(self, taken: Collection[Source]) -> list[Answered]:
        mixed = (a for a in self._mixed(taken) if not a.is_text)
        return gated(self.cycle, mixed, self.groups(taken), self.insiders)

    def texts(self, item: str, taken: Collection[Source], groups: Mapping[Source, Source]) -> list[Answered]:
        mixed = (a for a in self._mixed(taken) if a.is_text and a.item == item)
        return gated(self.cycle, mixed, groups, self.insiders)

    def _mixed(self, taken: Collection[Source]) -> Iterator[Answered]:
        yield from (a for a in self.fresh if a.source in taken)
        yield from (a for a in self.seen[-1] if a.source not in taken)

    def _choices(self) -> list[frozenset[Source]]:
        """Every choice of groups, the largest first."""
        hiding = [s for s in Source if s in anonymous(self.cycle.scheme)]
        return [frozenset(c) for n in range(len(hiding), -1, -1) for c in combinations(hiding, n)]

    def _fits(self, shown: Snapshot) -> bool:
        least = self.cycle.comment_threshold if any(a.is_text for a in shown) else self.cycle.threshold
        items = {a.item for a in shown}  # answers to different items are different numbers
        seen = [[a for a in snapshot if a.item in items] for snapshot in self.seen]
        return differ_by_crowds(seen, shown, least) and not tells(seen, shown, known=self.known)


def tells(seen: Iterable[Snapshot], shown: Snapshot, *, known: Collection[str] = ()) -> bool:
    """Whether `shown` beside all that was `seen` gives somebody away whom that did not."""
    before = list(seen)
    for versioned in (False, True):
        rows = [row for snapshot in before for row in sums(snapshot, versioned=versioned)]
        more = sums(shown, versioned=versioned)
        for knows in {frozenset[str](), frozenset(known)}:
            then, now = exposed(rows, known=knows), exposed([*rows, *more], known=knows)
            if now.alone - then.alone or now.pairs - then.pairs:
                return True
    return False


def told(seen: Iterable[Snapshot], who: str) -> bool:
    """Whether all that was `seen` gives somebody away to `who`, one of those who answered."""
    every = list(seen)
    return any(
        exposed([row for snapshot in every for row in sums(snapshot, versioned=versioned)], known={who})
        for versioned in (False, True)
    )


def sums(snapshot: Snapshot, *, versioned: bool) -> list[Sum]:
    """What is shown of a snapshot, one sum for each group and item.

    `versioned`: an answer that was sent again is another one.
    """
    return [
        {(reviewer, (item, sent if versioned else None)): 1.0 for reviewer, sent in crowd.items()}
        for (item, _), crowd in crowds(snapshot).items()
    ]


def crowds(snapshot: Snapshot) -> dict[tuple[str, Source], Crowd]:
    """Whose answers stand behind everything shown of a snapshot, by item and group."""
    found: dict[tuple[str, Source], dict[str, datetime]] = {}
    for each in snapshot:
        if each.shown is not None:
            behind = found.setdefault((each.item, each.shown), {})
            behind.update(zip(each.reviewers, each.sent, strict=True))
    return dict(found)


def differ_by_crowds(seen: Iterable[Snapshot], shown: Snapshot, least: int) -> bool:
    """Whether groups that share somebody with one shown before differ from it by nobody, or by `least` at least."""
    before = [each for snapshot in seen for each in crowds(snapshot).items()]
    pairs = (
        (old, new)
        for (item, _), new in crowds(shown).items()
        for (of, _), old in before
        if of == item and old.keys() & new.keys()
    )
    return all(not changed or len(changed) >= least for changed in (_changed(old, new) for old, new in pairs))


def _changed(old: Crowd, new: Crowd) -> set[str]:
    """Who came or went; where nobody did, who sent again."""
    return old.keys() ^ new.keys() or {r for r, sent in new.items() if old[r] != sent}
