"""Written answers as a score was made with them: frozen with the card, so that a late one cannot be told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from appraisal.cycle import Cycle
from appraisal.scheme import Disclosure, Relation, Source
from appraisal.scoring.protection import anonymous, fewest


@dataclass(frozen=True)
class Written:
    """One written answer. `author_id` is None in an anonymous group: who wrote it is not kept."""

    item: str
    source: Source
    text: str
    author_id: str | None = None


@dataclass(frozen=True)
class Readable:
    """Written answers that may be read, as one reader may see them, and (item, group) of which too few wrote.

    `source` of an answer is the group under which it is shown.
    """

    shown: tuple[Written, ...]
    hidden: frozenset[tuple[str, Source]]


def readable(
    cycle: Cycle,
    written: Iterable[Written],
    *,
    merged: Collection[Source] = (),
    insiders: Collection[Source] = (),
    by_manager: bool = False,
) -> Readable:
    """What of `written` (all texts of one card) passes the gate: the only way from stored comments to a reader.

    `merged`: the groups that the card shows together; their comments stand together too. `insiders`: the groups in
    which whoever decides wrote, which takes one more. An author stays on an answer only where it is signed for this
    reader: never in an anonymous group, nor where one is among those put together. `cycle` with the person's own form.
    """
    hiding, groups = anonymous(cycle.scheme), dict.fromkeys(merged, Source.OTHERS)
    there = [
        replace(w, source=_shown_as(w.source, merged), author_id=_author(cycle, w, merged, by_manager)) for w in written
    ]
    size = sizes(there)

    def too_few(w: Written) -> bool:
        hides = w.source is Source.OTHERS or w.source in hiding
        return hides and size[w.item, w.source] < fewest(cycle.comment_threshold, w.source, groups, insiders)

    hidden = frozenset((w.item, w.source) for w in there if too_few(w))
    return Readable(tuple(w for w in there if not too_few(w)), hidden)


def _shown_as(source: Source, merged: Collection[Source]) -> Source:
    return Source.OTHERS if source in merged else source


def _author(cycle: Cycle, w: Written, merged: Collection[Source], by_manager: bool) -> str | None:
    """Who wrote it, where this reader may know."""
    together = merged if w.source in merged else (w.source,)
    how = {cycle.scheme.disclosure[Relation(s.value)] for s in together}
    may = Disclosure.ANONYMOUS not in how and (by_manager or Disclosure.NAMED_TO_MANAGER not in how)
    return w.author_id if may else None


def reissue_written(
    old: Sequence[Written],
    fresh: Sequence[Written],
    renewed: Mapping[Source, int],
    threshold: int,
    *,
    anonymous: Collection[Source],
) -> list[Written]:
    """What may be shown after some reviews came in again, as `composite.reissue` does for figures.

    The texts of an anonymous group change only where at least `threshold` of its reviewers wrote anew, or where
    nothing of it was shown before.
    """
    held = {
        group for group, n in sizes(old).items() if group[1] in anonymous and n >= threshold > renewed.get(group[1], 0)
    }
    return [w for w in old if (w.item, w.source) in held] + [w for w in fresh if (w.item, w.source) not in held]


def sizes(written: Iterable[Written]) -> Counter[tuple[str, Source]]:
    """How many wrote, by item and group."""
    return Counter((w.item, w.source) for w in written)
