"""What people wrote about: who is counted, what is said of how many, and what is never said."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from appraisal.cycle import Cycle
from appraisal.language import voices as module
from appraisal.language.themes import all_topics
from appraisal.language.tone import ToneCount
from appraisal.language.voices import Spoken, Theme, of_departments, spoken, voices
from appraisal.scheme import Source
from tests.domain.cast import cycle, rating, scheme, text


@dataclass(frozen=True)
class Comment:
    item: str
    source: Source
    text: str


def question(key: str, **fields: object) -> dict[str, object]:
    return {"kind": "text", "key": key, "name": text(key), "question": text(key)} | fields


FORM = scheme(
    (1, [rating("teamwork"), rating("initiative"), question("keep"), question("grow")]),
    (1, [rating("innovation"), question("private", visible="manager"), question("unquoted", quotable=False)]),
)
PEERS = ["He helped us with the backlog in May.", "Always helpful to others.", "Works with others without a fuss."]
GROWTH = [
    "Should help others with their ideas.",
    "Could take more initiative in the weekly meeting.",
    "Great job this quarter.",
]
STORIES = [
    "He closed 46 of the 48 tickets of the March outage.",
    "In the audit he answered 31 requests early.",
    "He rewrote the shift plan in June when two people were sick.",
]


def comments(texts: list[str], item: str = "keep", source: Source = Source.PEER) -> list[Comment]:
    return [Comment(item, source, t) for t in texts]


def asked(**fields: object) -> Cycle:
    return replace(cycle(FORM), **fields)  # type: ignore[arg-type]


SIX = comments(PEERS) + comments(GROWTH, "grow")


def test_a_theme_says_in_how_many_comments_and_tone_in_how_many_sentences() -> None:
    found = voices(asked(), SIX)
    assert found is not None
    assert found.comments == 6
    assert found.themes == (Theme("teamwork", 4),)  # initiative and innovation are in one comment each
    assert found.tone == ToneCount(praise=3, wishes=2, problems=0, unclear=1)


@pytest.mark.parametrize(("stories", "told"), [(3, True), (12, False)])
def test_the_tone_is_left_out_where_that_of_most_sentences_cannot_be_told(stories: int, told: bool) -> None:
    found = voices(asked(), SIX + comments([STORIES[n % 3] for n in range(stories)]))
    assert found is not None
    assert (found.tone is not None) is told
    assert found.themes


def test_the_off_switch_leaves_every_text_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    for name in ("crowd", "summary", "mentioned", "count_tones"):
        monkeypatch.setattr(module, name, lambda *args, name=name: read.append(name) or [])
    assert voices(asked(reads_texts=False), SIX) is None
    assert read == []
    voices(asked(), SIX)
    assert read == ["crowd"]  # the switch, and not the patch, kept it from being read


def test_few_comments_are_left_to_be_read() -> None:
    assert voices(asked(), SIX[:-1]) is None
    assert voices(asked(), SIX[:-1] + comments(["No comment."], "grow")) is None


def test_one_named_writer_is_never_summed_up() -> None:
    manager = comments(STORIES, source=Source.MANAGER)[:1] + comments(STORIES, "grow", Source.MANAGER)[:1]
    own = comments(STORIES * 2, source=Source.SELF)
    assert voices(asked(), manager + own + comments(PEERS)) is None
    found = voices(asked(), SIX + manager + own)
    assert found is not None
    assert found.comments == 6
    assert not set(found.quotes) & set(STORIES)


def test_a_group_below_the_threshold_of_comments_is_not_read() -> None:
    assert voices(asked(comment_threshold=4), SIX) is None
    found = voices(asked(), SIX + comments(STORIES[:2], source=Source.REPORT))
    assert found is not None
    assert found.comments == 6


def test_a_theme_needs_three_writers_not_three_comments() -> None:
    """Two of a group may answer both questions: then four comments are of two people."""
    two = ["He helps others.", "He helped us.", "Nothing special happened there, I think."]
    found = voices(asked(), comments(two) + comments(two, "grow"))
    assert found is None or found.themes == ()
    found = voices(asked(), comments(two) + comments(two, "grow") + comments(["He is helpful to all."]))
    assert found is not None
    assert found.themes == (Theme("teamwork", 5),)


def test_sentences_are_quoted_where_the_scheme_allows_it() -> None:
    found = voices(asked(), comments(STORIES) + comments(PEERS, "grow"))
    assert found is not None
    assert set(found.quotes) & set(STORIES)
    hidden = voices(asked(), comments(STORIES, "unquoted") + comments(PEERS, "grow"))
    assert hidden is not None
    assert hidden.quotes
    assert not set(hidden.quotes) & set(STORIES)


def test_nothing_is_said_where_nothing_can_be_told() -> None:
    assert voices(asked(), comments(["嗯嗯嗯。", "Bon travail.", "ok ok"] * 2)) is None


def test_figures_over_people_leave_out_what_was_written_for_the_manager_alone() -> None:
    found = spoken(asked(), comments(PEERS, "private") + comments(STORIES), all_topics(FORM))
    assert found is not None
    assert found.comments == 3
    assert "teamwork" not in found.items
    assert spoken(asked(), comments(PEERS, "private"), all_topics(FORM)) is None


def about(items: str, *, people: int) -> list[Spoken]:
    return [Spoken(3, frozenset(items.split()), ToneCount(praise=1))] * people


def by_department(**departments: list[Spoken]) -> list[tuple[str, Spoken]]:
    return [(name, each) for name, group in departments.items() for each in group]


def test_themes_of_a_department_say_of_how_many_people() -> None:
    people = by_department(
        Desk=about("teamwork initiative", people=4) + about("innovation", people=2), Dock=about("teamwork", people=7)
    )
    found = of_departments(asked(), people)
    assert found.whole is not None
    assert found.whole.themes == (Theme("teamwork", 11), Theme("initiative", 4))  # two of innovation are too few
    assert (found.whole.people, found.whole.comments) == (13, 39)
    assert [(g.department, g.people, g.themes) for g in found.departments] == [
        ("Desk", 6, (Theme("teamwork", 4), Theme("initiative", 4))),
        ("Dock", 7, (Theme("teamwork", 7),)),
    ]
    assert found.withheld == ()
    assert found.whole.tone == ToneCount(praise=13)


def test_a_small_department_is_withheld_with_the_next_so_that_it_cannot_be_subtracted() -> None:
    sizes = {"Desk": 3, "Dock": 6, "Yard": 9}
    found = of_departments(asked(), by_department(**{d: about("teamwork", people=n) for d, n in sizes.items()}))
    assert found.withheld == ("Desk", "Dock")
    assert [g.department for g in found.departments] == ["Yard"]
    assert found.whole is not None


def test_a_cycle_of_few_people_is_not_summed_up() -> None:
    assert of_departments(asked(), by_department(Desk=about("teamwork", people=4))).whole is None
    assert of_departments(asked(threshold=8), by_department(Desk=about("teamwork", people=7))).whole is None
    assert of_departments(asked(), []).whole is None
