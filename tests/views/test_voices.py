# ruff: noqa: E501 - the snapshots stand as people read them
"""What people wrote about, as managers, employees and HR read it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from appraisal.approval import Comments
from appraisal.language.tone import ToneCount
from appraisal.language.voices import CycleVoices, GroupVoices, Theme, Voices
from tests.views import cast
from tests.views.surfaces import accept
from tests.views.test_wording import EN, ZH, words
from views import approval, result
from views.blocks import Rendered
from views.text import Words
from views.voices import MOST_DEPARTMENTS, cycle_voice_blocks, voice_blocks

QUOTES = (
    "Two customers cancelled after she failed to call back for nine days.",
    "Status reports should go out before the Monday meeting, so that the team can prepare <questions>.",
    "三月系统故障时，她二十分钟内就发出了客户通知，并亲自接听了所有升级电话。",
)
VOICES = Voices(9, (Theme("teamwork", 5), Theme("responsibility", 3)), ToneCount(5, 3, 1, 6), QUOTES)
WHOLE = GroupVoices("", 40, 310, (Theme("teamwork", 22), Theme("initiative", 9)), ToneCount(80, 41, 12, 90))
DESK = GroupVoices("Desk & <dock>", 18, 140, (Theme("teamwork", 11),), ToneCount(30, 20, 5, 40))
QUIET = GroupVoices("", 22, 60, (), None)


def said(blocks: list[dict], w: Words = EN) -> list[str]:
    return words(Rendered("", blocks)).splitlines()


def test_themes_and_tone_stand_with_their_method_and_quotes_word_for_word() -> None:
    assert said(voice_blocks(VOICES, cast.SCHEME, EN)) == snapshot(
        [
            "*What people wrote about*",
            "In 9 comments, at least:   Teamwork 5 · Responsibility 3",
            "Sentences by tone:   praise 5 · wishes 3 · problems 1 · hard to tell 6",
            "Counted by word lists, which miss and mistake things; it is not part of the score.",
            "In their own words",
            "Two customers cancelled after she failed to call back for nine days.",
            "Status reports should go out before the Monday meeting, so that the team can prepare <questions>.",
            "三月系统故障时，她二十分钟内就发出了客户通知，并亲自接听了所有升级电话。",
        ]
    )
    assert said(voice_blocks(VOICES, cast.SCHEME, ZH)) == snapshot(
        [
            "*评语谈了什么*",
            "9 条评语中，至少提到：团队协作 5 · 责任心 3",
            "按句子看语气：肯定 5 · 期望 3 · 问题 1 · 难以判断 6",
            "按词表统计，难免有遗漏和误判，不计入得分。",
            "原话摘录",
            "Two customers cancelled after she failed to call back for nine days.",
            "Status reports should go out before the Monday meeting, so that the team can prepare <questions>.",
            "三月系统故障时，她二十分钟内就发出了客户通知，并亲自接听了所有升级电话。",
        ]
    )


def test_what_cannot_be_told_is_not_mentioned() -> None:
    assert voice_blocks(None, cast.SCHEME, EN) == []
    only_quotes = said(voice_blocks(Voices(6, (), None, QUOTES[:1]), cast.SCHEME, EN))
    assert only_quotes[:3] == ["*What people wrote about*", "In their own words", QUOTES[0]]
    assert "Sentences by tone" not in "\n".join(only_quotes)


@pytest.mark.parametrize("w", [EN, ZH], ids=["en", "zh"])
def test_it_stands_before_the_comments_of_the_manager_and_of_the_employee(w: Words) -> None:
    comments = replace(cast.comments(("Explains the process to every new colleague.",) * 7), voices=VOICES)
    for shown in (
        approval.manager_card(cast.manager_card(comments=comments), w, cast.NOW),
        result.result_card(cast.result(comments=comments), w, cast.NOW),
    ):
        accept(shown)
        text = words(shown)
        assert text.index(w("voices-heading")) < text.index("Explains the process")
        assert text.count(w("voices-method")) == 1


def test_quotes_stay_whole_in_the_fullest_card() -> None:
    """Where a message is too long its longest texts are cut: comments, which a button opens, before quotes."""
    long = [f"{n} " + "She answered every single ticket of the March outage herself. " * 8 for n in range(20)]
    quotes = tuple(f"{n} " + "x" * 236 + "." for n in range(3))
    comments = Comments(cast.comments(tuple(long)).comments, voices=replace(VOICES, quotes=quotes))
    shown = approval.manager_card(cast.manager_card(comments=comments, actions=(cast.action(),) * 3), EN, cast.NOW)
    accept(shown)
    assert all(quote in words(shown) for quote in quotes)


@pytest.mark.parametrize("w", [EN, ZH], ids=["en", "zh"])
def test_a_person_without_voices_has_the_card_of_before(w: Words) -> None:
    shown = result.result_card(cast.result(comments=cast.comments()), w, cast.NOW)
    assert w("voices-heading") not in words(shown)


def test_hr_reads_of_how_many_people_each_theme_was_written() -> None:
    found = CycleVoices(WHOLE, (QUIET, DESK), ("Gate", "Yard"))
    assert said(cycle_voice_blocks(found, cast.SCHEME, EN)) == snapshot(
        [
            "*What people wrote about*",
            "Each theme with the number of people in whose comments it comes up, at least.",
            "*Everybody*, 40 people:   Teamwork 22 · Initiative 9",
            "Sentences by tone:   praise 80 · wishes 41 · problems 12 · hard to tell 90",
            "*no department*, 22 people:   no theme for three or more",
            "*Desk &amp; &lt;dock&gt;*, 18 people:   Teamwork 11",
            "Sentences by tone:   praise 30 · wishes 20 · problems 5 · hard to tell 40",
            "2 departments are left out: too few people, or others could be worked out from them.",
            "Only comments that the people themselves may read, from groups in which enough people wrote. Counted by word lists, which miss and mistake things; it is not part of any score.",
        ]
    )
    assert said(cycle_voice_blocks(found, cast.SCHEME, ZH)) == snapshot(
        [
            "*评语谈了什么*",
            "主题后的数字是人数：至少有这么多人的评语提到这一点。",
            "*全体*，40 人：团队协作 22 · 主动性 9",
            "按句子看语气：肯定 80 · 期望 41 · 问题 12 · 难以判断 90",
            "*未填部门*，22 人：没有涉及三人及以上的主题",
            "*Desk &amp; &lt;dock&gt;*，18 人：团队协作 11",
            "按句子看语气：肯定 30 · 期望 20 · 问题 5 · 难以判断 40",
            "2 个部门不显示：人数太少，或会让人推算出人数太少的部门。",
            "只统计本人可见、且同组填写人数足够的评语。按词表统计，难免有遗漏和误判，不计入任何得分。",
        ]
    )


def test_hr_is_told_why_there_is_nothing() -> None:
    assert said(cycle_voice_blocks(None, cast.SCHEME, EN))[1:] == snapshot(
        ["The comments of this cycle are not analysed. That was chosen when it was started."]
    )
    assert said(cycle_voice_blocks(CycleVoices(None), cast.SCHEME, ZH))[1:] == snapshot(["有评语的人太少，无法汇总。"])


def test_many_departments_fit_a_modal() -> None:
    many = CycleVoices(WHOLE, tuple(replace(DESK, department=f"{n} " + "&" * 300) for n in range(90)))
    blocks = cycle_voice_blocks(many, cast.SCHEME, EN)
    accept({"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": blocks})
    text = "\n".join(said(blocks))
    assert f"And {90 - MOST_DEPARTMENTS} more departments." in text
