"""An import of people taken back: what is as before, what is left, who goes."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from appraisal.intake.tables import Change
from appraisal.intake.taking_back import Left, TakenBack, take_back
from appraisal.people import Directory

from .cast import person

ANN = person("Ann", department="ops")
BOB = person("Bob", department="ops", manager_id=ANN.id)
NEW = replace(person("Eve"), slack_id=None)


def test_a_field_goes_back_where_it_still_is_what_the_import_made_of_it() -> None:
    after = replace(ANN, department="sales", country="SG")
    now = replace(after, country="CN", job_family="Agent")
    done = take_back([(ANN, after)], Directory([now, BOB]), set())
    assert done.restored == (Change(now, replace(now, department="ops")),)
    assert done.left == (Left(now, "country"),)


def test_what_somebody_put_back_by_hand_is_not_told() -> None:
    after = replace(ANN, department="sales")
    assert take_back([(ANN, after)], Directory([ANN]), set()) == TakenBack()


def test_who_was_added_goes_or_is_deactivated_where_something_refers_to_them() -> None:
    done = take_back([(None, NEW)], Directory([ANN, NEW]), set())
    assert (done.removed, done.deactivated) == ((NEW,), ())
    done = take_back([(None, NEW)], Directory([ANN, NEW]), {NEW.id})
    assert (done.removed, done.deactivated) == ((), (NEW,))


def test_the_manager_of_somebody_who_stays_does_not_go() -> None:
    boss = replace(NEW, id="boss")
    report = replace(NEW, manager_id=boss.id)
    both = [(None, boss), (None, report)]
    assert take_back(both, Directory([boss, report]), set()).removed == (boss, report)
    assert take_back(both, Directory([boss, report]), {report.id}).removed == ()
    moved = replace(BOB, manager_id=boss.id)
    assert take_back([(None, boss)], Directory([boss, moved]), set()).deactivated == (boss,)
    assert take_back([(None, boss), (BOB, moved)], Directory([boss, moved]), set()).removed == (boss,)


def test_who_came_to_slack_since_stays_without_what_the_file_said() -> None:
    given_ = replace(NEW, department="ops", manager_id=ANN.id)
    now = replace(given_, slack_id="UEVE")
    done = take_back([(None, given_)], Directory([ANN, now]), set())
    assert done.restored == (Change(now, replace(NEW, slack_id="UEVE")),)
    assert (done.removed, done.deactivated) == ((), ())


departments = st.sampled_from(["ops", "sales", "service"])


@given(departments, departments)
def test_an_import_taken_back_at_once_leaves_no_trace(before: str, after: str) -> None:
    old, new = replace(ANN, department=before), replace(ANN, department=after)
    done = take_back([(old, new)], Directory([new]), set())
    assert [c.after for c in done.restored] == ([old] if old != new else [])
    assert done.left == ()
