"""The writing coach: at most one hint per written answer, for its writer alone. Never a block, never a score.

Why these hints: feedback that names a situation, the behaviour and its effect is used, praise and blame of the
person is not; and vague or personality-based comments fall unevenly on women (Correll & Simard 2016, Snyder 2014).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from appraisal.language.cues import ABSOLUTE, DEVELOPMENT, GIVEAWAY, OCCASION, SITUATION, STEP, TRAIT, declines
from appraisal.language.sentences import Language, language, length, sentences
from appraisal.language.tone import Tone, tones
from appraisal.review import Answer, pages_for
from appraisal.scheme import MetricItem, RatingItem, Relation, Scheme, TextItem, Visibility

SHORT = 40  # Latin characters, or 15 Han
HIGH, LOW = 75.0, 25.0  # percent of the possible: mean ratings that leave no doubt


class HintKind(StrEnum):
    """What could be better about an answer. Each has a text `hint-<value>`."""

    NAMES = "names"  # a name, an exact day or "as I told you" in an anonymous answer
    TONE_DIFFERS = "tone-differs"  # the ratings say one thing, all the texts the other
    NO_NEXT_STEP = "no-next-step"
    TRAIT_WORDS = "trait-words"
    ABSOLUTES = "absolutes"
    TOO_SHORT = "too-short"
    NO_EXAMPLE = "no-example"


@dataclass(frozen=True)
class Hint:
    kind: HintKind
    item: str


def hints(
    scheme: Scheme,
    relation: Relation,
    answers: Mapping[str, Answer],
    *,
    names: Sequence[str] = (),
    anonymous: bool,
) -> list[Hint]:
    """Hints on the texts of one review, in the order of the form, one per text at most.

    `names`: people other than the reviewee whose names would tell who wrote. Empty texts and "nothing to add"
    get no hint; neither does a language that the coach cannot read, names aside.
    """
    found = []
    for item, about_figures in _texts(scheme, relation):
        text = (answers[item.key].text or "").strip() if item.key in answers else ""
        if text and not declines(text):
            confidential = item.visible is Visibility.MANAGER
            kind = _names(text, names) if anonymous else None
            kind = kind or (None if confidential else _style(text, about_figures=about_figures))
            found.append((item.key, kind))
    differs = _tone_differs(scheme, relation, answers)
    return [
        Hint(HintKind.TONE_DIFFERS if key == differs and kind is not HintKind.NAMES else kind, key)
        for key, kind in found
        if kind or key == differs
    ]


def _texts(scheme: Scheme, relation: Relation) -> list[tuple[TextItem, bool]]:
    """The text questions of a relation, and whether each is about imported figures rather than behaviour."""
    return [
        (item, any(isinstance(i, MetricItem) for i in page.dimension.items))
        for page in pages_for(scheme, relation)
        for item in page.items
        if isinstance(item, TextItem)
    ]


def _style(text: str, *, about_figures: bool) -> HintKind | None:
    """The most useful hint about the wording: what to do with a wish first, then what to say instead, then more."""
    if Language.OTHER in {language(s) for s in sentences(text)}:
        return None
    behaviour_checks: tuple[tuple[HintKind, Callable[[str], bool]], ...] = (
        (HintKind.NO_NEXT_STEP, _wishes_without_step),
        (HintKind.TRAIT_WORDS, lambda t: TRAIT.found(t) and not OCCASION.found(t)),
    )
    checks: tuple[tuple[HintKind, Callable[[str], bool]], ...] = (
        *(() if about_figures else behaviour_checks),
        (HintKind.ABSOLUTES, ABSOLUTE.found),
        (HintKind.TOO_SHORT, lambda t: length(t) < SHORT and not _is_specific(t)),
        (HintKind.NO_EXAMPLE, lambda t: not _is_specific(t)),
    )
    return next((kind for kind, holds in checks if holds(text)), None)


_NAMED = re.compile(r"(?<=[a-z,] )(?!I\b)[A-Z]\w+")  # a capital inside a sentence


def _wishes_without_step(text: str) -> bool:
    wishes = any(DEVELOPMENT.found(s) for s in sentences(text))
    return wishes and not (STEP.found(text) or OCCASION.found(text) or _NAMED.search(text))


def _is_specific(text: str) -> bool:
    """Whether there is a number, a time, a case or a name that a reader can place."""
    return bool(_NAMED.search(text)) or OCCASION.found(text) or SITUATION.found(text)


def _names(text: str, names: Sequence[str]) -> HintKind | None:
    if GIVEAWAY.found(text) or any(_mentions(text, name) for name in names):
        return HintKind.NAMES
    return None


# First names that are words too: only the full name counts.
_ALSO_WORDS = re.compile(
    "april|art|august|bill|bob|chance|chase|chip|dawn|dean|drew|faith|frank|grace|grant|guy|hope|iris|ivy|jack|joy|june"
    "|lance|mark|max|may|merit|miles|olive|pat|peg|penny|ray|rich|rob|rose|ruby|sandy|skip|star|sue|summer|ted|victor"
    "|virginia|ward|will|wade",
    re.IGNORECASE,
)


def _mentions(text: str, name: str) -> bool:
    """Whether the full name or, in Latin script, the first name stands in the text as a word of its own."""
    name = name.strip()
    if len(name) < 2:
        return False
    if not name.isascii() and language(name) is Language.CHINESE:
        return name in text
    first = name.split()[0]
    usable = len(first) >= 3 and first[0].isupper() and not _ALSO_WORDS.fullmatch(first)
    spellings = [name, first] if usable else [name] if " " in name else []
    return any(re.search(rf"(?<!\w){re.escape(s)}(?!\w)", text) for s in spellings)


def _tone_differs(scheme: Scheme, relation: Relation, answers: Mapping[str, Answer]) -> str | None:
    """The first text, where all texts say the opposite of the mean rating; else None.

    Two texts at least must agree: a form asks for strengths in one place and for growth in another, so that one
    of them alone says nothing about the ratings.
    """
    ratings = _mean_rating(scheme, relation, answers)
    if ratings is None or LOW < ratings < HIGH:
        return None
    opposite = {Tone.CRITICISM} if ratings >= HIGH else {Tone.PRAISE}
    written = [
        (item.key, set(tones(answers[item.key].text or "")) - {Tone.UNCLEAR})
        for item, about_figures in _texts(scheme, relation)
        if item.key in answers and not about_figures and item.visible is Visibility.EMPLOYEE
    ]
    told = [(key, tone) for key, tone in written if tone]
    return told[0][0] if len(told) >= 2 and all(tone == opposite for _, tone in told) else None


def _mean_rating(scheme: Scheme, relation: Relation, answers: Mapping[str, Answer]) -> float | None:
    """Mean of the ratings of behaviour in percent of the possible; None with fewer than three."""
    rated = []
    for page in pages_for(scheme, relation):
        for item in page.items:
            answer = answers.get(item.key)
            if isinstance(item, RatingItem) and answer and answer.number is not None:
                low, high = item.anchors[0].point, item.anchors[-1].point
                rated.append(100 * (answer.number - low) / (high - low))
    return sum(rated) / len(rated) if len(rated) >= 3 else None
