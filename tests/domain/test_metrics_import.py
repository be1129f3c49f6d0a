"""A file of business figures: whose, which, how much, what is wrong, what is doubtful, and who else says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pytest

from appraisal.intake.checks import Earlier
from appraisal.intake.headers import METRIC_COLUMNS
from appraisal.intake.mapping import FileMapping
from appraisal.intake.metrics import Background, plan_metrics
from appraisal.intake.readers import read_file
from appraisal.intake.tables import (
    Apply,
    Because,
    Conflict,
    Import,
    ImportKind,
    MetricsPlan,
    Problem,
    Reason,
    Row,
    Table,
)
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
    MetricItem.model_validate(metric("score", unit="", target=80, low=0, high=100, aliases=["CSAT (all)"])),
    MetricItem.model_validate(metric("score_calls", unit="", aliases=["CSAT (calls)"])),
]
FILE = Import(
    id="i1",
    kind=ImportKind.METRICS,
    file_name="q3.csv",
    sha256="",
    content=b"",
    actor_id=None,
    created_at=NOW,
    period_start=date(2024, 7, 1),
    period_end=date(2024, 9, 30),
    source="q3",
)
HEADER = "person,metric,target,actual\n"


def plan(content: str, *said: Figure, file: Import = FILE, **background: Any) -> MetricsPlan:
    """`said` is of the same rank as the file; the one that counts comes first."""
    table = read_file(content.encode(), "file.csv", METRIC_COLUMNS)
    usual = Background(Directory([ANN, BOB]), METRICS, said=[(0, f) for f in said])
    return plan_metrics(table, replace(usual, **background), file, NOW)


def reasons(done: MetricsPlan) -> list[tuple[int, Reason]]:
    return [(p.row, p.reason) for p in done.problems]


def test_a_figure_keeps_where_it_comes_from() -> None:
    done = plan("person,metric,target,actual\nann@example.com,goal_rate,95%,90\n")
    figure = Figure(ANN.id, "goal_rate", 95, 90, "i1", 2, source="q3", file_name="q3.csv", imported_at=NOW)
    assert done.figures == (figure,)
    assert (done.unchanged, done.problems, done.people) == (0, (), 1)


@pytest.mark.parametrize("name", ["goal_rate", "Goal Completion Rate", "目标完成率", "目标完成率（%）"])
@pytest.mark.parametrize("who", ["Ann", "7", "UANN", "ANN@example.com"])
def test_person_and_metric_are_found_by_what_people_call_them(who: str, name: str) -> None:
    done = plan(f"员工,指标,目标值,实际值\n{who},{name},95,90\n")
    assert [(f.person_id, f.metric) for f in done.figures] == [(ANN.id, "goal_rate")]


def test_of_one_column_per_metric_a_problem_knows_its_metric_and_that_of_the_person_is_said_once() -> None:
    columns = METRIC_COLUMNS.with_metrics({"Volume": "volume", "Rate": "goal_rate"})
    content = "Person,Volume target,Volume,Rate target,Rate\nAnn,480,x,90,85\nEve,480,470,90,85\nBob,480,470,0,80\n"
    table = read_file(content.encode(), "wide.csv", columns)
    done = plan_metrics(table, Background(Directory([ANN, BOB]), METRICS), FILE, NOW)
    assert done.problems == (
        Problem(2, Reason.NOT_A_NUMBER, "actual", "x", metric="volume"),
        Problem(3, Reason.UNKNOWN_PERSON, "person", "Eve"),
        Problem(4, Reason.TARGET_ZERO, "target", "0", metric="goal_rate"),
    )


def test_numbers_are_in_the_unit_of_the_metric() -> None:
    done = plan('工号,指标,目标,实际\n7,业务量,"12,000",１．５亿\n')
    assert [(f.target, f.actual) for f in done.figures] == [(12000, 15000)]


def test_good_rows_stand_beside_bad_ones() -> None:
    done = plan(
        "email,metric,target,actual\n"
        "ann@example.com,volume,10,9\n"
        "zed@example.com,volume,10,9\n"
        "bob@example.com,speed,10,9\n"
        "bob@example.com,volume,,9\n"
        "bob@example.com,volume,ten,9\n"
        "bob@example.com,volume,10,good\n"
        "bob@example.com,volume,0,9\n"
        "bob@example.com,drift,0,1\n"
        ",volume,10,8\n"
        "x\n"
    )
    assert [(f.person_id, f.metric, f.row) for f in done.figures] == [(ANN.id, "volume", 2), (BOB.id, "drift", 9)]
    assert done.people == 2
    assert done.problems == (
        Problem(3, Reason.UNKNOWN_PERSON, column="email", value="zed@example.com"),
        Problem(4, Reason.UNKNOWN_METRIC, column="metric", value="speed"),
        Problem(5, Reason.MISSING, column="target", detail="target"),
        Problem(6, Reason.NOT_A_NUMBER, column="target", value="ten"),
        Problem(7, Reason.NOT_A_NUMBER, column="actual", value="good"),
        Problem(8, Reason.TARGET_ZERO, column="target", value="0"),
        Problem(10, Reason.MISSING, column="person", detail="person"),
        Problem(11, Reason.WRONG_CELL_COUNT, value="x", detail="1/4"),
    )


def test_the_same_file_again_changes_nothing_and_a_corrected_figure_does() -> None:
    content = "person,metric,target,actual\nAnn,volume,10,9\nBob,volume,10,8\n"
    stored = plan(content).figures
    again = plan(content, *stored, file=replace(FILE, id="i2"))
    assert (again.figures, again.unchanged, again.people) == ((), 2, 2)
    corrected = plan(content, replace(stored[0], actual=7), stored[1])
    assert [(f.person_id, f.actual) for f in corrected.figures] == [(ANN.id, 9)]


def test_an_unknown_address_is_not_replaced_by_a_namesake() -> None:
    done = plan("name,email,metric,target,actual\nAnn,other.ann@example.com,volume,10,9\n")
    assert [p.reason for p in done.problems] == [Reason.UNKNOWN_PERSON]


def test_two_identifiers_that_mean_different_people_are_not_guessed() -> None:
    done = plan("email,number,metric,target,actual\nbob@example.com,7,volume,10,9\n")
    assert [p.reason for p in done.problems] == [Reason.AMBIGUOUS]
    assert done.problems[0].detail == "Ann (ann@example.com), Bob (bob@example.com)"


def test_rows_that_say_the_same_count_once_and_rows_that_disagree_not_at_all() -> None:
    done = plan(
        HEADER + "Ann,volume,10,9\nann@example.com,业务量,10,9\nBob,volume,10,9\nBob,业务量,10,8\nBob,drift,1,1"
    )
    assert [(f.person_id, f.metric) for f in done.figures] == [(ANN.id, "volume"), (BOB.id, "drift")]
    assert done.repeated == 1
    assert done.problems == (
        Problem(4, Reason.DUPLICATE, "actual", "9", "5"),
        Problem(5, Reason.DUPLICATE, "actual", "8", "4"),
    )


def test_of_several_days_the_last_counts() -> None:
    header = "person,metric,target,actual,as of\n"
    done = plan(header + "Ann,volume,10,7,2024-09-01\nAnn,volume,10,9,2024-09-30\nAnn,volume,10,8,2024-09-15\n")
    assert [(f.actual, f.as_of, f.row) for f in done.figures] == [(9, date(2024, 9, 30), 3)]
    assert (done.repeated, done.problems) == (2, ())
    unclear = plan(header + "Ann,volume,10,7,2024-09-01\nAnn,volume,10,9,\n")
    assert reasons(unclear) == [(2, Reason.DUPLICATE), (3, Reason.DUPLICATE)]


def test_rows_of_two_sheets_that_disagree_name_each_other() -> None:
    cells = {"person": "Ann", "metric": "volume", "target": "10", "actual": "9"}
    rows = (Row(2, cells, "July"), Row(5, {**cells, "actual": "8"}, "August"))
    done = plan_metrics(Table(rows, ()), Background(Directory([ANN]), METRICS), FILE, NOW)
    assert [(p.sheet, p.row, p.detail) for p in done.problems] == [("August", 5, "July!2"), ("July", 2, "August!5")]


def test_a_target_that_is_not_given_is_the_schemes() -> None:
    done = plan("person,metric,actual\nAnn,score,79\nAnn,volume,10\n")
    assert [(f.target, f.actual) for f in done.figures] == [(80, 79)]
    assert done.problems == (Problem(3, Reason.MISSING, "target", "", "target"),)


def test_a_remark_in_brackets_tells_metrics_apart() -> None:
    done = plan(HEADER + "Ann,CSAT (calls),5,4\nAnn,CSAT (all),80,81\n")
    assert [f.metric for f in done.figures] == ["score_calls", "score"]


def test_each_persons_metric_is_that_of_the_own_form() -> None:
    own = METRICS[1].model_copy(update={"key": "volume_bob", "target": 5.0})
    done = plan("person,metric,actual\nBob,业务量,4\n", metrics=[*METRICS, own], forms={BOB.id: {"volume_bob": own}})
    assert [(f.metric, f.target) for f in done.figures] == [("volume_bob", 5)]


def test_namesakes_are_listed_with_their_departments_and_told_apart_by_them() -> None:
    here, there = replace(ANN, department="Ops"), person("Ann Other", department="Sales")
    both = Directory([here, replace(there, name="Ann")])
    done = plan(HEADER + "Ann,volume,10,9\n", directory=both)
    assert done.problems == (Problem(2, Reason.AMBIGUOUS, "person", "Ann", "Ann (Ops), Ann (Sales)"),)
    done = plan("name,department,metric,target,actual\nAnn,sales,volume,10,9\n", directory=both)
    assert [f.person_id for f in done.figures] == [there.id]


def test_rows_of_another_period_are_counted_and_left() -> None:
    done = plan(
        "person,metric,target,actual,period\nAnn,volume,10,9,2024Q3\nAnn,volume,10,8,2024Q2\nBob,volume,10,8,soon\n"
    )
    assert ([f.actual for f in done.figures], done.other_periods) == ([9], 1)
    assert done.problems == (Problem(4, Reason.NOT_A_PERIOD, "period", "soon"),)


def test_a_day_to_come_is_wrong_and_one_before_the_period_doubtful() -> None:
    done = plan(
        "person,metric,target,actual,as of\n"
        "Ann,volume,10,9,2024-10-03\nBob,volume,10,8,2024-06-30\nBob,drift,1,1,maybe\n"
    )
    assert done.problems == (
        Problem(2, Reason.AS_OF_FUTURE, "as_of", "2024-10-03"),
        Problem(3, Reason.AS_OF_EARLY, "as_of", "2024-06-30", "2024-07-01"),
        Problem(4, Reason.NOT_A_DATE, "as_of", "maybe"),
    )
    assert ([f.actual for f in done.doubtful], done.figures) == ([8], ())


def test_the_file_says_of_what_day_figures_are_that_do_not_say_it() -> None:
    file = replace(FILE, as_of=date(2024, 9, 30))
    done = plan("person,metric,target,actual,as of\nAnn,volume,10,9,2024-09-01\nBob,volume,10,9,\n", file=file)
    assert [f.as_of for f in done.figures] == [date(2024, 9, 1), date(2024, 9, 30)]


def test_what_lies_outside_of_the_schemes_range_waits_for_hr() -> None:
    done = plan(HEADER + "Ann,score,80,101\nBob,score,80,100\n")
    assert done.problems == (Problem(2, Reason.OUT_OF_RANGE, "actual", "101", "0 – 100"),)
    assert [f.actual for f in done.figures] == [100]
    assert [f.actual for f in done.writes(Apply.ALL)] == [100, 101]


@pytest.mark.parametrize(
    ("name", "target", "actual", "doubted"),
    [
        ("volume", "480", "48000", True),
        ("volume", "480", "4800", True),
        ("volume", "480", "4799", False),
        ("volume", "480", "-48000", False),
        ("score", "8", "90", False),  # the scheme says up to what
    ],
)
def test_ten_times_the_target_waits_for_hr(name: str, target: str, actual: str, doubted: bool) -> None:
    done = plan(f"{HEADER}Ann,{name},{target},{actual}\n")
    expected = [Problem(2, Reason.FAR_FROM_TARGET, "actual", actual, target)] if doubted else []
    assert list(done.problems) == expected
    assert len(done.doubtful) == len(expected)


def test_percents_among_which_one_looks_like_a_fraction() -> None:
    done = plan(HEADER + "Ann,goal_rate,95,0.96\nBob,goal_rate,95,94\n")
    assert done.problems == (Problem(2, Reason.PERCENT_SCALE, "actual", "0.96"),)
    assert [f.actual for f in done.doubtful] == [0.96]
    whole_column = plan(HEADER + "Ann,goal_rate,95,0.96\nBob,goal_rate,95,0.94\n")
    assert [p.row for p in whole_column.problems] == [2, 3]


@pytest.mark.parametrize("cells", ["1,0.9", "2%,0.5%", "95%,0.5%", "0.95,0.96"])
def test_small_percents_among_small_ones_or_with_a_sign_are_meant(cells: str) -> None:
    done = plan(HEADER + f"Ann,goal_rate,{cells}\n")
    assert (len(done.figures), done.problems) == (1, ())


def test_fractions_are_percents_where_hr_says_so() -> None:
    file = replace(FILE, mapping=FileMapping(fractions=True))
    done = plan(HEADER + "Ann,goal_rate,0.95,0.57\nBob,goal_rate,95%,94\nBob,volume,1,0.5\n", file=file)
    assert [(f.target, f.actual) for f in done.figures] == [(95, 57), (1, 0.5)]
    assert done.problems == (Problem(3, Reason.PERCENT_SCALE, "actual", "94"),)


USUAL = [Earlier(100, 92), Earlier(100, 95), Earlier(100, 97), Earlier(50, 48)]


@pytest.mark.parametrize(
    ("cells", "history", "detail"),
    [
        ("100,9.5", USUAL, "92 – 97"),
        ("200,19", USUAL, "184 – 194"),
        ("100,950", USUAL, "92 – 97"),
        ("100,60", USUAL, None),
        ("200,190", USUAL, None),
        ("100,9.5", USUAL[:3], None),
        ("100,9.5", [Earlier(100, 50), Earlier(100, 90), Earlier(100, 10), Earlier(100, 70)], None),
        ("100,190", [Earlier(10, 10)] * 4, "100"),
    ],
)
def test_what_is_far_from_the_persons_own_history_waits_for_hr(
    cells: str, history: list[Earlier], detail: str | None
) -> None:
    done = plan(HEADER + f"Ann,volume,{cells}\n", history={(ANN.id, "volume"): history})
    expected = () if detail is None else (Problem(2, Reason.FAR_OUTLIER, "actual", cells.split(",")[1], detail),)
    assert done.problems == expected
    assert len(done.doubtful) == len(expected)


def test_a_metric_on_target_is_far_when_it_leaves_its_usual_distance() -> None:
    history = {(ANN.id, "drift"): [Earlier(10, 10), Earlier(20, 21), Earlier(10, 9), Earlier(10, 10)]}
    assert plan(HEADER + "Ann,drift,30,32\n", history=history).problems == ()
    assert plan(HEADER + "Ann,drift,30,60\n", history=history).problems[0].detail == "29 – 31"


OTHER = Figure(ANN.id, "volume", 10, 7, "i0", 2, source="crm", file_name="crm.csv", imported_at=NOW)


def test_what_this_source_said_before_is_replaced() -> None:
    before = replace(OTHER, source="q3")
    done = plan(HEADER + "Ann,volume,10,9\n", before)
    assert done.replaced == ((before, done.figures[0]),)
    assert done.conflicts == ()


def test_another_source_that_says_else_is_a_conflict_and_the_later_import_of_the_same_rank_wins() -> None:
    done = plan(HEADER + "Ann,volume,10,9\n", OTHER)
    assert done.conflicts == (Conflict(done.figures[0], OTHER, wins=True),)
    assert done.replaced == ()
    assert plan(HEADER + "Ann,volume,10,7\n", OTHER).conflicts == ()


@pytest.mark.parametrize(
    ("rank", "as_of", "other_rank", "other_as_of", "wins", "why"),
    [
        (0, None, 1, "2024-09-30", True, Because.PRECEDENCE),
        (2, "2024-09-30", 1, None, False, Because.PRECEDENCE),
        (1, "2024-09-30", 1, "2024-09-15", True, Because.AS_OF),
        (1, "2024-09-01", 1, "2024-09-15", False, Because.AS_OF),
        (1, None, 1, "2024-09-15", True, Because.AS_OF),  # of the day on which it comes
        (1, "2024-09-15", 1, "2024-09-15", True, Because.LATER),
    ],
)
def test_a_lower_rank_wins_then_a_later_day_then_the_later_import(
    rank: int, as_of: str | None, other_rank: int, other_as_of: str | None, wins: bool, why: Because
) -> None:
    file = replace(FILE, rank=rank, as_of=date.fromisoformat(as_of) if as_of else None)
    other = replace(OTHER, as_of=date.fromisoformat(other_as_of) if other_as_of else None)
    done = plan(HEADER + "Ann,volume,10,9\n", file=file, said=[(other_rank, other)])
    assert [(c.wins, c.why) for c in done.conflicts] == [(wins, why)]


def test_an_older_export_does_not_replace_what_a_newer_one_of_its_source_said() -> None:
    newer = replace(OTHER, source="q3", as_of=date(2024, 9, 30))
    done = plan(HEADER + "Ann,volume,10,9\n", newer, file=replace(FILE, as_of=date(2024, 9, 1)))
    assert done.replaced == ()
    assert done.conflicts == (Conflict(done.figures[0], newer, wins=False, why=Because.AS_OF),)


FILES = ((9, None), (8, date(2024, 9, 30)), (7, date(2024, 9, 1)), (6, date(2024, 9, 1)), (9, date(2024, 9, 1)))


@pytest.mark.parametrize("order", list(permutations(FILES, 4)))
def test_the_same_file_twice_changes_nothing_whatever_came_before(
    order: tuple[tuple[float, date | None], ...],
) -> None:
    said: list[Figure] = []
    for actual, as_of in order:
        file, content = replace(FILE, as_of=as_of), f"{HEADER}Ann,volume,10,{actual}\n"
        for figure in plan(content, *said, file=file).figures:
            said = sorted([figure, *said], key=lambda f: f.as_of or NOW.date(), reverse=True)
        again = plan(content, *said, file=file)
        assert (again.figures, again.unchanged, again.replaced) == ((), 1, ())


def test_an_older_file_is_known_again_though_it_does_not_count() -> None:
    newer = replace(OTHER, source="q3", as_of=date(2024, 9, 30))
    older = replace(newer, actual=9, as_of=date(2024, 9, 1))
    done = plan(HEADER + "Ann,volume,10,9\n", newer, older, file=replace(FILE, as_of=date(2024, 9, 1)))
    assert (done.figures, done.unchanged) == ((), 1)
    assert done.conflicts == (Conflict(older, newer, wins=False, why=Because.AS_OF),)


def test_a_source_may_go_back_to_what_it_said_before_on_the_same_day() -> None:
    first = replace(OTHER, source="q3", actual=9, as_of=date(2024, 9, 30))
    mistaken = replace(first, actual=7)
    done = plan(HEADER + "Ann,volume,10,9\n", mistaken, first, file=replace(FILE, as_of=date(2024, 9, 30)))
    assert done.replaced == ((mistaken, done.figures[0]),)


def test_the_same_value_of_a_later_day_is_fresher() -> None:
    before = replace(OTHER, source="q3", as_of=date(2024, 9, 1))
    done = plan(HEADER + "Ann,volume,10,7\n", before, file=replace(FILE, as_of=date(2024, 9, 30)))
    assert ([f.as_of for f in done.figures], done.replaced, done.unchanged) == ([date(2024, 9, 30)], (), 0)
    again = plan(HEADER + "Ann,volume,10,7\n", before, file=replace(FILE, as_of=date(2024, 8, 1)))
    assert (again.figures, again.unchanged) == ((), 1)


def test_a_figure_that_was_confirmed_raises_no_doubt_again() -> None:
    confirmed = replace(OTHER, source="q3", metric="score", target=80, actual=101)
    done = plan(HEADER + "Ann,score,80,101\n", confirmed)
    assert (done.unchanged, done.problems, done.doubtful) == (1, (), ())


@pytest.mark.parametrize("target", ["0", "-5", "(5)", "−5"])
def test_a_target_of_nothing_or_less_is_none(target: str) -> None:
    done = plan(HEADER + f"Ann,volume,{target},9\nAnn,drift,{target},1\n")
    assert [(p.row, p.reason, p.value) for p in done.problems] == [(2, Reason.TARGET_ZERO, target)]
    assert [f.metric for f in done.figures] == ["drift"]  # a distance can be measured from any target
