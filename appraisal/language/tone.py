"""The tone of a sentence: praise, a wish, criticism, or nothing that can be said for sure.

For hints to the writer and for aggregates with a note on the method; never a score, never shown for one named
writer. English polarity is TextBlob's lexicon, which needs no corpora; on talk about work it is right little more
often than a coin, so phrases of work life are looked up first, and only a strong polarity counts. Chinese goes
by phrases alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Protocol

from appraisal.language.cues import CRITICISM, DEVELOPMENT, PRAISE, TRAIT
from appraisal.language.sentences import Language, language, sentences

STRONG = 0.4  # |polarity| from which TextBlob's word is taken
# Words of amount, order and possession, which the lexicon holds for praise: "most of the day", "on his own".
_NEUTRAL = re.compile(
    r"\b(?:own|more|most|much|many|able|sure|available|first|full|new|top|right|live|welcome)\b", re.I
)


class Tone(StrEnum):
    PRAISE = "praise"
    DEVELOPMENT = "development"
    CRITICISM = "criticism"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class ToneCount:
    """How many sentences of several writers are of which tone."""

    praise: int = 0
    wishes: int = 0
    problems: int = 0
    unclear: int = 0  # the greater part of stories, which praise or blame without a word of either

    @property
    def told(self) -> int:
        """Sentences whose tone can be told."""
        return self.praise + self.wishes + self.problems

    def __add__(self, other: ToneCount) -> ToneCount:
        return ToneCount(
            self.praise + other.praise,
            self.wishes + other.wishes,
            self.problems + other.problems,
            self.unclear + other.unclear,
        )


class _Lexicon(Protocol):
    def __call__(self, s: str, /) -> tuple[float, float]: ...


@cache
def _lexicon() -> _Lexicon:
    # Not at the top: TextBlob imports all of NLTK, half a second, which the command line need not wait for.
    from textblob.en import sentiment

    return sentiment


def prepare() -> None:
    """Load the lexicon (about 0.5 s), so that the first review is not the one that waits for it."""
    _lexicon()("good")


def polarity(sentence: str) -> float:
    """TextBlob's polarity of an English sentence, -1 to 1; 0 for any other language."""
    return _lexicon()(sentence)[0] if language(sentence) is Language.ENGLISH else 0.0


def tone(sentence: str) -> Tone:
    """The tone of one sentence: wishes first, then phrases of work life, then a strong polarity."""
    if language(sentence) is Language.OTHER:
        return Tone.UNCLEAR
    if DEVELOPMENT.found(sentence):
        return Tone.DEVELOPMENT
    praise, criticism = PRAISE.found(sentence), CRITICISM.found(sentence)
    if praise != criticism:
        return Tone.PRAISE if praise else Tone.CRITICISM
    degree = 0.0 if praise else polarity(_NEUTRAL.sub(" ", sentence))
    if degree >= STRONG:
        return Tone.PRAISE
    # Dark words in a story mostly tell the trouble that was overcome; in "he is …" they tell the opinion.
    return Tone.CRITICISM if degree <= -STRONG and TRAIT.found(sentence) else Tone.UNCLEAR


def tones(text: str) -> list[Tone]:
    """The tone of each sentence of `text`."""
    return [tone(s) for s in sentences(text)]


def count_tones(texts: Iterable[str]) -> ToneCount:
    """The tones of all sentences of several people's texts."""
    n = Counter(t for text in texts for t in tones(text))
    return ToneCount(n[Tone.PRAISE], n[Tone.DEVELOPMENT], n[Tone.CRITICISM], n[Tone.UNCLEAR])
