"""Scores: what counts, what is left out and why, and that nothing hidden can be read off."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.review import Figure
from appraisal.scheme import RatingItem, Relation, Scheme, Source
from appraisal.scoring.card import ItemStats, LeftOut, Part, ScoreCard
from appraisal.scoring.composite import score, shown
from appraisal.scoring.evidence import Evidence, pomp
from appraisal.scoring.protection import reissue

from .cast import cycle, metric, rating, scheme

ANN = "id-ann"
FORM = scheme(
    (50, [metric("volume", weight=2, cap=1.2), rating("care", weight=1)]),
    (30, [rating("skill"), rating("teamwork")]),
    (20, [rating("initiative")]),
)


def stats(item: str, source: Source, n: int, mean: float) -> ItemStats:
    return ItemStats(ANN, item, source, n, mean)


def figure(metric: str, target: float, actual: float) -> Figure:
    return Figure(ANN, metric, target, actual)


def card(*answers: ItemStats, figures: tuple[Figure, ...] = (), **fields: Any) -> ScoreCard:
    return score(cycle(**({"form": FORM} | fields)), ANN, Evidence(answers, figures))


def without_error(part: Part) -> Part:
    return replace(part, se=None)


def part(of: ScoreCard, item: str, source: Source) -> Part:
    found = next(i for i in of.items() if i.item == item).part(source)
    assert found
    return found


@pytest.mark.parametrize(("mean", "percent"), [(1, 0), (2, 25), (4, 75), (4.5, 87.5), (5, 100)])
def test_a_rating_is_percent_of_the_possible(mean: float, percent: float) -> None:
    item = RatingItem.model_validate(rating("skill"))
    assert pomp(item, mean) == percent


def test_a_total_is_the_weighted_mean_over_sources_items_and_dimensions() -> None:
    done = card(
        stats("care", Source.MANAGER, 1, 4),
        stats("skill", Source.MANAGER, 1, 3),
        stats("skill", Source.PEER, 3, 4),
        stats("skill", Source.REPORT, 4, 5),
        stats("teamwork", Source.MANAGER, 1, 5),
        stats("initiative", Source.PEER, 4, 2),
        figures=(figure("volume", 100, 90),),
    )
    results = (2 * 75 + 1 * 75) / 3  # 0.9 / 1.2 = 75
    ability = ((50 * 50 + 30 * 75 + 20 * 100) / 100 + 100) / 2
    assert [d.score for d in done.dimensions] == pytest.approx([results, ability, 25])
    assert done.total == pytest.approx((50 * results + 30 * ability + 20 * 25) / 100)
    assert done.band == "B"
    assert [d.share for d in done.dimensions] == [0.5, 0.3, 0.2]
    assert [p.share for p in done.dimensions[1].items[0].parts] == [0, 0.5, 0.3, 0.2]


def test_a_component_that_is_not_used_does_not_pull_the_mean_down() -> None:
    # A published complaint about another product: (5 + 5 + 0) / 3 instead of 5.
    three = scheme((1, [rating("a"), rating("b"), rating("c")]))
    done = card(stats("a", Source.MANAGER, 1, 5), stats("b", Source.MANAGER, 1, 5), form=three)
    assert done.total == 100
    assert [i.share for i in done.items()] == [0.5, 0.5, 0]
    assert part(done, "c", Source.MANAGER).left_out is LeftOut.NO_DATA


def test_without_any_answer_there_is_no_score_rather_than_zero() -> None:
    empty = card()
    assert (empty.total, empty.band) == (None, None)
    assert empty.missing_metrics == ("volume",)
    assert all(p.left_out is LeftOut.NO_DATA for i in empty.items() for p in i.parts)


def test_a_self_rating_is_shown_and_does_not_count() -> None:
    done = card(stats("skill", Source.SELF, 1, 5), stats("skill", Source.MANAGER, 1, 2))
    assert without_error(part(done, "skill", Source.SELF)) == Part(Source.SELF, 1, 100, 5, 0, LeftOut.NO_WEIGHT)
    assert done.total == 25
    assert card(stats("skill", Source.SELF, 1, 5)).total is None


def test_a_self_rating_is_never_hidden_even_where_the_scheme_calls_it_anonymous() -> None:
    everything_hidden = scheme(
        (1, [rating("skill")]), disclosure=dict.fromkeys(Relation, "anonymous") | {Relation.MANAGER: "named"}
    )
    done = card(stats("skill", Source.SELF, 1, 5), form=everything_hidden)
    assert part(done, "skill", Source.SELF).score == 100


def test_only_relations_of_the_cycle_are_looked_at() -> None:
    done = card(stats("skill", Source.MANAGER, 1, 3), stats("skill", Source.PEER, 4, 5), relations=(Relation.MANAGER,))
    assert [p.source for p in done.dimensions[1].items[0].parts] == [Source.MANAGER]
    assert done.total == 50


def test_answers_about_others_are_not_mixed_in() -> None:
    other = ItemStats("id-bob", "skill", Source.MANAGER, 1, 1)
    done = score(
        cycle(FORM), ANN, Evidence((stats("skill", Source.MANAGER, 1, 5), other), (Figure("id-bob", "volume", 1, 1),))
    )
    assert (done.total, done.missing_metrics) == (100, ("volume",))


@pytest.mark.parametrize("disclosure", ["anonymous", "named-to-manager"])
def test_a_group_below_the_threshold_is_hidden_on_that_item_only(disclosure: str) -> None:
    rules = {"self": "named", "manager": "named", "peer": disclosure, "report": "named"}
    form = scheme((1, [rating("skill"), rating("care")]), disclosure=rules)
    done = card(
        stats("skill", Source.PEER, 2, 5),
        stats("care", Source.PEER, 3, 3),
        stats("skill", Source.REPORT, 1, 2),
        form=form,
    )
    assert part(done, "skill", Source.PEER) == Part(Source.PEER, 0, None, None, 0, LeftOut.TOO_FEW)
    assert part(done, "care", Source.PEER).score == 50
    assert part(done, "skill", Source.REPORT).score == 25, "a named group may be small"


@given(st.integers(1, 2), st.floats(1, 5), st.floats(1, 5))
def test_a_hidden_group_leaves_no_trace_in_any_figure(n: int, one: float, other: float) -> None:
    def with_reports(mean: float) -> ScoreCard:
        return card(
            stats("skill", Source.MANAGER, 1, 3),
            stats("skill", Source.PEER, 4, 4),
            stats("skill", Source.REPORT, n, mean),
        )

    assert with_reports(one) == with_reports(other)


def test_a_metric_counts_by_its_attainment_of_the_cap() -> None:
    done = card(figures=(figure("volume", 100, 120),))
    assert part(done, "volume", Source.METRIC).score == 100
    assert done.metrics[0].attainment == 1.2
    assert card(figures=(figure("volume", 100, 100),)).total == pytest.approx(100 / 1.2)


def test_a_metric_without_a_usable_target_is_listed_and_not_counted() -> None:
    done = card(stats("care", Source.MANAGER, 1, 5), figures=(figure("volume", 0, 50),))
    assert done.bad_metrics == ("volume",)
    assert done.missing_metrics == ()
    assert part(done, "volume", Source.METRIC).left_out is LeftOut.NO_DATA
    assert done.total == 100


def test_a_dimension_shows_each_source_over_the_items_that_show_it() -> None:
    form = scheme((1, [rating("skill", weight=3), rating("care", weight=1), rating("calm", weight=1)]))
    done = card(
        stats("skill", Source.PEER, 5, 5),
        stats("care", Source.PEER, 3, 1),
        stats("calm", Source.PEER, 2, 1),
        stats("care", Source.REPORT, 2, 1),
        stats("care", Source.SELF, 1, 3),
        form=form,
    )
    by_source = {p.source: p for p in done.dimensions[0].by_source}
    assert without_error(by_source[Source.PEER]) == Part(Source.PEER, 3, 75, 4, 1, None)
    assert by_source[Source.REPORT].left_out is LeftOut.TOO_FEW
    assert without_error(by_source[Source.SELF]) == Part(Source.SELF, 1, 50, 3, 0, LeftOut.NO_WEIGHT)
    assert by_source[Source.MANAGER].left_out is LeftOut.NO_DATA
    assert Source.METRIC not in by_source


@pytest.mark.parametrize(
    ("value", "points"), [(0, 0), (79.49, 79), (79.5, 80), (0.5, 1), (99.5, 100), (79.49999999999, 80), (-1e-12, 0)]
)
def test_scores_are_shown_in_whole_points_half_up(value: float, points: int) -> None:
    assert shown(value) == points


def test_the_band_goes_by_what_is_shown() -> None:
    done = card(stats("skill", Source.REPORT, 50, 4.18), form=scheme((1, [rating("skill")])))
    assert done.total == pytest.approx(79.5)
    assert (shown(done.total or 0), done.band) == (80, "A")


ANSWERS = [
    stats("care", Source.MANAGER, 1, 4),
    stats("skill", Source.PEER, 3, 3.3333333333333335),
    stats("skill", Source.REPORT, 7, 4.142857142857143),
    stats("teamwork", Source.PEER, 6, 1.1666666666666667),
]


def test_the_same_data_give_the_same_bits_in_any_order() -> None:
    figures = (figure("volume", 3, 0.1),)
    totals = {card(*order, figures=figures) for order in permutations(ANSWERS)}
    assert len(totals) == 1
    assert repr(totals.pop().total) == "30.01901455026455"


groups = st.builds(
    stats,
    st.sampled_from(["care", "skill", "teamwork", "initiative", "volume"]),
    st.sampled_from([Source.SELF, Source.MANAGER, Source.PEER, Source.REPORT]),
    st.integers(0, 9),
    st.floats(1, 5),
)


@given(st.lists(groups), st.lists(st.builds(figure, st.just("volume"), st.floats(), st.floats()), max_size=1))
def test_every_score_is_within_its_parts_and_shares_add_up(answers: list[ItemStats], figures: list[Figure]) -> None:
    done = card(*answers, figures=tuple(figures))
    for item in done.items():
        counted = [p.score for p in item.parts if p.left_out is None and p.score is not None]
        assert (item.score is None) == (not counted)
        if item.score is not None:
            assert min(counted) - 1e-9 <= item.score <= max(counted) + 1e-9
            assert sum(p.share for p in item.parts) == pytest.approx(1)
    totals = [d.score for d in done.dimensions if d.score is not None]
    assert (done.total is None) == (not totals) == (done.band is None)
    if done.total is not None:
        assert min(totals) - 1e-9 <= done.total <= max(totals) + 1e-9
        assert sum(p.share * d.share for d in done.dimensions for p in d.by_source) == pytest.approx(1)


@given(st.lists(groups), st.sampled_from([Source.MANAGER, Source.PEER, Source.REPORT]))
def test_a_better_answer_never_lowers_the_total(answers: list[ItemStats], source: Source) -> None:
    rest = [a for a in answers if (a.item, a.source) != ("skill", source)]
    worse = card(*rest, stats("skill", source, 5, 2)).total
    better = card(*rest, stats("skill", source, 5, 4)).total
    assert worse is not None
    assert better is not None
    assert worse < better


def peers(n: int, mean: float, item: str = "skill") -> ItemStats:
    return stats(item, Source.PEER, n, mean)


def test_a_late_fifth_answer_does_not_change_what_four_gave() -> None:
    assert reissue([peers(4, 4)], [peers(5, 3.4)], {Source.PEER: 1}, 3) == [peers(4, 4)]


def test_enough_new_answers_replace_the_old() -> None:
    assert reissue([peers(4, 4)], [peers(7, 3)], {Source.PEER: 3}, 3) == [peers(7, 3)]


def test_a_group_that_was_hidden_may_appear() -> None:
    assert reissue([peers(2, 4)], [peers(3, 4)], {Source.PEER: 1}, 3) == [peers(3, 4)]
    assert reissue([], [peers(3, 4)], {Source.PEER: 1}, 3) == [peers(3, 4)]


def test_a_named_group_is_always_fresh() -> None:
    old, fresh = stats("skill", Source.MANAGER, 1, 4), stats("skill", Source.MANAGER, 1, 5)
    assert reissue([old], [fresh], {Source.MANAGER: 1}, 3) == [fresh]
    assert reissue([peers(4, 4)], [peers(5, 5)], {}, 3, anonymous=()) == [peers(5, 5)]


def test_an_item_that_nobody_rates_any_more_goes_only_with_a_whole_group() -> None:
    old = [peers(4, 4), peers(4, 2, "care")]
    assert reissue(old, [peers(4, 5)], {Source.PEER: 1}, 3) == old
    assert reissue(old, [peers(4, 5)], {Source.PEER: 4}, 3) == [peers(4, 5)]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=6), st.integers(3, 5))
def test_what_two_issues_show_of_a_group_differs_by_nobody_or_by_a_crowd(
    rounds: list[tuple[int, int]], threshold: int
) -> None:
    issue: list[ItemStats] = []
    for n, renewed in rounds:
        before, issue = issue, reissue(issue, [peers(n, n / 9)], {Source.PEER: renewed}, threshold)
        was_shown = bool(before) and before[0].n >= threshold
        assert not was_shown or issue == before or renewed >= threshold


SMALL_GROUPS = {Source.PEER: 2, Source.REPORT: 2}


def shares(form: Scheme, *answers: ItemStats) -> dict[Source, float]:
    done = score(cycle(form), ANN, Evidence(answers, sizes=SMALL_GROUPS))
    assert done.merged == (Source.PEER, Source.REPORT)
    (item,) = done.items()
    return {p.source: p.share for p in item.parts if p.share}


def test_small_groups_together_weigh_as_much_as_they_would_apart() -> None:
    answers = (
        stats("skill", Source.MANAGER, 1, 4),
        stats("skill", Source.PEER, 2, 3),
        stats("skill", Source.REPORT, 2, 5),
    )
    form = scheme((1, [rating("skill")]))
    assert shares(form, *answers) == {Source.MANAGER: 0.5, Source.OTHERS: 0.5}


@pytest.mark.parametrize("of_item", [False, True])
def test_small_groups_together_weigh_what_the_scheme_says(of_item: bool) -> None:
    own = {"manager": 50, "peer": 30, "report": 20, "others": 150}
    form = scheme((1, [rating("skill", weights=own if of_item else None)]), **({} if of_item else {"weights": own}))
    answers = (
        stats("skill", Source.MANAGER, 1, 4),
        stats("skill", Source.PEER, 2, 3),
        stats("skill", Source.REPORT, 2, 5),
    )
    assert shares(form, *answers) == {Source.MANAGER: 0.25, Source.OTHERS: 0.75}


def test_a_group_that_an_item_does_not_ask_lends_it_no_weight() -> None:
    """Four colleagues and one report count together; of an item that asks colleagues alone, they weigh as such."""
    form = scheme((1, [rating("skill", relations=["manager", "peer"])]))
    answers = (stats("skill", Source.MANAGER, 1, 4), stats("skill", Source.PEER, 4, 3))
    done = score(cycle(form), ANN, Evidence(answers, sizes={Source.PEER: 4, Source.REPORT: 1}))
    assert done.merged == (Source.PEER, Source.REPORT)
    (item,) = done.items()
    assert {p.source: p.share for p in item.parts if p.share} == {Source.MANAGER: 50 / 80, Source.OTHERS: 30 / 80}
