"""Which renewed answers may be taken in beside what was shown before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.cycle import Cycle
from appraisal.scheme import Source
from appraisal.scoring.disclosure import exposed
from appraisal.scoring.protection import Answered, gated, grouping
from appraisal.scoring.renewal import Reissue, sums
from tests.domain.cast import cycle

FIRST = datetime(2026, 10, 5, 9, tzinfo=UTC)
AGAIN = FIRST + timedelta(days=7)
PEER, REPORT, BOTH = Source.PEER, Source.REPORT, frozenset({Source.PEER, Source.REPORT})
NONE: frozenset[Source] = frozenset()


def answered(source: Source, names: str, again: str = "", *, item: str = "skill", text: bool = False) -> Answered:
    """One answer of each of `names`, letters; those of `again` were sent a second time."""
    ids = tuple(f"{source.value}-{n}" for n in names)
    return Answered(item, source, ids, tuple(AGAIN if n in again else FIRST for n in names), is_text=text)


def sizes(answers: Iterable[Answered]) -> dict[Source, int]:
    found: dict[Source, set[str]] = {}
    for each in answers:
        found.setdefault(each.source, set()).update(each.reviewers)
    return {source: len(who) for source, who in found.items()}


def reissue(old: list[Answered], fresh: list[Answered], here: Cycle | None = None, **known: object) -> Reissue:
    of = here or cycle()
    shown = gated(of, old, grouping(of, sizes(old)))
    return Reissue(of, [shown], fresh, sizes(old), sizes(fresh), **known)  # type: ignore[arg-type]


def taken(*given: object, **known: object) -> frozenset[Source]:
    return reissue(*given, **known).decide().ratings  # type: ignore[arg-type]


def test_one_who_answers_late_or_anew_changes_nothing() -> None:
    four = answered(PEER, "abcd")
    assert taken([four], [answered(PEER, "abcde", "e")]) == {REPORT}  # of whom nobody answered
    assert PEER not in taken([four], [answered(PEER, "abcd", "d")])
    assert PEER not in taken([four], [answered(PEER, "abcd", "cd")])


def test_three_who_answer_late_or_anew_are_taken_in() -> None:
    assert PEER in taken([answered(PEER, "abcd")], [answered(PEER, "abcdefg", "efg")])
    assert PEER in taken([answered(PEER, "abcd")], [answered(PEER, "abcd", "abc")])


def test_everybody_anew_but_one_who_cannot_say_any_more_changes_nothing() -> None:
    """Whoever stays with what they said lets the others be subtracted."""
    assert PEER not in taken([answered(PEER, "abcd")], [answered(PEER, "abc", "abc")])


def test_a_higher_threshold_asks_for_more_who_differ() -> None:
    five = replace(cycle(), threshold=5)
    old = [answered(PEER, "abcdef")]
    assert PEER not in taken(old, [answered(PEER, "abcdef", "abcd")], five)
    assert PEER not in taken(old, [answered(PEER, "abcdefghi", "ghi")], five)
    assert PEER in taken(old, [answered(PEER, "abcdef", "abcde")], five)


def test_what_one_group_may_the_other_need_not() -> None:
    old = [answered(PEER, "abcd"), answered(REPORT, "abc")]
    fresh = [answered(PEER, "abcd", "abcd"), answered(REPORT, "abcd", "d")]
    assert taken(old, fresh) == {PEER}


def test_a_group_that_would_leave_the_others_cannot_be_subtracted_from_what_they_were() -> None:
    """Two colleagues stood together with three reports; alone, those three would give the two back."""
    old = [answered(PEER, "ab"), answered(REPORT, "abc")]
    fresh = [answered(PEER, "abcde", "cde"), answered(REPORT, "abc")]
    assert PEER not in taken(old, fresh)


def test_late_ones_of_both_groups_may_still_stand_together() -> None:
    old = [answered(PEER, "ab"), answered(REPORT, "a")]
    fresh = [answered(PEER, "ab"), answered(REPORT, "abcd", "bcd")]
    decided = reissue(old, fresh)
    assert decided.decide().ratings == BOTH
    assert {a.shown for a in decided.made_of(decided.decide())} == {Source.OTHERS}


def test_what_was_hidden_may_appear_with_all_the_others() -> None:
    assert taken([answered(PEER, "ab")], [answered(PEER, "abc", "c")]) == BOTH


def test_one_who_decides_and_answered_makes_three_late_ones_a_pair() -> None:
    old, fresh = [answered(PEER, "abcd")], [answered(PEER, "abcdefg", "efg")]
    assert PEER in taken(old, fresh, insiders={PEER}, known=["peer-a"])
    assert PEER not in taken(old, fresh, insiders={PEER}, known=["peer-e"])


@pytest.mark.parametrize("least", [3, 4])
def test_comments_follow_a_threshold_of_their_own_item_by_item(least: int) -> None:
    here = replace(cycle(), comment_threshold=least)
    old = [answered(PEER, "abcd", item=i, text=True) for i in ("well", "next")]
    fresh = [answered(PEER, "abcd", "abc", item="well", text=True), answered(PEER, "abcd", item="next", text=True)]
    texts = reissue(old, fresh, here).decide().texts
    assert (PEER in (texts["well"] or ())) is (least == 3)
    assert texts["next"] is not None


def test_comments_disappear_where_their_groups_were_parted_and_two_would_be_left_over() -> None:
    def of(source: Source, names: str, again: str = "", *, wrote: str) -> list[Answered]:
        return [answered(source, names, again), answered(source, wrote, again, item="well", text=True)]

    old = [*of(PEER, "ab", wrote="ab"), *of(REPORT, "abc", wrote="abc")]
    fresh = [*of(PEER, "abcdef", "cdef", wrote="ab"), *of(REPORT, "abcdef", "def", wrote="abc")]
    decided = reissue(old, fresh).decide()
    assert decided.ratings == BOTH  # and colleagues and reports are shown apart from now on
    assert decided.texts["well"] is None


CHANGES = st.fixed_dictionaries({s: st.lists(st.sampled_from("skrn"), min_size=1, max_size=6) for s in (PEER, REPORT)})
"""What each reviewer does at every return: stays silent, keeps, renews, renews with "can't say"."""


@settings(deadline=None, max_examples=150)
@given(st.lists(CHANGES, min_size=1, max_size=3), st.integers(3, 4))
def test_whatever_is_sent_again_all_cards_together_give_nobody_away(
    rounds: list[dict[Source, list[str]]], threshold: int
) -> None:
    here = replace(cycle(), threshold=threshold)
    now: dict[tuple[Source, int], datetime | None] = {}
    counted, seen = dict[Source, int](), list[list[Answered]]()
    for number, changes in enumerate(rounds):
        at = FIRST + timedelta(days=number)
        for source, moves in changes.items():
            for who, move in enumerate(moves):
                if move in "rn":
                    now[source, who] = at if move == "r" else None
        fresh = [
            Answered("skill", s, tuple(f"{s.value}-{w}" for w, _ in of), tuple(t for _, t in of))
            for s in (PEER, REPORT)
            if (of := [(w, t) for (source, w), t in sorted(now.items()) if source is s and t])
        ]
        sent = {s: sum(1 for source, _ in now if source is s) for s in (PEER, REPORT)}
        if not seen:
            seen.append(gated(here, fresh, grouping(here, sent)))
            counted = sent
        else:
            again = Reissue(here, seen, fresh, counted, sent)
            renewed = again.decide()
            seen = [*seen, again.made_of(renewed)]
            counted = again.sizes_of(renewed.ratings)
    assert all(len(row) >= threshold for snapshot in seen for row in sums(snapshot, versioned=False))
    for versioned in (False, True):
        assert not exposed([row for snapshot in seen for row in sums(snapshot, versioned=versioned)])


def test_without_the_audit_the_same_returns_would_give_somebody_away() -> None:
    """The test above can fail: taking in whatever comes exposes the late one."""
    old, fresh = [answered(PEER, "abcd")], [answered(PEER, "abcde", "e")]
    again = reissue(old, fresh)
    naive = [*again.seen, again.ratings(BOTH)]
    found = exposed([row for snapshot in naive for row in sums(snapshot, versioned=False)])
    assert found.alone == {"peer-e"}
