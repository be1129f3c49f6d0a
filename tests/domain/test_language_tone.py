"""Tone by sentence: wishes before polarity, phrases of work before the lexicon, languages apart."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from appraisal.language.sentences import Language, language, length, sentences
from appraisal.language.tone import Tone, ToneCount, count_tones, polarity, tone, tones


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("She explains it well.", Language.ENGLISH),
        ("He is lazy.", Language.ENGLISH),
        ("他很负责。", Language.CHINESE),
        ("用 Excel 做的报表 is great", Language.CHINESE),
        ("Sie ist sehr zuverlässig und hilft den Kollegen immer gern.", Language.OTHER),
        ("Il est très compétent et travaille toujours avec soin.", Language.OTHER),
        ("Es muy buena compañera de trabajo y siempre ayuda.", Language.OTHER),
        ("彼は仕事がとても丁寧です。", Language.OTHER),
        ("Очень внимательный коллега.", Language.OTHER),
        ("👍👍👍", Language.OTHER),
        ("", Language.OTHER),
    ],
)
def test_the_language_of_a_sentence_is_told_by_its_script_and_words(sentence: str, expected: Language) -> None:
    assert language(sentence) is expected


def test_a_text_is_cut_into_sentences_of_both_languages() -> None:
    text = "She was quick. Really? Yes!\n他很快。真的！是的；对"
    assert sentences(text) == ["She was quick.", "Really?", "Yes!", "他很快。", "真的！", "是的；", "对"]
    assert sentences("Version 2.5 is out") == ["Version 2.5 is out"]
    assert sentences(" \n ") == []


def test_fifteen_han_are_as_long_as_forty_letters() -> None:
    assert length("字" * 15) == pytest.approx(40)
    assert length("x" * 40) == 40


@pytest.mark.parametrize(
    "sentence",
    [
        "Should be better prepared.",  # +0.5 to the lexicon
        "It would be great if she were more punctual.",  # +0.65
        "应当学会分清轻重缓急。",
        "沟通可以更及时。",
        "希望他多分享经验。",
        "Could take more initiative in the weekly meeting.",
        "Try to finish one thing before the next.",
        "Stop answering the mails at night.",
        "下次请提前告知。",
    ],
)
def test_a_wish_is_a_wish_however_friendly_its_words(sentence: str) -> None:
    assert tone(sentence) is Tone.DEVELOPMENT


@pytest.mark.parametrize(
    "sentence",
    [
        "He should be proud of the way he handled the relocation.",
        "Customers need quick answers and Tom gives them.",
        "Everything I need to know is in his notes.",
        "He could be trusted with the hardest accounts from his first week.",
        "Nothing should change.",
        "We should all learn from the way he runs standups.",
        "There is no need to improve anything.",
        "He could not have prepared it better.",
        "Nobody could do more for the team.",
        "Start of the year was hard for everybody.",
        "他邀请先到的客户参观。",
        "He has to be the calmest person on the floor.",
        "Please keep doing what you do.",
        "遇到紧急情况响应很快，能马上联系到人。",
        "客户需要什么他都很清楚，沟通起来省心。",
        "他提了很多有价值的建议，推动流程优化。",
        "他对供应商的管理很到位，价格谈得下来。",
        "她反应快，应变能力强，突发情况处理得当。",
        "工作请假都提前打招呼，不影响大家。",
        "希望继续保持这种工作状态，也希望以后还能合作。",
        "他最好的地方是愿意听不同意见。",
        "如果能力允许，他会主动承担更多。",
        "还需要什么支持可以找我。",
        "客户希望的交期他都能满足。",
        "请他帮忙从来不推。",
        "建议采纳率高。",
    ],
)
def test_words_of_wishing_do_not_make_a_wish(sentence: str) -> None:
    assert tone(sentence) is not Tone.DEVELOPMENT


@pytest.mark.parametrize(
    "sentence",
    [
        "He killed the worst bottleneck in our release pipeline.",
        "He took over my tickets when I was sick.",
        "The problem is difficult and he explained it well to newcomers.",
        "Fearless about difficult conversations with vendors.",
        "The customer was rude and she stayed polite.",
        "She caused a big improvement in our error rate.",
        "He refused to cut corners on safety checks.",
        "I failed to find any fault in his work.",
        "客户脾气大的时候，他也能耐心解释。",
        "他的工作不需要别人操心。",
        "处理过客户退订导致的投诉，效果很好。",
        "同事离职后他接手了全部工作。",
        "他迟到的次数比以前少了。",
        "不拖拉，不推卸责任，说到做到。",
        "工作不马虎，数据经得起检查。",
        "出错率明显降低，没有客户投诉。",
    ],
)
def test_trouble_that_was_overcome_is_not_criticism(sentence: str) -> None:
    assert tone(sentence) is not Tone.CRITICISM


@pytest.mark.parametrize(
    "sentence",
    [
        "She is not helpful.",
        "He isn't very reliable.",
        "Rarely punctual.",
        "Less thorough than before.",
        "The draft was never well prepared.",
        "缺乏耐心。",
        "没有很细心。",
        "不够周到。",
    ],
)
def test_a_virtue_that_is_denied_is_not_praise(sentence: str) -> None:
    assert tone(sentence) is not Tone.PRAISE


def test_a_negated_virtue_is_not_praise() -> None:
    assert tone("一点也不可靠。") is Tone.CRITICISM
    assert tone("He is not reliable.") is Tone.CRITICISM


@pytest.mark.parametrize(
    "sentence", ["The course in May and one sheet of his own.", "It took most of the day.", "Many new faces."]
)
def test_words_of_amount_and_possession_are_no_praise(sentence: str) -> None:
    assert tone(sentence) is Tone.UNCLEAR


def test_the_tones_of_several_texts_are_counted_by_sentence() -> None:
    texts = ["Great job. He should call back sooner. She sat by the window.", "他做事靠谱。经常迟到。"]
    assert count_tones(texts) == ToneCount(praise=2, wishes=1, problems=1, unclear=1)
    assert count_tones(texts).told == 4
    assert count_tones([]) == ToneCount()
    assert count_tones(texts) + count_tones(texts[:1]) == ToneCount(3, 2, 1, 2)


def test_nothing_is_said_about_a_language_that_cannot_be_read() -> None:
    assert tone("C'est un excellent collègue, brilliant!") is Tone.UNCLEAR
    assert polarity("excellent collègue") == 0


def test_each_sentence_has_its_own_tone() -> None:
    assert tones("Great job. 但周报应该更早发。") == [Tone.PRAISE, Tone.DEVELOPMENT]


CHECK = """
import sys
import appraisal.language.coach
assert "nltk" not in sys.modules and "textblob" not in sys.modules, "imported before it is needed"
def refuse(event, args):
    if event.startswith("socket."):
        raise AssertionError("reached for the network: " + event)
sys.addaudithook(refuse)
import nltk
nltk.data.path.clear()
from appraisal.language.summary import Said, summary
from appraisal.language.tone import ToneCount, count_tones, polarity
assert polarity("She is excellent at this.") > 0.9
assert count_tones(["She is excellent at this. 他应该更早沟通。"]) == ToneCount(praise=1, wishes=1)
assert summary([Said("She closed 46 of the 48 tickets this quarter.", "keep")]), "nothing chosen"
"""


def test_the_lexicon_is_loaded_late_and_needs_neither_corpora_nor_a_network(tmp_path: Path) -> None:
    nowhere = {"HOME": str(tmp_path), "NLTK_DATA": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", CHECK], capture_output=True, text=True, check=False, env=nowhere)
    assert done.returncode == 0, done.stderr
