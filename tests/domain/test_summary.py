"""The summary: a few whole sentences, word for word, specific before general, each from another comment."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.language.sentences import whole_sentences
from appraisal.language.summary import Said, summary

DATA = Path(__file__).parents[1] / "data"
STORY = "In the March outage she wrote the customer notice within twenty minutes."
WISH = "Status reports should go out before the Monday meeting, so that the team can prepare questions."
PRAISE = "A real pleasure to have around for everybody, whatever may come."


def said(*texts: str) -> list[Said]:
    return [Said(text, "keep") for text in texts]


def labelled(language: str) -> list[tuple[str, str]]:
    """(flags, sentence)."""
    lines = (DATA / f"feedback_{language}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [(line.split("\t")[1], line.split("\t")[3]) for line in lines]


def test_a_story_is_chosen_before_praise_that_everybody_repeats() -> None:
    assert summary(said(PRAISE, PRAISE, PRAISE, STORY), most=1) == (STORY,)


@pytest.mark.parametrize(("language", "share"), [("en", 0.75), ("zh", 0.85)])
def test_most_of_what_is_chosen_is_specific_where_half_of_what_is_written_is(language: str, share: float) -> None:
    sample, specific, chosen = labelled(language), 0, 0
    for seed in range(100):
        ten = random.Random(seed).sample(sample, 10)
        flags = {text: f for f, text in ten}
        told = summary([Said(text, n % 2) for n, (_, text) in enumerate(ten)])
        chosen += len(told)
        specific += sum("s" in flags[t] for t in told)
    assert chosen >= 290
    assert sum("s" in f for f, _ in sample) / len(sample) < 0.55
    assert specific / chosen > share


def test_the_same_is_not_said_twice_and_every_question_has_its_turn() -> None:
    again = STORY.replace("twenty minutes", "twenty minutes again")
    told = summary([Said(STORY, "keep"), Said(again, "keep"), Said(WISH, "grow")], most=2)
    assert len(told) == 2
    assert WISH in told


def test_one_comment_is_quoted_once() -> None:
    both = f"{STORY} During the audit he answered all 31 requests before the due date."
    assert len(summary(said(both))) == 1


def test_what_may_not_be_quoted_is_not() -> None:
    assert summary([Said(STORY, "for_manager", quotable=False)]) == ()
    assert summary([Said(STORY, "for_manager", quotable=False), Said(WISH, "grow")]) == (WISH,)


@pytest.mark.parametrize(
    "text",
    [
        "Good.",
        "No comment.",
        "As I told you in our one-on-one, the handover on 3 August was late.",  # tells who wrote
        "He is brilliant and she is kind, as everybody in the office says.",
        "She closed " + "many, many tickets and " * 30 + "one more in May.",
        "同上季度意见。",
    ],
)
def test_what_is_empty_too_long_or_gives_its_writer_away_is_left_to_the_comments(text: str) -> None:
    assert summary(said(text)) == ()


def test_a_sentence_that_leans_on_the_one_before_is_not_torn_away_from_it() -> None:
    lean = "This helped two teams to finish their migration in May."
    assert lean not in summary(said(f"Good. {lean}"))
    assert summary(said(lean)) == (lean,)  # here nothing stands before it


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "She fixed approx. 40 tickets, e.g. the import. He left.",
            ["She fixed approx. 40 tickets, e.g. the import.", "He left."],
        ),
        ("Ask Dr. Wu. Then go!", ["Ask Dr. Wu.", "Then go!"]),
        ("三月很忙；她没出错。他也是。", ["三月很忙；她没出错。", "他也是。"]),
        ("他说：“没问题。”后来真的没问题。", ["他说：“没问题。”", "后来真的没问题。"]),
        ("- one\n- two\n", ["- one", "- two"]),
        ("真的吗？！好。", ["真的吗？！", "好。"]),
        ("", []),
    ],
)
def test_sentences_to_quote_are_whole(text: str, expected: list[str]) -> None:
    assert whole_sentences(text) == expected


WORDS = st.sampled_from(
    ["She", "他", "closed", "46", "tickets", "in", "May", "项目", "上线", "。", ".", "!", "\n", "e.g.", "；"]
)


@given(st.lists(st.lists(WORDS, max_size=30).map(" ".join), max_size=8))
def test_what_is_quoted_was_written_so_and_the_order_of_comments_changes_nothing(texts: list[str]) -> None:
    told = summary(said(*texts))
    assert len(told) <= 3
    for sentence in told:
        assert any(sentence in text for text in texts)
    assert set(summary(said(*reversed(texts)))) == set(told)


def test_what_several_people_wrote_in_the_same_words_is_quoted_once() -> None:
    same = "Kept the Friday handover calm when two lorries were late."
    other = "Wrote down the fix for the scanner in August."
    quoted = summary([Said(same, "keep"), Said(same, "keep"), Said(other, "keep"), Said(same, "more")])
    assert sorted(quoted) == sorted([same, other])
