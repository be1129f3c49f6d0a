"""A few whole sentences that stand for many comments, word for word, for whoever may read all of them.

Sentences are weighed by TF-IDF against all that was written, and chosen by maximal marginal relevance (Carbonell &
Goldstein 1998): each next one is near to the whole and far from those before it. What tells of something that
happened goes before general praise, which by nearness alone would always win. English goes by words, Chinese by pairs
of characters, which need no dictionary.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt

from appraisal.language.cues import GIVEAWAY, OCCASION, SITUATION, TRAIT, declines
from appraisal.language.sentences import HAN, length, whole_sentences

MOST = 3
SHORTEST, LONGEST = 30, 240  # Latin characters, or as much Chinese: less says nothing, more is no summary
RELEVANCE = 0.5  # of nearness to the whole against distance from what is chosen
ALIKE = 0.5  # how alike two answers to the same question count at least, so that other questions have their turn
VAGUE, PLACED = 0.25, 0.7  # against 1 for a sentence with an occasion: with neither, or with a thing of work only
LATER = 0.8  # against 1 for the first sentence of a comment, which needs nothing before it

_WORDS = re.compile(r"[a-z][a-z'’-]{2,}")
_HAN_RUN = re.compile(f"[{HAN}]+")
_EMPTY = re.compile(
    r"(?:the|and|for|with|that|this|she|her|his|him|has|had|was|were|are|not|but|they|their|them|you|your|our|from|when"
    r"|who|which|would|could|should|have|been|very|also|than|then|into|its|all|out|one|did|does)$"
)
_EMPTY_HAN = frozenset("的了是在和也都就很他她我你们这那有把被让与及而着过给对")
# Beginnings that need the sentence before them.
_LEANS = re.compile(
    r"\W*(?:(?:it|this|that|these|those|but|however|also|and|so|then|therefore|because|otherwise|both|neither)\b"
    r"|这|那|但|不过|而且|所以|因此|另外|此外|同时|然后|并且|其中|否则|也|还)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Said:
    """One comment: what it answers, and whether single sentences of it may be quoted."""

    text: str
    question: Hashable
    quotable: bool = True


@dataclass(frozen=True)
class _Sentence:
    text: str
    comment: int
    question: Hashable
    is_first: bool
    terms: Mapping[str, int]


def summary(said: Sequence[Said], most: int = MOST) -> tuple[str, ...]:
    """At most `most` sentences, each once and one of a comment, the most telling first; the same for the same comments.

    All comments are weighed, only quotable ones are quoted. A sentence that leans on the one before it, gives its
    writer away, or says what somebody is rather than does is left to the comments.
    """
    sentences = [s for n, each in enumerate(said) for s in _sentences(n, each)]
    vectors = _weighed([s.terms for s in sentences])
    whole = _unit(_sum(vectors))
    fit = [n for n, s in enumerate(sentences) if said[s.comment].quotable and _can_stand_alone(s.text)]
    worth = {n: _dot(vectors[n], whole) * _telling(sentences[n]) for n in fit}
    chosen: list[int] = []
    while len(chosen) < most:
        taken, told = {sentences[c].comment for c in chosen}, {sentences[c].text for c in chosen}
        scores = {
            n: RELEVANCE * worth[n] - (1 - RELEVANCE) * _likest(n, chosen, sentences, vectors)
            for n in fit
            if sentences[n].comment not in taken and sentences[n].text not in told
        }
        if not scores:
            break
        chosen.append(max(scores, key=lambda n: (scores[n], sentences[n].text)))
    return tuple(sentences[n].text for n in chosen)


def _sentences(comment: int, said: Said) -> list[_Sentence]:
    """Those of one comment with their terms; what leans on the sentence before is not among them."""
    if declines(said.text):
        return []
    parts = whole_sentences(said.text)
    alone = [(n, s) for n, s in enumerate(parts) if not n or not _LEANS.match(s)]
    return [_Sentence(s, comment, said.question, n == 0, Counter(_terms(s))) for n, s in alone]


def _terms(sentence: str) -> list[str]:
    """Words without endings, and pairs of neighbouring Han characters."""
    words = [_stem(w) for w in _WORDS.findall(sentence.lower()) if not _EMPTY.match(w)]
    runs = _HAN_RUN.findall(sentence)
    pairs = [a + b for run in runs for a, b in pairwise(run) if not _EMPTY_HAN & {a, b}]
    return words + pairs


def _stem(word: str) -> str:
    return re.sub(r"(?:['’]s|ies|ing|ed|es|s)$", "", word) if len(word) > 4 else word


def _weighed(sentences: Sequence[Mapping[str, int]]) -> list[dict[str, float]]:
    """TF-IDF vectors of length 1."""
    among = Counter(term for terms in sentences for term in terms)
    return [_unit({t: n * (1 + log(len(sentences) / among[t])) for t, n in terms.items()}) for terms in sentences]


def _sum(vectors: Sequence[Mapping[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for vector in vectors:
        for term, weight in vector.items():
            total[term] = total.get(term, 0.0) + weight
    return total


def _unit(vector: Mapping[str, float]) -> dict[str, float]:
    size = sqrt(sum(w * w for w in vector.values()))
    return {t: w / size for t, w in vector.items()} if size else {}


def _dot(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    return sum(w * b[t] for t, w in a.items() if t in b)


def _likest(
    n: int, chosen: Sequence[int], sentences: Sequence[_Sentence], vectors: Sequence[dict[str, float]]
) -> float:
    """How alike a sentence is to the one of `chosen` that is most like it, 0 to 1."""
    likeness = [
        max(_dot(vectors[n], vectors[c]), ALIKE if sentences[n].question == sentences[c].question else 0.0)
        for c in chosen
    ]
    return max(likeness, default=0.0)


def _can_stand_alone(sentence: str) -> bool:
    fits = SHORTEST <= length(sentence) <= LONGEST
    return fits and not GIVEAWAY.found(sentence) and not TRAIT.found(sentence)


def _telling(sentence: _Sentence) -> float:
    """0 to 1: how much a reader can place of it, by itself."""
    placed = PLACED if SITUATION.found(sentence.text) else VAGUE
    return (1 if OCCASION.found(sentence.text) else placed) * (1 if sentence.is_first else LATER)
