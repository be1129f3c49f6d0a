"""Sentences of a comment, and the language of each."""

from __future__ import annotations

import re
from enum import StrEnum

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN = re.compile(f"[{HAN}]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u058f\u0590-\u0dff\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]")
_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])|\n+")
# The end of a sentence that is quoted: a clause is none, and a closing quotation mark belongs to it.
_WHOLE_END = re.compile(r"(?<=[.!?])\s+(?=[^a-z])|(?<=[。！？])(?![”’」』）。！？])|(?<=[。！？][”’」』）])|\n+")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|e\.g|i\.e|etc|approx|ca|vs|no|nr|dr|mr|mrs|ms|prof|st|dept|fig)\.$", re.IGNORECASE
)
# Latin letters alone do not make a sentence English: one word that French, German, Spanish and Dutch do not have,
# or two that one of them has too.
_ENGLISH = re.compile(
    r"\b(the|and|she|his|her|they|their|you|your|are|with|not|should|would|could|good|great|works?|need(s|ed)?|never|always"
    r"|please|my|our|of|to|when|very|does|did|this|that|from|what|him)\b",
    re.IGNORECASE,
)
_SHARED = re.compile(r"\b(he|is|on|no|be|by|all|for|has|have|well|i|more)\b", re.IGNORECASE)


class Language(StrEnum):
    ENGLISH = "en"
    CHINESE = "zh"
    OTHER = "other"  # nothing is said about it


def sentences(text: str) -> list[str]:
    """The sentences of `text` without the space around them; a line end ends a sentence too."""
    return [part.strip() for part in _END.split(text) if part and part.strip()]


def whole_sentences(text: str) -> list[str]:
    """The sentences of `text` to quote: not cut within, neither at a Chinese semicolon nor after "e.g." or "Dr."."""
    found: list[str] = []
    start = 0
    for end in (*(m.span() for m in _WHOLE_END.finditer(text)), (len(text), len(text))):
        if end[0] < len(text) and "\n" not in text[slice(*end)] and _ABBREVIATED.search(text[start : end[0]]):
            continue
        found.append(text[start : end[0]].strip())
        start = end[1]
    return [s for s in found if s]


def language(sentence: str) -> Language:
    """By script: Han is Chinese, kana and Cyrillic and the like are other; Latin is English if it has its words."""
    if _OTHER_SCRIPT.search(sentence):
        return Language.OTHER
    if _HAN.search(sentence):
        return Language.CHINESE
    is_english = _ENGLISH.search(sentence) or len(_SHARED.findall(sentence)) >= 2
    return Language.ENGLISH if is_english else Language.OTHER


def length(text: str) -> float:
    """Length in Latin characters; a Han character says as much as 2.7 of them (40 characters or 15 Han)."""
    han = len(_HAN.findall(text))
    return len(text.strip()) - han + han * 40 / 15
