"""Ratings taken in person by person: only what the cards show is measured."""

from __future__ import annotations

import random
from statistics import fmean, variance

from hypothesis import given
from hypothesis import strategies as st

from appraisal.scheme import Relation, Source
from appraisal.scoring.card import ItemStats
from appraisal.scoring.composite import score
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.measuring import Measuring, Rating
from appraisal.scoring.reliability import Measured
from tests.domain import cast

ITEMS = [f"i{n}" for n in range(6)]
FORM = cast.scheme((1, [cast.rating(key) for key in ITEMS]))
CYCLE = cast.cycle(FORM)
Points = dict[Relation, list[list[int]]]


def rated(points: Points) -> list[Rating]:
    """A review for each list of points, one point an item."""
    return [
        Rating(f"{relation}{n}", "ann", f"{relation}-{n}", relation, item, float(point))
        for relation, reviews in points.items()
        for n, review in enumerate(reviews)
        for item, point in zip(ITEMS, review, strict=False)
    ]


def evidence(ratings: list[Rating]) -> Evidence:
    groups: dict[tuple[str, Source], list[float]] = {}
    for r in ratings:
        groups.setdefault((r.item, Source(r.relation.value)), []).append(r.point)
    stats = [
        ItemStats("ann", item, source, len(of), fmean(of), variance(of) if len(of) > 1 else None)
        for (item, source), of in groups.items()
    ]
    sizes = {
        Source(relation.value): len({r.review for r in ratings if r.relation is relation}) for relation in Relation
    }
    return Evidence(tuple(stats), sizes={s: n for s, n in sizes.items() if n})


def measured(*people: Points, seen: list[Evidence] | None = None) -> Measured:
    measuring = Measuring()
    for n, points in enumerate(people):
        ratings = rated(points)
        of = seen[n] if seen else evidence(ratings)
        measuring.add(FORM, "", score(CYCLE, "ann", of), of, ratings)
    return measuring.result()


def reviews(count: int, *, seed: int = 1) -> list[list[int]]:
    draw = random.Random(seed)
    return [[draw.randint(1, 5) for _ in ITEMS] for _ in range(count)]


def test_reviews_of_shown_groups_are_counted_by_their_source() -> None:
    found = measured({Relation.PEER: reviews(4), Relation.MANAGER: reviews(1), Relation.SELF: reviews(1)})
    assert [(r.source, r.people, r.reviews) for r in found.reliability] == [(Source.PEER, 1, 4)]
    assert [(c.form, c.reviews) for c in found.consistency] == [("", 5)]  # the self-review is nobody else's view


def test_small_groups_that_count_together_are_measured_together() -> None:
    found = measured({Relation.PEER: reviews(2), Relation.REPORT: reviews(2, seed=2)})
    assert [(r.source, r.reviews) for r in found.reliability] == [(Source.OTHERS, 4)]


@given(st.lists(st.lists(st.integers(1, 5), min_size=6, max_size=6), min_size=2, max_size=2))
def test_what_a_hidden_group_said_changes_nothing(hidden: list[list[int]]) -> None:
    shown: Points = {Relation.PEER: reviews(9), Relation.MANAGER: reviews(1)}
    alone: Points = {Relation.MANAGER: reviews(1), Relation.PEER: hidden}
    assert measured(shown, alone) == measured(shown, {Relation.MANAGER: reviews(1), Relation.PEER: reviews(2, seed=3)})
    assert [g.groups for g in measured(shown, alone).large_groups] == [1]


def test_an_item_that_a_cant_say_made_too_small_is_no_part_of_its_reviews() -> None:
    full, short = reviews(3), reviews(3)
    short[2] = short[2][:5]  # the third says nothing on the last item
    other = [*short[:2], short[2]]
    other[0] = [*other[0][:5], 6 - other[0][5]]
    assert measured({Relation.PEER: short}).reliability == measured({Relation.PEER: other}).reliability
    assert measured({Relation.PEER: full}).reliability == measured({Relation.PEER: reviews(3)}).reliability


def test_whose_answers_are_not_those_behind_the_card_is_left_out() -> None:
    before, now = {Relation.PEER: reviews(4)}, {Relation.PEER: reviews(5)}
    found = measured(now, seen=[evidence(rated(before))])
    assert (found.left_out, found.reliability) == (1, ())


def test_straight_reviews_are_counted_from_thirty_on() -> None:
    straight: Points = {Relation.PEER: [[4] * 6, [3] * 6, *reviews(3)]}
    (counted,) = measured(*[straight] * 6).straight
    assert (counted.source, counted.reviews, counted.straight) == (Source.PEER, 30, 12)
    assert measured(*[straight] * 5).straight == ()
