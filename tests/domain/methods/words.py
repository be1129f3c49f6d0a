"""Comments: what docs/methods.md says of them, worked out by the product."""

from __future__ import annotations

from collections.abc import Iterable

from appraisal.cycle import FEWEST_FOR_A_GROUP
from appraisal.language import summary, voices
from appraisal.language.themes import mentioned, topics
from appraisal.language.tone import Tone, polarity, tone
from tests.domain.methods.ann import OPERATIONS
from tests.domain.methods.page import Check, Section, all_as_in
from tests.domain.test_language_precision import TONES, rows, unseen
from tests.domain.test_themes import sentences

SAMPLES = ("feedback_en.tsv", "feedback_zh.tsv", "themes_unseen_en.tsv", "themes_unseen_zh.tsv")
BEYOND = 0.1  # a polarity as it is usually read


def comments(page: Section) -> Section:
    return Section(bold=all_as_in(page.bold, [FEWEST_FOR_A_GROUP]))


def texts(page: Section) -> Section:
    themes, tones = page.tables
    by_theme = [found_themes(sample) for sample in SAMPLES]
    by_tone = [told_tones("en"), told_tones("zh"), told_unseen("en"), told_unseen("zh"), by_lexicon_alone()]
    found = [[row[0], *all_as_in(row[1:], n)] for row, n in zip(themes, by_theme, strict=True)]
    told = [[row[0], *all_as_in(row[1:], n)] for row, n in zip(tones, by_tone, strict=True)]
    return Section((found, told), bold=all_as_in(page.bold, [voices.FEWEST_COMMENTS, voices.FEWEST, summary.MOST]))


def found_themes(sample: str) -> tuple[int, int, int]:
    """(items that sentences are about, items found, rightly found)."""
    lists = topics(OPERATIONS)
    told = [(mentioned(text, lists), items) for items, text in sentences(sample)]
    return sum(len(i) for _, i in told), sum(len(k) for k, _ in told), sum(len(k & i) for k, i in told)


def told_tones(language: str) -> tuple[int, int, int]:
    told = [(tone(text), TONES[label]) for label, _, text in rows(language)]
    return counted((found, label) for found, label in told if label is not Tone.UNCLEAR)


def told_unseen(language: str) -> tuple[int, int, int]:
    told = [(tone(text), TONES[label]) for label, text in unseen(language)]
    return counted((found, label) for found, label in told if label is not Tone.UNCLEAR)


def counted(told: Iterable[tuple[Tone, Tone]]) -> tuple[int, int, int]:
    """(sentences, told, rightly told)."""
    pairs = list(told)
    claimed = [(found, label) for found, label in pairs if found is not Tone.UNCLEAR]
    return len(pairs), len(claimed), sum(found is label for found, label in claimed)


def by_lexicon_alone() -> tuple[int, int, int]:
    """TextBlob's sign on sentences of praise and criticism."""
    sides = [(TONES[label], polarity(text)) for label, _, text in rows("en") if label in "PN"]
    told = [(Tone.PRAISE if p > 0 else Tone.CRITICISM) if abs(p) > BEYOND else Tone.UNCLEAR for _, p in sides]
    return counted(zip(told, (label for label, _ in sides), strict=True))


CHECKS: dict[str, Check] = {"Comments": comments, "What people wrote about": texts}
