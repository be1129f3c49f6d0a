"""Metrics against their targets."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.review import Figure
from appraisal.scheme import MetricItem, Unit
from appraisal.scoring.card import MetricResult
from appraisal.scoring.metrics import attainment, is_usable, missed, results

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
