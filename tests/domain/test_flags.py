"""Reviews that were clicked through."""

from __future__ import annotations

from appraisal.scheme import Source
from appraisal.scoring.flags import Review, counted, is_straight, of_managers


def test_straight_is_one_point_throughout_over_six_items_or_more() -> None:
    assert is_straight(Review("max", 6, 75, alike=True))
    assert not is_straight(Review("max", 5, 75, alike=True))
    assert not is_straight(Review("max", 9, 75, alike=False))


def test_managers_are_named_for_straight_reviews_and_for_rating_everybody_the_same() -> None:
    careful = [Review("ada", 9, m, alike=False) for m in (50, 60, 70, 80)]
    straight = [Review("bob", 9, 75, alike=True), Review("bob", 9, 50, alike=False)]
    same = [Review("cid", 9, m, alike=False) for m in (74, 75, 76, 75)]
    few = [Review("dan", 9, m, alike=False) for m in (75, 75, 75)]
    found = of_managers([*careful, *straight, *same, *few])
    assert [(f.reviewer_id, f.reviews, f.straight) for f in found] == [("bob", 2, 1), ("cid", 4, 0)]
    assert found[0].spread is None
    assert found[1].spread is not None
    assert found[1].spread < 1


def test_of_anonymous_reviewers_there_is_only_a_count_and_only_of_thirty_or_more() -> None:
    (found,) = counted({Source.PEER: (30, 2), Source.REPORT: (29, 29)})
    assert (found.source, found.reviews, found.straight) == (Source.PEER, 30, 2)
