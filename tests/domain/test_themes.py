"""Themes: which items comments are about, by word lists; how often the lists are right.

`tests/data/feedback_*.tsv` names the items of the operations form that each sentence is about, as a reader of the
form's anchors sees it; the lists were made with these sentences at hand. `themes_unseen_*.tsv` was written afterwards,
in other words on purpose, and no list was changed for it: there the lists are as rarely wrong but find a third, which
is why a theme reads "at least".
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from appraisal.language.themes import Topic, all_topics, mentioned, topics
from appraisal.language.topic_words import TOPIC_WORDS
from appraisal.scheme import Scheme
from appraisal.scheme_items import RatedItem
from appraisal.scheme_parts import TopicWords
from appraisal.scheme_text import parse_scheme
from tests.domain.cast import rating, scheme

DATA = Path(__file__).parents[1] / "data"
SHIPPED = ("operations", "annual", "leadership_360", "probation")


def shipped(name: str) -> Scheme:
    return parse_scheme((files("appraisal") / "schemes" / f"{name}.yml").read_text(encoding="utf-8"))


def sentences(file: str) -> list[tuple[set[str], str]]:
    """(items, sentence): the last two columns."""
    lines = (DATA / file).read_text(encoding="utf-8").splitlines()[1:]
    return [(set(line.split("\t")[-2].split()), line.split("\t")[-1]) for line in lines]


@pytest.mark.parametrize(
    ("file", "right", "claimed", "true"),
    [
        ("feedback_en.tsv", 56, 60, 73),
        ("feedback_zh.tsv", 57, 62, 74),
        ("themes_unseen_en.tsv", 6, 7, 22),
        ("themes_unseen_zh.tsv", 8, 8, 22),
    ],
)
def test_what_is_found_is_mostly_right_and_not_all_is_found(file: str, right: int, claimed: int, true: int) -> None:
    found = topics(shipped("operations"))
    told = [(mentioned(text, found), items) for items, text in sentences(file)]
    assert sum(len(items) for _, items in told) == true
    assert sum(len(keys & items) for keys, items in told) >= right
    assert sum(len(keys - items) for keys, items in told) <= claimed - right


@pytest.mark.parametrize("name", SHIPPED)
def test_every_scored_item_of_every_built_in_form_has_words_in_both_languages(name: str) -> None:
    for form in shipped(name).forms().values():
        for item in (i for d in form.dimensions for i in d.scored()):
            words = TOPIC_WORDS.get(item.key) or (item.words if isinstance(item, RatedItem) else None)
            assert words, item.key
            assert len(words.en) >= 5, item.key
            assert len(words.zh) >= 5, item.key


def test_every_list_belongs_to_an_item_of_a_built_in_form() -> None:
    keys = {t.item for name in SHIPPED for t in all_topics(shipped(name))}
    assert TOPIC_WORDS.keys() - keys == set()


def test_a_scheme_says_its_own_words_and_an_item_without_any_is_known_by_its_name() -> None:
    own = rating("teamwork", words={"en": ["football"], "zh": ["足球"]})
    plain = rating("pace", name={"en": "Pace", "zh": "节奏"})
    found = topics(scheme((1, [own, plain])))
    assert mentioned("He plays football with colleagues and helps others.", found) == {"teamwork"}
    assert mentioned("他踢足球。", found) == {"teamwork"}
    assert mentioned("She sets the pace.", found) == {"pace"}
    assert mentioned("节奏太快。", found) == {"pace"}


@pytest.mark.parametrize("text", ["Call  back!", "DEADLINES", "the deadline's date", "delegation", "Delegating"])
def test_words_are_found_with_their_endings(text: str) -> None:
    assert Topic("x", TopicWords(en=("call back", "deadline", "delegat*"))).found(text)


@pytest.mark.parametrize("text", ["called back", "a deadliner", "subdeadline", "undelegated", "任何", ""])
def test_other_words_are_not(text: str) -> None:
    assert not Topic("x", TopicWords(en=("call back", "deadline", "delegat*"))).found(text)
    assert not Topic("x", TopicWords()).found(text)


def test_the_items_of_all_forms_are_known_for_the_whole_cycle() -> None:
    annual = shipped("annual")
    of_all, of_one = {t.item for t in all_topics(annual)}, {t.item for t in topics(annual.as_variant("managers"))}
    assert "leading_people" in of_one
    assert {"leading_people", "sales_revenue"} <= of_all
