"""What comments are about: the items of the form, told by word lists. For aggregates, with a note on the method.

A list misses what is said in other words, and takes a word for its usual meaning. So a theme says that something was
written about an item, not whether it was good, and it is named only where several people wrote of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from re import Pattern

from appraisal.language.topic_words import TOPIC_WORDS
from appraisal.scheme import Scheme
from appraisal.scheme_items import RatedItem, ScoredItem
from appraisal.scheme_parts import TopicWords

LATIN = re.compile(r"[A-Za-z]")
ENDINGS = r"(?:s|es|['’]s|d|ed|ing)?"


@dataclass(frozen=True)
class Topic:
    """One item by the words that comments have for it."""

    item: str
    words: TopicWords

    def found(self, text: str) -> bool:
        """Whether `text` has one of the words, in either language: many comments mix them."""
        english, chinese = _patterns(self.words.en, self.words.zh)
        return bool((english and LATIN.search(text) and english.search(text)) or (chinese and chinese.search(text)))


def topics(scheme: Scheme) -> tuple[Topic, ...]:
    """The scored items of one form with their words: the scheme's own, else the built-in ones, else the name."""
    scored = (i for d in scheme.dimensions for i in d.scored())
    return tuple(Topic(item.key, _words_for(item)) for item in scored)


def all_topics(scheme: Scheme) -> tuple[Topic, ...]:
    """Those of every form of the scheme, each item once."""
    found: dict[str, Topic] = {}
    for topic in (t for form in scheme.forms().values() for t in topics(form)):
        found.setdefault(topic.item, topic)
    return tuple(found.values())


def mentioned(text: str, topics: Iterable[Topic]) -> frozenset[str]:
    """The keys of the items that `text` has words of."""
    return frozenset(t.item for t in topics if t.found(text))


def _words_for(item: ScoredItem) -> TopicWords:
    own = item.words if isinstance(item, RatedItem) else None
    return own or TOPIC_WORDS.get(item.key) or TopicWords(en=(item.name.en,), zh=(item.name.zh,))


@cache
def _patterns(en: tuple[str, ...], zh: tuple[str, ...]) -> tuple[Pattern[str] | None, Pattern[str] | None]:
    """English and Chinese; None where a language has no words."""
    english = "|".join(_english(w) for w in en)
    chinese = "|".join(re.escape(w) for w in zh)
    return (
        re.compile(rf"\b(?:{english})\b", re.IGNORECASE) if english else None,
        re.compile(chinese, re.IGNORECASE) if chinese else None,
    )


def _english(phrase: str) -> str:
    """A phrase with any space between its words; a `*` ends a word in any way, a last word has its usual endings."""
    words = [re.escape(w.removesuffix("*")) + (r"\w*" if w.endswith("*") else "") for w in phrase.split()]
    return r"\s+".join(words) + ("" if phrase.endswith("*") else ENDINGS)
