"""Written answers as a score was made with them: frozen with the card, so that a late one cannot be told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from appraisal.scheme import Source


@dataclass(frozen=True)
class Written:
    """One written answer. `author_id` is None in an anonymous group: who wrote it is not kept."""

    item: str
    source: Source
    text: str
    author_id: str | None = None


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
