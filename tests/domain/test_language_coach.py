"""The writing coach: one useful hint per text, and silence where it is not sure."""

from __future__ import annotations

import time
from importlib.resources import files

import pytest

from appraisal.language.coach import Hint, HintKind, hints
from appraisal.review import Answer
from appraisal.scheme import Relation, Scheme
from appraisal.scheme_text import parse_scheme

LONG = "She trained three colleagues on the new dashboard, and two of them now run it alone."


@pytest.fixture(scope="module")
def operations() -> Scheme:
    return parse_scheme((files("appraisal") / "schemes" / "operations.yml").read_text(encoding="utf-8"))


def answered(*ratings: int, **texts: str) -> dict[str, Answer]:
    keys = ["professional_skill", "teamwork", "innovation", "responsibility", "initiative", "discipline"]
    numbers = {k: Answer(k, number=n) for k, n in zip(keys, ratings, strict=False)}
    return numbers | {k: Answer(k, text=t) for k, t in texts.items()}


def kinds(operations: Scheme, text: str, *, anonymous: bool = False, names: tuple[str, ...] = ()) -> list[HintKind]:
    answers = answered(ability_keep=text)
    return [h.kind for h in hints(operations, Relation.PEER, answers, names=names, anonymous=anonymous)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Great job!", HintKind.TOO_SHORT),
        ("干得不错！", HintKind.TOO_SHORT),
        ("Keeps the team calm under pressure and makes sure nobody is left out.", HintKind.NO_EXAMPLE),
        ("她的主动性让人印象深刻，值得大家好好学习。", HintKind.NO_EXAMPLE),
        ("She is kind and always cheerful, and I enjoy having her around the office.", HintKind.TRAIT_WORDS),
        ("他很聪明，大家都这么说。", HintKind.TRAIT_WORDS),
        ("Should communicate delays earlier.", HintKind.NO_NEXT_STEP),
        ("希望能更主动一些。", HintKind.NO_NEXT_STEP),
        ("He never listens to customers in meetings, whatever they tell him.", HintKind.ABSOLUTES),
        ("开会他总是迟到，客户也有意见。", HintKind.ABSOLUTES),
    ],
)
def test_each_weakness_has_its_hint(operations: Scheme, text: str, kind: HintKind) -> None:
    assert kinds(operations, text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        "三月系统故障时，她二十分钟内就发出了客户通知，并亲自接听了所有升级电话。",
        "She is kind to new colleagues: on their first day she shows them the whole process.",
        "Should communicate delays earlier: write to the client as soon as a date slips.",
        "建议把周报模板简化，下周例会上先试一版。",
        "He never gives up when a case is hard.",
        "He never lets an incident go without a written root cause.",
        "Closed 46 of 48 tickets.",
        "No comment.",
        "n/a",
        "无。",
        "没什么要补充的。",
        "共事时间只有几周，无法评价。",
        "I have only worked with her for a few weeks and cannot judge this.",
        "Sie ist sehr zuverlässig.",
        "とても丁寧です。",
        "",
        "  \n ",
    ],
)
def test_what_is_good_or_declined_or_not_understood_is_left_alone(operations: Scheme, text: str) -> None:
    assert kinds(operations, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "他总是不厌其烦地帮新同事解答问题。",
        "他从不把问题留给别人，总是先自己想办法。",
        "永远不用担心他的进度。",
        "Always on time, always prepared.",
        "She has never let us down.",
    ],
)
def test_never_and_always_are_welcome_in_praise(operations: Scheme, text: str) -> None:
    assert HintKind.ABSOLUTES not in kinds(operations, text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (LONG + " Ask Priya about it.", ("Priya Nair",)),
        (LONG + "王小明可以证明。", ("王小明",)),
        ("As I told you in the last meeting, the handover was two days late.", ()),
        ("On 3 August the night team had to ask for the account number again.", ()),
        ("我上次跟你说过，交接记录缺了两项。", ()),
        ("八月三日夜班不得不再次询问账号。", ()),
    ],
)
def test_what_gives_an_anonymous_writer_away_is_told_first(
    operations: Scheme, text: str, names: tuple[str, ...]
) -> None:
    assert kinds(operations, text, anonymous=True, names=names) == [HintKind.NAMES]
    assert HintKind.NAMES not in kinds(operations, text, anonymous=False, names=names)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("You will mark two orders in May; grace under pressure.", "Mark Grace"),
        ("He will close two orders.", "Will Ito"),
        ("Two annual reports were late.", "Ann Lee"),
        ("In 2 cases he answered within an hour.", "I"),
        ("Two orders were late.", ""),
    ],
)
def test_words_that_look_like_names_are_not_names(operations: Scheme, text: str, name: str) -> None:
    assert kinds(operations, text, anonymous=True, names=(name,)) == []


def test_a_confidential_note_is_only_checked_for_what_unmasks(operations: Scheme) -> None:
    short = answered(for_manager="Lazy.")
    assert hints(operations, Relation.PEER, short, anonymous=True) == []
    named = answered(for_manager="Ask Priya.")
    found = hints(operations, Relation.PEER, named, names=["Priya Nair"], anonymous=True)
    assert found == [Hint(HintKind.NAMES, "for_manager")]


def test_a_text_about_figures_needs_no_next_step(operations: Scheme) -> None:
    text = "The team needs more people to reach such a target, and everybody knows that it was tight."
    found = hints(operations, Relation.MANAGER, answered(results_context=text), anonymous=False)
    assert [h.kind for h in found] == [HintKind.NO_EXAMPLE]


BLAME = "She missed the deadline in May and in June."
WORK = "He ignored three tickets and refuses to help when the queue is full."
PRAISE = "Well done: 46 of 48 tickets closed on time this quarter."
RELIABLE = "You can rely on her, and she trained three colleagues without being asked."


def test_high_ratings_with_nothing_but_blame_look_like_a_scale_read_backwards(operations: Scheme) -> None:
    answers = answered(5, 5, 4, 5, 5, 4, ability_keep=BLAME, attitude_grow=WORK)
    found = hints(operations, Relation.PEER, answers, anonymous=True)
    assert found == [Hint(HintKind.TONE_DIFFERS, "ability_keep")]


def test_low_ratings_with_nothing_but_praise_look_so_too(operations: Scheme) -> None:
    answers = answered(1, 2, 2, 1, 2, 2, ability_keep=PRAISE, attitude_grow=RELIABLE)
    found = hints(operations, Relation.PEER, answers, anonymous=True)
    assert found == [Hint(HintKind.TONE_DIFFERS, "ability_keep")]


@pytest.mark.parametrize(
    ("ratings", "keep", "grow"),
    [
        ((5, 5, 5, 5, 5, 5), PRAISE, BLAME),  # asked for both, given both
        ((1, 1, 1, 1, 1, 1), PRAISE, BLAME),
        ((5, 5, 5, 5, 5, 5), "", BLAME),  # one text alone says nothing
        ((3, 3, 3, 3, 3, 3), BLAME, WORK),
        ((5, 5), BLAME, WORK),  # too few ratings
        ((5, 5, 5, 5, 5, 5), PRAISE, RELIABLE),
    ],
)
def test_ratings_and_texts_that_can_stand_together_get_no_hint(
    operations: Scheme, ratings: tuple[int, ...], keep: str, grow: str
) -> None:
    answers = answered(*ratings, ability_keep=keep, attitude_grow=grow)
    assert hints(operations, Relation.PEER, answers, anonymous=True) == []


def test_hints_come_in_the_order_of_the_form_one_per_text(operations: Scheme) -> None:
    answers = answered(attitude_grow="Needs to delegate more.", ability_keep="He is brilliant.")
    assert hints(operations, Relation.PEER, answers, anonymous=False) == [
        Hint(HintKind.TRAIT_WORDS, "ability_keep"),
        Hint(HintKind.NO_NEXT_STEP, "attitude_grow"),
    ]


def test_nothing_is_said_about_a_review_without_texts(operations: Scheme) -> None:
    assert hints(operations, Relation.PEER, {}, anonymous=True) == []
    assert hints(operations, Relation.SELF, answered(5, 5, 5, 5, 5, 5), anonymous=False) == []
    unable = {"ability_keep": Answer("ability_keep", cant_say=True)}
    assert hints(operations, Relation.PEER, unable, anonymous=True) == []


@pytest.mark.parametrize("piece", ["more better ", "less ", "需要", "他了", "a. ", "我", "he ", "No ", "never ", "1月"])
def test_the_longest_answer_is_read_in_no_time(operations: Scheme, piece: str) -> None:
    text = (piece * 3000)[:3000]
    kinds(operations, text, anonymous=True)  # the lexicon is loaded now
    began = time.perf_counter()
    kinds(operations, text, anonymous=True, names=("Priya Nair",))
    assert time.perf_counter() - began < 1
