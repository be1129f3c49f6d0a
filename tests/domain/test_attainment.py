"""Metrics against their targets."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from appraisal.review import Figure
from appraisal.scheme import MetricItem, Unit
from appraisal.scheme_reasons import SchemeReason
from appraisal.scoring.card import MetricResult
from appraisal.scoring.metrics import attainment, is_usable, missed, results, worth

from .cast import metric, scheme


def item(**fields: Any) -> MetricItem:
    return MetricItem.model_validate(metric("volume", **fields))


def result(item: MetricItem, figure: Figure) -> MetricResult | None:
    """What a figure comes to in a form with this metric alone."""
    return next(iter(results(scheme((1, [item.model_dump()])), {"volume": figure})), None)


LOWER = {"direction": "lower"}
ON_TARGET = {"direction": "on-target", "tolerance": 10}


@pytest.mark.parametrize(
    ("fields", "target", "actual", "reached"),
    [
        ({}, 100, 90, 0.9),
        ({}, 100, 0, 0),
        ({}, 100, -5, 0),
        ({}, 100, 300, 1.2),
        ({"cap": 1.5}, 100, 300, 1.5),
        ({"cap": 1.0}, 100, 110, 1.0),
        (LOWER, 10, 10, 1.0),
        (LOWER, 10, 12, 0.8),
        (LOWER, 10, 9, 1.1),
        (LOWER, 10, 0, 1.2),
        (LOWER, 10, 25, 0),
        (ON_TARGET, 50, 50, 1.0),
        (ON_TARGET, 50, 55, 0.5),
        (ON_TARGET, 50, 45, 0.5),
        (ON_TARGET, 50, 61, 0),
        (ON_TARGET, 0, 5, 0.5),
    ],
)
def test_attainment_goes_by_the_direction_and_stays_within_the_cap(
    fields: dict[str, Any], target: float, actual: float, reached: float
) -> None:
    assert attainment(item(**fields), target=target, actual=actual) == pytest.approx(reached)


@pytest.mark.parametrize(
    ("fields", "target", "actual", "is_it"),
    [
        ({}, 100, 99.9, True),
        ({}, 100, 100, False),
        ({}, 0.3, 0.1 + 0.2, False),
        ({}, 0.1 + 0.2, 0.3, False),  # 0.3 / 0.30000000000000004: the noise of the last bits
        (LOWER, 10, 10.5, True),
        (LOWER, 10, 9, False),
        (ON_TARGET, 50, 51, False),
        (ON_TARGET, 50, 55, False),
        (ON_TARGET, 50, 44, True),
        (ON_TARGET, 50, 56, True),
    ],
)
def test_a_target_is_missed_in_its_own_direction(
    fields: dict[str, Any], target: float, actual: float, is_it: bool
) -> None:
    done = result(item(**fields), Figure("id-ann", "volume", target, actual))
    assert done
    assert missed([done]) == ((done,) if is_it else ())


def test_a_result_says_where_it_comes_from() -> None:
    of, at = date(2026, 9, 30), datetime(2026, 10, 2, 8, tzinfo=UTC)
    figure = Figure("id-ann", "volume", 100, 60, "i1", 7, "Sept", of, "crm", "q3.xlsx", at)
    done = result(item(unit="pieces"), figure)
    assert done
    assert (done.score, done.unit) == (50, Unit(en="pieces", zh="pieces"))
    assert (done.source, done.file_name, done.sheet, done.row) == ("crm", "q3.xlsx", "Sept", 7)
    assert (done.as_of, done.imported_at) == (of, at)


# Points: what single attainments are worth

POINTS = [(0.8, 0), (1.0, 60), (1.2, 100)]


def points(*pairs: tuple[float, float]) -> list[dict[str, float]]:
    return [{"attainment": attainment, "score": score} for attainment, score in pairs]


def scored(fields: dict[str, Any], target: float, actual: float) -> MetricResult:
    done = result(item(**fields), Figure("id-ann", "volume", target, actual))
    assert done
    return done


@pytest.mark.parametrize(
    ("fields", "target", "actual", "reached", "worth"),
    [
        ({}, 100, 50, 0.5, 0),
        ({}, 100, 80, 0.8, 0),
        ({}, 100, 90, 0.9, 30),
        ({}, 100, 100, 1.0, 60),
        ({}, 100, 110, 1.1, 80),
        ({}, 100, 120, 1.2, 100),
        ({}, 100, 500, 1.2, 100),
        ({"cap": 1.5}, 100, 500, 1.5, 100),
        (LOWER, 10, 13, 0.7, 0),
        (LOWER, 10, 11, 0.9, 30),
        (LOWER, 10, 9, 1.1, 80),
        (LOWER, 10, 0, 1.2, 100),
    ],
)
def test_points_say_what_attainment_is_worth_in_between_along_a_line(
    fields: dict[str, Any], target: float, actual: float, reached: float, worth: float
) -> None:
    done = scored(fields | {"points": points(*POINTS)}, target, actual)
    assert (done.attainment, done.score) == pytest.approx((reached, worth))
    assert [(p.attainment, p.score) for p in done.points or ()] == POINTS


@pytest.mark.parametrize(("actual", "worth"), [(50, 100), (55, 50), (45, 50), (57.5, 10), (60, 10), (90, 10)])
def test_what_is_best_on_target_has_points_by_its_distance(actual: float, worth: float) -> None:
    fields = ON_TARGET | {"points": points((0.25, 10), (0.5, 50), (1.0, 100))}
    assert scored(fields, 50, actual).score == pytest.approx(worth)


def test_points_do_not_change_whether_a_target_was_missed() -> None:
    generous = {"points": points((0.5, 0), (0.7, 100))}
    just_short, reached = scored(generous, 100, 99), scored(generous, 100, 100)
    assert just_short.score == reached.score == 100
    assert missed([just_short, reached]) == (just_short,)


RISING = st.lists(
    st.tuples(st.floats(0, 1.5), st.floats(0, 100)),
    min_size=2,
    max_size=10,
    unique_by=(lambda pair: pair[0], lambda pair: pair[1]),
).map(lambda pairs: list(zip(sorted(a for a, _ in pairs), sorted(s for _, s in pairs), strict=True)))


@given(RISING, st.floats(0, 2), st.floats(0, 2))
def test_points_never_make_more_worth_less_nor_leave_their_range(
    pairs: list[tuple[float, float]], one: float, other: float
) -> None:
    of = item(cap=1.5, points=points(*pairs))
    low, high = (worth(of, x) for x in sorted((one, other)))
    assert pairs[0][1] <= low <= high <= pairs[-1][1]
    assert [worth(of, attainment) for attainment, _ in pairs] == [score for _, score in pairs]


@given(st.floats(0, 1.5), st.floats(0, 1e-6))
def test_points_have_no_cliff(reached: float, step: float) -> None:
    of = item(points=points(*POINTS))
    assert worth(of, reached + step) - worth(of, reached) <= 300 * step + 1e-9  # the steepest is 60 points in 0.2


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"points": points((1.0, 0))}, ("points", "too_short")),
        ({"points": []}, ("points", "too_short")),
        ({"points": points((1.0, 0), (1.0, 100))}, ("points.1.attainment", SchemeReason.SCORES_NOT_RISING)),
        ({"points": points((0.8, 50), (1.0, 50))}, ("points.1.score", SchemeReason.SCORES_NOT_RISING)),
        ({"points": points((1.2, 0), (1.0, 60))}, ("points.1.attainment", SchemeReason.SCORES_NOT_RISING)),
        ({"points": points((0.8, 100), (1.0, 60))}, ("points.1.score", SchemeReason.SCORES_NOT_RISING)),
        ({"points": points((0.8, 0), (1.3, 100))}, ("points.1.attainment", SchemeReason.POINT_OUT_OF_REACH)),
        (ON_TARGET | {"points": points((0, 0), (1.1, 100))}, ("points.1.attainment", SchemeReason.POINT_OUT_OF_REACH)),
        ({"points": points((-0.1, 0), (1, 100))}, ("points.0.attainment", "greater_than_equal")),
        ({"points": points((0, 0), (1.6, 100))}, ("points.1.attainment", "less_than_equal")),
        ({"points": points((0, 0), (1, 101))}, ("points.1.score", "less_than_equal")),
        ({"cap": 1.51}, ("cap", "less_than_equal")),
        ({"cap": 0.99}, ("cap", "greater_than_equal")),
    ],
)
def test_points_and_caps_that_cannot_be_are_refused_with_their_place(
    fields: dict[str, Any], found: tuple[str, str]
) -> None:
    with pytest.raises(ValidationError) as refused:
        item(**fields)
    told: list[tuple[str, str]] = []
    for error in refused.value.errors():
        ways = [(b.way, b.reason) for b in error.get("ctx", {}).get("broken", ())] or [((), error["type"])]
        told += [(".".join(map(str, (*error["loc"], *way))), reason) for way, reason in ways]
    assert found in told


@pytest.mark.parametrize("target", [0.0, -10.0, float("nan"), float("inf")])
def test_a_target_that_cannot_be_divided_by_gives_no_result(target: float) -> None:
    assert result(item(), Figure("id-ann", "volume", target, 5)) is None
    assert result(item(**LOWER), Figure("id-ann", "volume", target, 5)) is None


def test_an_actual_value_that_is_no_number_gives_no_result() -> None:
    assert result(item(), Figure("id-ann", "volume", 100, float("nan"))) is None


@given(st.sampled_from([{}, LOWER, ON_TARGET]), st.floats(), st.floats())
def test_whatever_the_figures_a_score_is_between_0_and_100(
    fields: dict[str, Any], target: float, actual: float
) -> None:
    done = result(item(**fields), Figure("id-ann", "volume", target, actual))
    assert done is None or 0 <= done.score <= 100


@given(st.floats(1, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
def test_more_is_never_worse_where_higher_is_better(target: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert attainment(item(), target=target, actual=low) <= attainment(item(), target=target, actual=high)
    assert attainment(item(**LOWER), target=target, actual=low) >= attainment(item(**LOWER), target=target, actual=high)


def test_a_deviation_may_have_the_target_0() -> None:
    assert is_usable(item(**ON_TARGET), 0)
    assert not is_usable(item(), 0)
