"""The result of a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.scheme import Scheme
from appraisal.scoring.annual import annual, common_window, days_in, weighted
from appraisal.scoring.year import Annual, CycleResult, Insufficient, Member, Skipped, YearCycle
from tests.domain import cast

QUARTERS = (
    (date(2026, 1, 1), date(2026, 3, 31)),
    (date(2026, 4, 1), date(2026, 6, 30)),
    (date(2026, 7, 1), date(2026, 9, 30)),
    (date(2026, 10, 1), date(2026, 12, 31)),
)
END = date(2026, 12, 31)
OLD = date(2020, 5, 4)


def form(**policy: object) -> Scheme:
    dimensions = (60, [cast.rating("skill")]), (40, [cast.rating("care")])
    return cast.scheme(*dimensions, annual=policy)


def quarters(scheme: Scheme, spans: tuple[tuple[date, date], ...] = QUARTERS) -> list[YearCycle]:
    return [YearCycle(f"c{n}", f"Q{n}", start, end, scheme) for n, (start, end) in enumerate(spans, 1)]


def member(cycles: list[YearCycle], *, hired: date | None = OLD, manager: str = "max", but: str = "") -> Member:
    return Member("ann", hired, manager, frozenset(c.cycle_id for c in cycles if c.cycle_id not in but.split()))


def got(cycles: list[YearCycle], *totals: float | None, **fields: object) -> list[CycleResult]:
    usual = {"approver_id": "max", **fields}
    return [CycleResult(c, t, **usual) for c, t in zip(cycles, totals, strict=False) if t is not None]  # type: ignore[arg-type]


def year(cycles: list[YearCycle], *totals: float | None, until: date = END, of: Member | None = None) -> Annual:
    return annual(2026, until, cycles, of or member(cycles), got(cycles, *totals))


def skipped(of: Annual) -> dict[str, Skipped | None]:
    return {c.name: c.skipped for c in of.cycles}


def test_the_published_checks() -> None:
    assert weighted([(90, 80), (91, 70), (92, 90), (92, 60)]) == pytest.approx(74.9863, abs=5e-5)
    assert weighted([(181, 75), (184, 77)]) == pytest.approx(76.0082, abs=5e-5)
    found = year(quarters(form()), 80, 70, 90, 60)
    assert found.score == pytest.approx(74.9863, abs=5e-5)
    assert [c.days for c in found.cycles] == [90, 91, 92, 92]
    halves = quarters(form(), ((QUARTERS[0][0], QUARTERS[1][1]), (QUARTERS[2][0], QUARTERS[3][1])))
    assert year(halves, 75, 77).score == pytest.approx(76.0082, abs=5e-5)


def test_the_weights_of_the_policy_multiply_the_days() -> None:
    found = year(quarters(form(weights=[40, 20, 20, 20])), 80, 70, 90, 60)
    expected = (40 * 90 * 80 + 20 * (91 * 70 + 92 * 90 + 92 * 60)) / (40 * 90 + 20 * 275)
    assert found.score == pytest.approx(expected)
    assert sum(c.weight for c in found.cycles) == pytest.approx(1)
    assert sum(c.weight * (c.score or 0) for c in found.cycles) == pytest.approx(expected)
    assert found.band == "B"


def test_a_weight_belongs_to_the_place_of_a_cycle_in_the_year_and_not_to_the_persons_first() -> None:
    cycles = quarters(form(weights=[10, 10, 40, 40]))
    found = year(cycles, None, 70, 90, 60, of=member(cycles, but="c1"))
    assert found.score == pytest.approx((10 * 91 * 70 + 40 * 92 * 90 + 40 * 92 * 60) / (10 * 91 + 80 * 92))


def test_more_cycles_than_weights_count_by_their_days_alone() -> None:
    found = year(quarters(form(weights=[40, 60])), 80, 70, 90, 60)
    assert found.weights_ignored
    assert found.score == pytest.approx(74.9863, abs=5e-5)


def test_only_the_days_in_the_year_count() -> None:
    assert days_in(2026, END, date(2025, 11, 1), date(2026, 1, 31)) == 31
    assert days_in(2026, date(2026, 1, 10), date(2025, 11, 1), date(2026, 1, 31)) == 10
    assert days_in(2026, END, date(2025, 1, 1), date(2025, 12, 31)) == 0
    spans = ((date(2025, 12, 1), date(2026, 2, 28)), (date(2026, 3, 1), date(2026, 12, 31)))
    found = year(quarters(form(), spans), 80, 60)
    assert found.score == pytest.approx((59 * 80 + 306 * 60) / 365)


def test_so_far_is_measured_by_what_has_passed_of_the_year() -> None:
    found = year(quarters(form(weights=[1, 1, 1, 1], least=2)), 80, 70, until=QUARTERS[1][1])
    assert (found.counted, found.of, found.so_far, found.coverage) == (2, 4, True, 1)
    assert found.score == pytest.approx((90 * 80 + 91 * 70) / 181)
    whole = year(quarters(form(weights=[1, 1, 1, 1], least=2)), 80, 70, None, None)
    assert not whole.so_far
    assert whole.insufficient is Insufficient.TOO_SHORT  # 181 of 365 days are less than half


def test_days_that_two_cycles_share_are_covered_once() -> None:
    spans = ((date(2026, 1, 1), date(2026, 4, 30)), (date(2026, 4, 1), date(2026, 9, 30)))
    found = year(quarters(form(), spans), 80, 60)
    assert found.coverage == pytest.approx(273 / 365)
    assert found.score == pytest.approx((120 * 80 + 183 * 60) / 303)


def test_half_of_the_year_is_enough_and_less_is_not() -> None:
    spans = ((date(2026, 1, 1), date(2026, 7, 2)),)  # 183 of 365 days
    assert year(quarters(form(), spans), 80).score == 80
    found = year(quarters(form(), ((date(2026, 1, 1), date(2026, 7, 1)),)), 80)
    assert (found.score, found.insufficient) == (None, Insufficient.TOO_SHORT)


def test_fewer_cycles_than_the_policy_wants_give_no_figure() -> None:
    found = year(quarters(form(least=3)), 80, 70, None, None)
    assert (found.score, found.band, found.insufficient) == (None, None, Insufficient.TOO_FEW_CYCLES)
    assert year(quarters(form())).insufficient is Insufficient.NO_CYCLE


def test_who_joined_has_the_cycles_since_or_waits_for_next_year() -> None:
    hired = date(2026, 4, 10)
    for joiners, score in (("cycles-taken", (91 * 70 + 92 * 90 + 92 * 60) / 275), ("next-year", None)):
        cycles = quarters(form(joiners=joiners))
        found = year(cycles, None, 70, 90, 60, of=member(cycles, hired=hired, but="c1"))
        assert found.score == (pytest.approx(score) if score else None)
        assert found.insufficient is (None if score else Insufficient.JOINED)
        assert skipped(found) == {"Q1": Skipped.NOT_YET_HIRED, "Q2": None, "Q3": None, "Q4": None}
    cycles = quarters(form(joiners="next-year"))
    assert year(cycles, 80, 80, 80, 80, of=member(cycles, hired=date(2026, 1, 1))).score == 80
    assert year(cycles, 80, 80, 80, 80, of=member(cycles, hired=None)).score == 80


def test_a_cycle_missed_on_leave_is_left_out_or_the_one_before_stands_for_it() -> None:
    cycles = quarters(form())
    out = year(cycles, 80, None, 90, 60, of=member(cycles, but="c2"))
    assert out.score == pytest.approx((90 * 80 + 92 * 90 + 92 * 60) / 274)
    assert skipped(out)["Q2"] is Skipped.MISSED
    cycles = quarters(form(leave="last-result"))
    stood = year(cycles, 80, None, 90, 60, of=member(cycles, but="c2"))
    assert stood.score == pytest.approx((181 * 80 + 92 * 90 + 92 * 60) / 365)
    assert stood.cycles[1].stands_in == "Q1"
    assert stood.counted == 3
    first = year(cycles, None, 70, 90, 60, of=member(cycles, but="c1"))
    assert first.cycles[0].score is None  # nothing stands before it


def test_what_stands_in_makes_a_year_no_longer() -> None:
    cycles = quarters(form(leave="last-result", least=1))
    found = year(cycles, 80, None, None, None, of=member(cycles, but="c2 c3 c4"))
    assert (found.score, found.insufficient) == (None, Insufficient.TOO_SHORT)
    assert found.coverage == pytest.approx(90 / 365)


def test_taking_part_without_a_result_is_not_leave() -> None:
    cycles = quarters(form(leave="last-result"))
    found = year(cycles, 80, None, 90, 60)
    assert skipped(found)["Q2"] is Skipped.NO_RESULT
    assert found.score == pytest.approx((90 * 80 + 92 * 90 + 92 * 60) / 274)


def test_after_a_change_of_manager_all_count_or_those_that_the_present_one_approved() -> None:
    for policy, score in (("as-approved", 74.9863), ("present-manager", (92 * 90 + 92 * 60) / 184)):
        cycles = quarters(form(manager_change=policy))
        results = got(cycles[:2], 80, 70, approver_id="rosa") + got(cycles[2:], 90, 60)
        found = annual(2026, END, cycles, member(cycles), results)
        assert found.score == pytest.approx(score, abs=5e-5)
    assert skipped(found)["Q1"] is Skipped.OTHER_MANAGER


def changed(policy: str) -> tuple[list[YearCycle], list[CycleResult]]:
    """Two quarters by the plain form, two by one in which care counts for most; the last was adjusted by +4."""
    plain = form(form_change=policy)
    other = cast.scheme((20, [cast.rating("skill")]), (80, [cast.rating("care")]), annual={"form_change": policy})
    cycles = quarters(plain)
    cycles[2:] = [replace(c, form=other) for c in cycles[2:]]
    d = {"dimensions": {"d0": 90.0, "d1": 50.0}, "computed": 74.0}
    e = {"dimensions": {"d0": 70.0, "d1": 60.0}, "computed": 62.0}
    return cycles, [*got(cycles[:2], 74, 74, **d), *got(cycles[2:3], 62, **e), *got(cycles[3:], 66, **e)]


def test_after_a_change_of_form_totals_are_averaged_or_dimensions_or_the_last_form_alone() -> None:
    cycles, results = changed("totals")
    found = annual(2026, END, cycles, member(cycles), results)
    assert found.score == pytest.approx((181 * 74 + 92 * 62 + 92 * 66) / 365)
    cycles, results = changed("same-form")
    found = annual(2026, END, cycles, member(cycles), results)
    assert found.score == pytest.approx(64)
    assert skipped(found)["Q1"] is Skipped.OTHER_FORM
    cycles, results = changed("dimensions")
    found = annual(2026, END, cycles, member(cycles), results)
    skill, care = (181 * 90 + 184 * 70) / 365, (181 * 50 + 184 * 60) / 365
    assert found.by_dimension == {"d0": pytest.approx(skill), "d1": pytest.approx(care)}
    assert found.score == pytest.approx(0.2 * skill + 0.8 * care + 4 * 92 / 365)


def test_without_a_change_of_form_the_totals_count_as_they_were_decided() -> None:
    cycles = quarters(form(form_change="dimensions"))
    found = annual(2026, END, cycles, member(cycles), got(cycles, 80, 70, 90, 60, dimensions={"d0": 1.0}))
    assert found.score == pytest.approx(74.9863, abs=5e-5)
    assert found.by_dimension == {}


def test_a_form_that_shares_no_dimension_is_left_out() -> None:
    cycles, results = changed("dimensions")
    results[0] = replace(results[0], dimensions={"sales": 90.0})
    assert skipped(annual(2026, END, cycles, member(cycles), results))["Q1"] is Skipped.OTHER_FORM


def test_of_two_schemes_about_the_same_days_the_last_one_counts() -> None:
    cycles = quarters(form())
    whole_year = YearCycle("y", "Year", date(2026, 1, 1), END, form().model_copy(update={"key": "yearly"}))
    taken = replace(member(cycles), took_part=frozenset({"c1", "c2", "c3", "c4", "y"}))
    results = [*got(cycles, 80, 70, 90, 60), CycleResult(whole_year, 50, approver_id="max")]
    found = annual(2026, END, [*cycles, whole_year], taken, results)
    assert {n for n, s in skipped(found).items() if s is Skipped.SAME_TIME} == {"Year"}
    assert found.score == pytest.approx(74.9863, abs=5e-5)


def test_cycles_of_other_departments_about_the_same_days_are_nobodys_gap() -> None:
    mine = quarters(form(weights=[10, 20, 30, 40], leave="last-result"))
    others = [replace(c, cycle_id=f"x{c.cycle_id}", name=f"Other {c.name}") for c in mine]
    taken = replace(member(mine, but="c2"))
    found = annual(2026, END, [*others, *mine], taken, got(mine, 80, None, 90, 60))
    assert [c.name for c in found.cycles] == ["Q1", "Other Q2", "Q3", "Q4"]
    assert (found.of, found.counted, found.weights_ignored) == (4, 3, False)
    days, totals, weights = (90, 91, 92, 92), (80, 80, 90, 60), (10, 20, 30, 40)
    expected = sum(d * t * w for d, t, w in zip(days, totals, weights, strict=True))
    assert found.score == pytest.approx(expected / sum(d * w for d, w in zip(days, weights, strict=True)))


def test_who_moved_to_a_department_with_another_scheme_keeps_what_they_got_before() -> None:
    old, new = quarters(form()), quarters(form().model_copy(update={"key": "other"}))
    new = [replace(c, cycle_id=f"n{c.cycle_id}", name=f"New {c.name}") for c in new]
    taken = Member("ann", OLD, "max", frozenset({"c1", "c2", "nc3", "nc4"}))
    found = annual(2026, END, [*old, *new], taken, [*got(old, 80, 70), *got(new, None, None, 90, 60)])
    assert [c.name for c in found.cycles] == ["Q1", "Q2", "New Q3", "New Q4"]
    assert found.score == pytest.approx(74.9863, abs=5e-5)


def test_the_error_of_a_year_is_not_averaged_away() -> None:
    cycles = quarters(form())
    found = annual(2026, END, cycles, member(cycles), got(cycles, 80, 70, 90, 60, se=5.0))
    assert found.se == pytest.approx(5)  # the same reviewers err the same way every quarter
    assert found.score is not None
    assert found.interval == pytest.approx((found.score - 9.8, found.score + 9.8))


def test_the_error_of_a_year_with_an_adjusted_total_is_not_known() -> None:
    cycles = quarters(form())
    results = got(cycles, 80, 70, 90, 60, se=5.0)
    adjusted = [replace(results[0], computed=75.0), *(replace(r, computed=r.total) for r in results[1:])]
    found = annual(2026, END, cycles, member(cycles), adjusted)
    assert (found.score is None, found.se, found.interval) == (False, None, None)


def test_departments_share_the_cycles_in_which_each_has_enough_people() -> None:
    one, two, three, _ = QUARTERS
    people = {"A": {one: 9, two: 9, three: 9}, "B": {two: 5, three: 8}, "C": {one: 2}}
    assert common_window(people, 5) == {two, three}
    assert common_window({"A": {one: 9}, "B": {two: 9}}, 5) == frozenset()
    assert common_window({"C": {one: 2}}, 5) == frozenset()


@given(
    st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=4, max_size=4),
    st.lists(st.floats(1, 9), min_size=4, max_size=4),
)
def test_a_year_lies_within_its_cycles_and_its_weights_add_up(totals: list[float | None], weights: list[float]) -> None:
    found = year(quarters(form(weights=weights)), *totals)
    if found.score is not None:
        there = [t for t in totals if t is not None]
        assert min(there) - 1e-9 <= found.score <= max(there) + 1e-9
        assert sum(c.weight for c in found.cycles) == pytest.approx(1)
    else:
        assert found.insufficient is not None
