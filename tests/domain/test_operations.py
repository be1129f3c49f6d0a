"""The built-in quarterly scheme of an operations department keeps its promises."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import combinations

import pytest

from appraisal.review import pages_for
from appraisal.scheme import (
    ALL_RELATIONS,
    ANCHOR_LIMIT,
    Consequence,
    Disclosure,
    MetricItem,
    RatingItem,
    Relation,
    Scheme,
    Source,
    TextItem,
    Visibility,
)
from appraisal.scheme_text import parse_scheme


@pytest.fixture(scope="module")
def operations() -> Scheme:
    text = (files("appraisal") / "schemes" / "operations.yml").read_text(encoding="utf-8")
    return parse_scheme(text)


def test_results_ability_and_attitude_count_50_30_20(operations: Scheme) -> None:
    assert {d.key: d.weight for d in operations.dimensions} == {"results": 50, "ability": 30, "attitude": 20}
    assert {d.key: [i.key for i in d.scored()] for d in operations.dimensions} == {
        "results": ["goal_completion", "business_volume", "customer_satisfaction"],
        "ability": ["professional_skill", "teamwork", "innovation"],
        "attitude": ["responsibility", "initiative", "discipline"],
    }


def test_results_are_figures_that_the_manager_puts_in_context(operations: Scheme) -> None:
    for item in operations.dimensions[0].scored():
        assert isinstance(item, MetricItem)
        assert item.relations == (Relation.MANAGER,)
        assert item.cap == 1.2
        assert operations.weights_of(item) == {Source.METRIC: 80, Source.MANAGER: 20}


def test_ability_and_attitude_are_rated_by_everyone_around(operations: Scheme) -> None:
    for dimension in operations.dimensions[1:]:
        for item in dimension.scored():
            assert isinstance(item, RatingItem)
            assert set(item.relations) == set(ALL_RELATIONS)
            assert operations.weights_of(item)[Source.SELF] == 0


def test_every_point_of_every_scale_has_a_behaviour_of_its_own(operations: Scheme) -> None:
    behaviours = [a.behaviour for d in operations.dimensions for i in d.scored() for a in i.anchors]
    assert len(behaviours) == 9 * 5
    assert len({b.en for b in behaviours}) == len({b.zh for b in behaviours}) == 45
    assert max(len(b.en) for b in behaviours) <= ANCHOR_LIMIT


def test_anchors_tell_behaviour_not_degree(operations: Scheme) -> None:
    """A point that only says "often" or "good" is filled differently by each manager."""
    degrees = re.compile(
        r"\b(often|usually|sometimes|good|bad|excellent|very|quite|average)\b|非常|比较|优秀|较好|一般"
    )
    for dimension in operations.dimensions:
        for item in dimension.scored():
            for anchor in item.anchors:
                assert not degrees.search(f"{anchor.behaviour.en} {anchor.behaviour.zh}"), (item.key, anchor.point)


def test_points_of_a_scale_do_not_repeat_each_other(operations: Scheme) -> None:
    for dimension in operations.dimensions:
        for item in dimension.scored():
            for one, other in combinations(item.anchors, 2):
                left, right = (set(re.findall(r"\w{4,}", a.behaviour.en.lower())) for a in (one, other))
                assert len(left & right) / len(left | right) < 0.4, (item.key, one.point, other.point)


def test_every_text_is_in_the_language_it_says(operations: Scheme) -> None:
    han = re.compile(r"[一-鿿]")
    for item in operations.items():
        texts = [item.name, item.question, *(a.behaviour for a in getattr(item, "anchors", ()))]
        for text in texts:
            assert han.search(text.zh)
            assert not han.search(text.en)


def test_nobody_is_asked_about_himself_by_name(operations: Scheme) -> None:
    for page in pages_for(operations, Relation.SELF):
        for item in page.items:
            question = item.question_for(Relation.SELF)
            assert "{name}" not in question.en + question.zh, item.key


def test_each_relation_gets_the_questions_it_can_answer(operations: Scheme) -> None:
    asked = {r: [i.key for p in pages_for(operations, r) for i in p.items] for r in Relation}
    assert "goal_completion" in asked[Relation.MANAGER]
    assert "results_context" in asked[Relation.SELF]
    assert [p.dimension.key for p in pages_for(operations, Relation.PEER)] == ["ability", "attitude"]
    assert "for_manager" in asked[Relation.PEER]
    assert "for_manager" in asked[Relation.REPORT]
    assert "for_manager" not in asked[Relation.SELF] + asked[Relation.MANAGER]


def test_the_note_to_the_manager_goes_to_the_manager_alone(operations: Scheme) -> None:
    hidden = {i.key for i in operations.items() if isinstance(i, TextItem) and i.visible is Visibility.MANAGER}
    assert hidden == {"for_manager"}


def test_peers_and_reports_stay_anonymous(operations: Scheme) -> None:
    assert operations.disclosure == {
        Relation.SELF: Disclosure.NAMED,
        Relation.MANAGER: Disclosure.NAMED,
        Relation.PEER: Disclosure.ANONYMOUS,
        Relation.REPORT: Disclosure.ANONYMOUS,
    }


@pytest.mark.parametrize(
    ("attainment", "rating", "band"),
    [
        (1.1, 4.5, "S"),
        (1.2, 4, "A"),
        (1.0, 4, "A"),
        (1.0, 3.8, "B"),
        (1.0, 3, "B"),
        (0.9, 3, "B"),
        (0.8, 3, "C"),
        (0.7, 2.5, "C"),
        (0.8, 2, "D"),
    ],
)
def test_bands_fall_where_their_reasons_say(operations: Scheme, attainment: float, rating: float, band: str) -> None:
    """A person with this attainment on every metric and this mean rating on every scale, by hand."""
    rated = 100 * (rating - 1) / 4
    results = 0.8 * 100 * attainment / 1.2 + 0.2 * rated
    assert operations.band(round(0.5 * results + 0.5 * rated, 6)).key == band


def test_every_consequence_follows_from_some_band(operations: Scheme) -> None:
    assert {c for b in operations.bands for c in b.consequences} == set(Consequence)
