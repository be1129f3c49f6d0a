"""A file of people: who is meant, what changes, what is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.intake.headers import PEOPLE_COLUMNS
from appraisal.intake.people import plan_people
from appraisal.intake.readers import read_file
from appraisal.intake.tables import PeoplePlan, Problem, Reason, Row, Table
from appraisal.people import Directory, Person

from .cast import person

ANN = person("Ann", department="ops", employee_number="7")
BOB = person("Bob", department="ops", manager_id=ANN.id)
CHO = person("Cho", manager_id=BOB.id)


def plan(content: str, *people: Person) -> PeoplePlan:
    numbers = count(1)
    table = read_file(content.encode(), "file.csv", PEOPLE_COLUMNS)
    return plan_people(table, Directory(people or (ANN, BOB, CHO)), new_id=lambda: f"new-{next(numbers)}")


def test_only_given_columns_change_and_an_empty_cell_changes_nothing() -> None:
    done = plan("email,department,job family,country\nann@example.com,sales,,SG\nbob@example.com,ops,,\n")
    assert [c.after for c in done.changed] == [replace(ANN, department="sales", country="SG")]
    assert (done.added, done.unchanged, done.problems) == ((), 1, ())


def test_every_column_is_understood() -> None:
    done = plan(
        "姓名,邮箱,工号,部门,岗位,直属上级,入职日期,国家,时区,在职\n"
        "陈晨,Chen@Example.com,0042,运营部,客服,Ann,2024年3月31日,CN,Asia/Shanghai,是\n"
    )
    assert done.problems == ()
    assert done.added == (
        Person(
            id="new-1",
            name="陈晨",
            email="chen@example.com",
            employee_number="0042",
            department="运营部",
            job_family="客服",
            manager_id=ANN.id,
            hired_on=date(2024, 3, 31),
            country="CN",
            time_zone="Asia/Shanghai",
        ),
    )


@pytest.mark.parametrize(
    ("column", "cell"),
    [("slack_id", "<@UANN>"), ("email", "ANN@example.com"), ("employee number", "7"), ("name", "ＡＮＮ")],
)
def test_a_person_is_found_by_any_identifier_or_a_unique_name(column: str, cell: str) -> None:
    done = plan(f"{column},country\n{cell},SG\n")
    assert [c.after.id for c in done.changed] == [ANN.id]


def test_an_account_of_slack_is_never_set_by_a_file() -> None:
    outsider = replace(BOB, slack_id=None)
    done = plan("email,name,slack id\nbob@example.com,Bob,UXYZ\nnew@example.com,New,UABC\n", ANN, outsider)
    assert [p.slack_id for p in done.added] == [None]
    assert done.changed == ()


@pytest.mark.parametrize("cell", ["ann@example.com", "7", "UANN", "Ann", "<@UANN>"])
def test_a_manager_is_named_in_any_way(cell: str) -> None:
    done = plan(f"email,manager\ncho@example.com,{cell}\n")
    assert [c.after.manager_id for c in done.changed] == [ANN.id]


def test_a_manager_may_stand_further_down_in_the_file() -> None:
    done = plan("name,email,manager\nDee,dee@example.com,Eve\nEve,eve@example.com,Ann\n")
    assert [p.manager_id for p in done.added] == ["new-2", ANN.id]


def test_a_dash_takes_the_manager_away() -> None:
    assert plan("email,manager\nbob@example.com,-\n").changed[0].after == replace(BOB, manager_id=None)


def test_someone_who_left_is_deactivated_and_not_deleted() -> None:
    assert plan("email,active\nbob@example.com,no\n").changed[0].after == replace(BOB, active=False)


def test_an_unknown_name_with_an_address_is_a_namesake_and_not_the_same_person() -> None:
    done = plan("name,email\nAnn,another.ann@example.com\n")
    assert [p.email for p in done.added] == ["another.ann@example.com"]


def test_a_person_without_an_address_gets_it_by_name() -> None:
    done = plan("name,email\nAnn,ann@example.com\n", replace(ANN, email=""), BOB)
    assert [c.after for c in done.changed] == [ANN]


def test_those_who_left_do_not_make_a_name_ambiguous() -> None:
    gone = replace(person("Ann Old"), name="Ann", active=False)
    done = plan("name,country\nAnn,SG\n", ANN, gone)
    assert [c.after.id for c in done.changed] == [ANN.id]


SECOND_ANN = replace(
    ANN, id="id-ann2", email="ann2@example.com", slack_id="UANN2", employee_number="8", department="sales"
)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("name,country\nAnn,SG", Problem(2, Reason.AMBIGUOUS, "name", "Ann", "Ann (ops), Ann (sales)")),
        (
            "email,number\nann@example.com,8",
            Problem(2, Reason.AMBIGUOUS, "email", "ann@example.com", "Ann (ops), Ann (sales)"),
        ),
        ("name,country\nZed,SG", Problem(2, Reason.UNKNOWN_PERSON, "name", "Zed")),
        ("email,country\nzed@example.com,SG", Problem(2, Reason.MISSING, "name", "zed@example.com", "name")),
        ("email,name\nzed,Zed", Problem(2, Reason.NOT_AN_EMAIL, "email", "zed")),
        ("email,hired on\nbob@example.com,31/02/2024", Problem(2, Reason.NOT_A_DATE, "hired_on", "31/02/2024")),
        ("email,active\nbob@example.com,perhaps", Problem(2, Reason.NOT_YES_OR_NO, "active", "perhaps")),
        ("email,time zone\nbob@example.com,Mars", Problem(2, Reason.NOT_A_TIME_ZONE, "time_zone", "Mars")),
        ("email,manager\nbob@example.com,Zed", Problem(2, Reason.UNKNOWN_MANAGER, "manager", "Zed")),
        (
            "email,manager\nbob@example.com,Ann",
            Problem(2, Reason.AMBIGUOUS, "manager", "Ann", "Ann (ops), Ann (sales)"),
        ),
        ("email,manager\nbob@example.com,Bob", Problem(2, Reason.OWN_MANAGER, "manager", "Bob")),
        (
            "email,manager\nann2@example.com,cho@example.com\nann@example.com,Cho",
            Problem(3, Reason.MANAGER_LOOP, "manager", "Cho", "Ann → Cho → Bob → Ann"),
        ),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_reason(content: str, problem: Problem) -> None:
    assert plan(content, ANN, SECOND_ANN, BOB, CHO).problems == (problem,)


@pytest.mark.parametrize(
    "content",
    [
        "email,country\nbob@example.com,SG\nBOB@example.com,CN",
        "name,email\nZed,z@a.bc\nZoe,z@a.bc",
        "name,email,number\nZed,z@a.bc,5\nZoe,y@a.bc,5",
    ],
)
def test_two_rows_that_disagree_about_a_person_are_both_left_out(content: str) -> None:
    done = plan(content)
    assert [(p.row, p.reason, p.detail) for p in done.problems] == [
        (2, Reason.DUPLICATE, "3"),
        (3, Reason.DUPLICATE, "2"),
    ]
    assert (done.added, done.changed) == ((), ())


def test_a_third_row_about_them_is_left_out_too() -> None:
    done = plan("email,country\nbob@example.com,SG\nbob@example.com,CN\nbob@example.com,SG")
    assert [(p.row, p.detail) for p in done.problems] == [(2, "3"), (3, "2"), (4, "2")]
    assert done.changed == ()


def test_a_row_that_says_the_same_again_counts_once() -> None:
    done = plan("name,email,manager\nZed,zed@example.com,Ann\nZed,ZED@example.com,ann\nBob,bob@example.com,\n" * 2)
    assert (len(done.added), done.unchanged, done.repeated) == (1, 1, 4)
    assert done.problems == ()  # the second header is no row


def test_a_name_is_looked_for_in_the_department_of_the_row() -> None:
    done = plan("name,department,country\nAnn,Sales,SG\n", ANN, SECOND_ANN)
    assert [c.after.id for c in done.changed] == [SECOND_ANN.id]


def test_good_rows_stand_beside_bad_ones() -> None:
    done = plan("email,country,hired on\nann@example.com,SG,soon\nbob@example.com,SG,2024-03-31\n")
    assert [c.after.id for c in done.changed] == [BOB.id]
    assert [p.row for p in done.problems] == [2]


def test_who_reports_to_somebody_whose_row_is_left_out_is_left_out_too() -> None:
    done = plan(
        "name,email,manager\nDee,dee@example.com,Nobody\nEve,eve@example.com,Dee\nFay,fay@example.com,Eve\n"
        "Gus,gus@example.com,Ann\n"
    )
    assert [p.name for p in done.added] == ["Gus"]
    assert [(p.row, p.reason, p.value) for p in done.problems] == [
        (2, Reason.UNKNOWN_MANAGER, "Nobody"),
        (3, Reason.UNKNOWN_MANAGER, "Dee"),
        (4, Reason.UNKNOWN_MANAGER, "Eve"),
    ]


def test_every_row_that_makes_a_circle_is_named_and_the_others_are_taken() -> None:
    done = plan("email,manager,country\nann@example.com,Bob,SG\nbob@example.com,Ann,SG\ncho@example.com,Ann,SG\n")
    assert [(p.row, p.detail) for p in done.problems] == [(2, "Ann → Bob → Ann")]
    assert [c.after.id for c in done.changed] == [BOB.id, CHO.id]
    fresh = [replace(p, manager_id=None) for p in (ANN, BOB, CHO)]
    both = plan("email,manager\nann@example.com,Bob\nbob@example.com,Ann\n", *fresh)
    assert [(p.row, p.detail) for p in both.problems] == [(2, "Ann → Bob → Ann"), (3, "Ann → Bob → Ann")]
    assert both.changed == ()


def test_a_row_left_out_may_make_a_circle_of_the_others() -> None:
    done = plan("email,manager,country\nbob@example.com,-,SG\nann@example.com,Bob,SG\nbob@example.com,-,CN\n")
    assert [(p.row, p.reason) for p in done.problems] == [
        (2, Reason.DUPLICATE),
        (3, Reason.MANAGER_LOOP),
        (4, Reason.DUPLICATE),
    ]


def test_a_loop_is_found_over_people_who_are_not_in_the_file() -> None:
    done = plan("email,manager\nann@example.com,cho@example.com\n")
    assert [(p.reason, p.detail) for p in done.problems] == [(Reason.MANAGER_LOOP, "Ann → Cho → Bob → Ann")]


def test_a_loop_that_was_there_before_does_not_stop_another_import() -> None:
    looped = replace(ANN, manager_id=CHO.id)
    assert plan("email,country\nbob@example.com,SG\n", looped, BOB, CHO).problems == ()


def test_problems_of_reading_are_kept_and_all_stand_in_the_order_of_rows() -> None:
    done = plan("email,country\nx\nbob@example.com,SG,1\nzed,CN\n")
    assert [(p.row, p.reason) for p in done.problems] == [
        (2, Reason.WRONG_CELL_COUNT),
        (3, Reason.WRONG_CELL_COUNT),
        (4, Reason.NOT_AN_EMAIL),
    ]


@settings(max_examples=50)
@given(st.lists(st.integers(0, 11), min_size=12, max_size=12))
def test_whatever_a_file_says_every_line_of_managers_ends(managers: list[int]) -> None:
    people = [person(f"p{n}") for n in range(12)]
    rows = "\n".join(f"p{n}@example.com,{f'p{m}' if m != n else '-'}" for n, m in enumerate(managers))
    done = plan(f"email,manager\n{rows}\n", *people)
    result = {p.id: p for p in people} | {c.after.id: c.after for c in done.changed}  # without the rows in a circle

    def ends(who: Person | None) -> bool:
        for _ in people:
            who = result.get(who.manager_id or "") if who else None
        return who is None

    assert all(ends(p) for p in result.values())
    assert {p.reason for p in done.problems} <= {Reason.MANAGER_LOOP}


words = st.sampled_from(["", "Ann", "Bob", "ann@example.com", "bob@example.com", "zed@example.com", "7", "UANN", "-"])


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(["name", "email", "slack_id", "manager"], words)), max_size=6))
def test_every_row_is_added_changed_left_or_a_problem(rows: list[dict[str, str]]) -> None:
    table = Table(tuple(Row(n, cells) for n, cells in enumerate(rows, 2)), ())
    numbers = count()
    done = plan_people(table, Directory([ANN, BOB, CHO]), new_id=lambda: str(next(numbers)))
    used = len(done.added) + len(done.changed) + done.unchanged + done.repeated
    assert len(rows) == used + len({p.row for p in done.problems})
    emails = [p.email for p in done.added]
    assert len(set(emails)) == len(emails)
    again = plan_people(table, Directory([ANN, BOB, CHO]), new_id=lambda: f"again-{next(numbers)}")
    assert again.problems == done.problems


def test_applying_a_plan_and_planning_again_changes_nothing() -> None:
    content = "name,email,manager,number\nZed,zed@example.com,Ann,9\nBob,bob@example.com,Zed,10\n"
    done = plan(content)
    after = {p.id: p for p in (ANN, BOB, CHO, *done.added, *(c.after for c in done.changed))}
    again = plan(content, *after.values())
    assert (again.added, again.changed, again.unchanged, again.problems) == ((), (), 2, ())
