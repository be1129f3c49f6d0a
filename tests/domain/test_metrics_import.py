"""A file of business figures: whose, which, how much, and what is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appraisal.intake.headers import METRIC_COLUMNS
from appraisal.intake.metrics import plan_metrics
from appraisal.intake.readers import read_csv
from appraisal.intake.tables import MetricsPlan, Problem, Reason
from appraisal.people import Directory
from appraisal.review import Figure
from appraisal.scheme import MetricItem

from .cast import metric, person

NOW = datetime(2024, 10, 1, tzinfo=UTC)
ANN, BOB = person("Ann", employee_number="7"), person("Bob")
METRICS = [
    MetricItem.model_validate(metric("goal_rate", name={"en": "Goal completion rate", "zh": "目标完成率"}, unit="%")),
    MetricItem.model_validate(metric("volume", name={"en": "Business volume", "zh": "业务量"}, unit="万元")),
    MetricItem.model_validate(metric("drift", unit="mm", direction="on-target", tolerance=5)),
]


def plan(content: str, *existing: Figure) -> MetricsPlan:
    table = read_csv(content.encode(), METRIC_COLUMNS)
    return plan_metrics(table, Directory([ANN, BOB]), METRICS, existing, import_id="i1", source="q3.csv", now=NOW)


def test_a_figure_keeps_where_it_comes_from() -> None:
    done = plan("person,metric,target,actual\nann@example.com,goal_rate,95%,90\n")
    assert done.figures == (Figure(ANN.id, "goal_rate", 95, 90, "i1", 2, "q3.csv", NOW),)
    assert (done.unchanged, done.problems, done.people) == (0, (), 1)


@pytest.mark.parametrize("name", ["goal_rate", "Goal Completion Rate", "目标完成率", "目标完成率（%）"])
@pytest.mark.parametrize("who", ["Ann", "7", "UANN", "ANN@example.com"])
def test_person_and_metric_are_found_by_what_people_call_them(who: str, name: str) -> None:
    done = plan(f"员工,指标,目标值,实际值\n{who},{name},95,90\n")
    assert [(f.person_id, f.metric) for f in done.figures] == [(ANN.id, "goal_rate")]


def test_numbers_are_in_the_unit_of_the_metric() -> None:
    done = plan('工号,指标,目标,实际\n7,业务量,"1,200",１．５亿\n')
    assert [(f.target, f.actual) for f in done.figures] == [(1200, 15000)]


def test_good_rows_stand_beside_bad_ones() -> None:
    done = plan(
        "email,metric,target,actual\n"
        "ann@example.com,volume,10,9\n"
        "zed@example.com,volume,10,9\n"
        "bob@example.com,speed,10,9\n"
        "bob@example.com,volume,,9\n"
        "bob@example.com,volume,ten,9\n"
        "bob@example.com,volume,10,n/a\n"
        "bob@example.com,volume,0,9\n"
        "bob@example.com,drift,0,1\n"
        "ann@example.com,业务量,10,8\n"
        ",volume,10,8\n"
        "x\n"
    )
    assert [(f.person_id, f.metric, f.row) for f in done.figures] == [(ANN.id, "volume", 2), (BOB.id, "drift", 9)]
    assert done.people == 2
    assert done.problems == (
        Problem(3, Reason.UNKNOWN_PERSON, value="zed@example.com"),
        Problem(4, Reason.UNKNOWN_METRIC, column="metric", value="speed"),
        Problem(5, Reason.MISSING, column="target", detail="target"),
        Problem(6, Reason.NOT_A_NUMBER, column="target", value="ten"),
        Problem(7, Reason.NOT_A_NUMBER, column="actual", value="n/a"),
        Problem(8, Reason.TARGET_ZERO, column="target", value="0"),
        Problem(10, Reason.DUPLICATE, value="业务量", detail="2"),
        Problem(11, Reason.MISSING, column="person", detail="person"),
        Problem(12, Reason.WRONG_CELL_COUNT, value="x", detail="1/4"),
    )


def test_the_same_file_again_changes_nothing_and_a_corrected_figure_does() -> None:
    content = "person,metric,target,actual\nAnn,volume,10,9\nBob,volume,10,8\n"
    stored = plan(content).figures
    again = plan(content, *stored)
    assert (again.figures, again.unchanged, again.people) == ((), 2, 2)
    corrected = plan(content, replace(stored[0], actual=7), stored[1])
    assert [(f.person_id, f.actual) for f in corrected.figures] == [(ANN.id, 9)]


def test_an_unknown_address_is_not_replaced_by_a_namesake() -> None:
    done = plan("name,email,metric,target,actual\nAnn,other.ann@example.com,volume,10,9\n")
    assert [p.reason for p in done.problems] == [Reason.UNKNOWN_PERSON]


def test_two_identifiers_that_mean_different_people_are_not_guessed() -> None:
    done = plan("email,number,metric,target,actual\nbob@example.com,7,volume,10,9\n")
    assert [p.reason for p in done.problems] == [Reason.AMBIGUOUS]
