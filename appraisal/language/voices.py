"""What people wrote about: themes, tone and a few sentences of the comments that a reader may read anyway.

Only of groups in which enough people wrote, never of one named writer; the person's own comments and answers that are
chosen or counted are left out. It is no part of a score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from appraisal.cycle import Cycle
from appraisal.language.cues import declines
from appraisal.language.summary import Said, summary
from appraisal.language.themes import Topic, all_topics, mentioned, topics
from appraisal.language.tone import ToneCount, count_tones
from appraisal.scheme import Scheme, Source, TextItem, Visibility
from appraisal.scoring.comparison import FEWEST_IN_DEPARTMENT, withheld

FEWEST_COMMENTS = 6  # fewer are quicker read than summed up
FEWEST = 3  # who write of a theme, or people of whom it is written; sentences with a tone


class Comment(Protocol):
    """A comment as it is shown: `source` is the group under which it stands."""

    @property
    def item(self) -> str: ...
    @property
    def source(self) -> Source: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Theme:
    """An item of the form and in how many comments, or of how many people, it is written of. At least: lists miss."""

    item: str
    n: int


@dataclass(frozen=True)
class Voices:
    """Of the comments about one person. `tone` None: it could be told of too few sentences, or of fewer than half."""

    comments: int
    themes: tuple[Theme, ...]  # the most frequent first
    tone: ToneCount | None
    quotes: tuple[str, ...]  # whole sentences, word for word

    def __bool__(self) -> bool:
        return bool(self.themes or self.tone or self.quotes)


@dataclass(frozen=True)
class Spoken:
    """What was written about one person, for figures over many. Nothing of it is shown by itself."""

    comments: int
    items: frozenset[str]
    tone: ToneCount


@dataclass(frozen=True)
class GroupVoices:
    """Of a department, or of the whole cycle: themes by how many people they are written of."""

    department: str  # "" the whole cycle
    people: int  # of whom comments were read
    comments: int
    themes: tuple[Theme, ...]
    tone: ToneCount | None


@dataclass(frozen=True)
class CycleVoices:
    """For HR. `whole` None: too few people; `withheld`: departments with too few, and what would give them away."""

    whole: GroupVoices | None
    departments: tuple[GroupVoices, ...] = ()
    withheld: tuple[str, ...] = ()


def voices(cycle: Cycle, comments: Iterable[Comment]) -> Voices | None:
    """Of comments about one person, as their reader sees them. `cycle` with the person's own form.

    None where the cycle's texts are not to be analysed, or where there are too few comments to sum up.
    """
    kept = crowd(cycle, comments) if cycle.reads_texts else []
    if len(kept) < FEWEST_COMMENTS:
        return None
    tone = count_tones(c.text for c in kept)
    quotable = {i.key for i in cycle.scheme.items() if isinstance(i, TextItem) and i.quotable}
    found = Voices(
        comments=len(kept),
        themes=_themes(kept, topics(cycle.scheme)),
        tone=_told(tone),
        quotes=summary([Said(c.text, c.item, c.item in quotable) for c in kept]),
    )
    return found or None


def spoken(cycle: Cycle, comments: Iterable[Comment], found: Sequence[Topic]) -> Spoken | None:
    """Of comments about one person that the person may read too: what was written for the manager alone stays out.

    None where no group is large enough. Whether the cycle's texts may be analysed is the caller's to ask.
    """
    open_items = {i.key for i in _texts(cycle.scheme) if i.visible is Visibility.EMPLOYEE}
    kept = [c for c in crowd(cycle, comments) if c.item in open_items]
    if not kept:
        return None
    items = frozenset[str]().union(*(mentioned(c.text, found) for c in kept))
    return Spoken(len(kept), items, count_tones(c.text for c in kept))


def crowd(cycle: Cycle, comments: Iterable[Comment]) -> list[Comment]:
    """The comments of groups of which enough wrote the same answer, without what says that there is nothing to say."""
    texts = {i.key for i in _texts(cycle.scheme)}
    read = [c for c in comments if c.item in texts and c.source is not Source.SELF]
    size = Counter((c.item, c.source) for c in read)
    return [c for c in read if size[c.item, c.source] >= cycle.comment_threshold and not declines(c.text)]


def of_departments(cycle: Cycle, people: Iterable[tuple[str, Spoken]]) -> CycleVoices:
    """Figures over many people, given as (department, what was written about one)."""
    everybody = list(people)
    groups: dict[str, list[Spoken]] = {}
    for department, each in everybody:
        groups.setdefault(department, []).append(each)
    least = max(FEWEST_IN_DEPARTMENT, cycle.threshold, cycle.comment_threshold)
    if len(everybody) < least:
        return CycleVoices(None)
    hidden = withheld({name: len(group) for name, group in groups.items()}, least)
    shown = sorted(groups.keys() - hidden)
    order = {t.item: n for n, t in enumerate(all_topics(cycle.scheme))}
    return CycleVoices(
        _group("", [s for _, s in everybody], order),
        tuple(_group(name, groups[name], order) for name in shown),
        tuple(sorted(hidden)),
    )


def _group(department: str, people: Sequence[Spoken], order: Mapping[str, int]) -> GroupVoices:
    counted = Counter(item for each in people for item in each.items)
    tone = sum((each.tone for each in people), ToneCount())
    comments = sum(each.comments for each in people)
    return GroupVoices(department, len(people), comments, _ranked(counted, order), _told(tone))


def _told(tone: ToneCount) -> ToneCount | None:
    """The tone where it says something of the whole: of most sentences it is known."""
    return tone if tone.told >= max(FEWEST, tone.unclear) else None


def _themes(comments: Sequence[Comment], found: Sequence[Topic]) -> tuple[Theme, ...]:
    """What at least three people write of. Who wrote twice is not known, but nobody answers one question twice."""
    about = [(c.item, mentioned(c.text, found)) for c in comments]
    certain = Counter((question, item) for question, items in about for item in items)
    several = {item for (_, item), n in certain.items() if n >= FEWEST}
    counted = Counter(item for _, items in about for item in items if item in several)
    return _ranked(counted, {t.item: n for n, t in enumerate(found)})


def _ranked(counted: Mapping[str, int], order: Mapping[str, int]) -> tuple[Theme, ...]:
    """The most frequent first, those alike in the order of the form."""
    enough = [Theme(item, n) for item, n in counted.items() if n >= FEWEST]
    return tuple(sorted(enough, key=lambda t: (-t.n, order.get(t.item, len(order)))))


def _texts(scheme: Scheme) -> list[TextItem]:
    return [i for i in scheme.items() if isinstance(i, TextItem)]
