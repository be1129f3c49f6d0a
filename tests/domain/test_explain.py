"""Why a score is what it is: everything adds up, and nobody reads more than they may."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import fsum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from appraisal.cycle import Cycle
from appraisal.review import Figure
from appraisal.scheme import Source
from appraisal.scoring.basis import Basis, Evened, Spread, Uncorrected
from appraisal.scoring.card import ItemStats, LeftOut, ScoreCard
from appraisal.scoring.composite import score
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.explain import explain, other_figures, reach, reviewers, stated
from appraisal.scoring.explanation import Change, Explanation, FigureChange, Happened, ItemOf, PartOf, Reader
from appraisal.scoring.highlights import highlights

from .cast import cycle, metric, rating, scheme

ANN = "id-ann"
FORM = scheme(
    (50, [metric("volume", weight=2, weights={"metric": 80, "manager": 20}), rating("care")]),
    (30, [rating("skill"), rating("teamwork")]),
    (20, [rating("initiative")]),
)
Q3 = cycle(FORM, created_at=datetime(2024, 7, 1, tzinfo=UTC))
BASIS = Basis(spreads=(Spread(Source.PEER, 12.0, 0.4, people=60),))
EVENED = replace(BASIS, evened=Evened(True, None, 24, (24,)))
NOW = datetime(2024, 10, 14, 9, 0, tzinfo=UTC)


def stats(item: str, source: Source, n: int, mean: float, **fields: Any) -> ItemStats:
    return ItemStats(ANN, item, source, n, mean, **fields)


def scored(*answers: ItemStats, of: Cycle = Q3, actual: float | None = 90, **fields: Any) -> ScoreCard:
    """Evened out where somebody has a shift."""
    figures = () if actual is None else (Figure(ANN, "volume", 100, actual, source="crm", row=2, imported_at=NOW),)
    basis = EVENED if any(s.shift for s in answers) else BASIS
    return score(of, ANN, Evidence(answers, figures, **fields), basis)


USUAL = (
    stats("volume", Source.MANAGER, 1, 4),
    stats("care", Source.MANAGER, 1, 4),
    stats("skill", Source.MANAGER, 1, 3),
    stats("skill", Source.SELF, 1, 5),
    stats("skill", Source.PEER, 5, 4.2, variance=0.2),
    stats("skill", Source.REPORT, 2, 5),
    stats("teamwork", Source.MANAGER, 1, 5),
    stats("initiative", Source.PEER, 5, 2, variance=2.5),
)
LENIENT = tuple(replace(s, shift=8.0) if s.source is Source.MANAGER else replace(s, shift=2.0) for s in USUAL)


def why(card: ScoreCard, reader: Reader = Reader.HR, of: Cycle = Q3, **fields: Any) -> Explanation:
    return explain(of, "Ann", card, BASIS, reader=reader, **fields)


def item(of: Explanation, key: str) -> ItemOf:
    return next(i for i in of.items() if i.item == key)


def part(of: Explanation, key: str, source: Source) -> PartOf:
    return next(p for p in item(of, key).parts if p.source is source)


points = st.integers(1, 5)
groups = st.sampled_from([s for s in Source if s not in (Source.METRIC, Source.OTHERS)])
keys = st.sampled_from([i.key for d in FORM.dimensions for i in d.scored()])
answers = st.dictionaries(st.tuples(keys, groups), st.tuples(st.integers(1, 6), points), max_size=16)


@given(
    answers=answers,
    actual=st.none() | st.floats(0, 200),
    shift=st.sampled_from([0.0, 5.0, -5.0]),
    reader=st.sampled_from(Reader),
)
def test_what_every_part_adds_comes_to_the_total(
    answers: dict[tuple[str, Source], tuple[int, int]], actual: float | None, shift: float, reader: Reader
) -> None:
    given_ = [stats(i, s, n, mean, shift=shift) for (i, s), (n, mean) in answers.items()]
    sizes = {s: max(n for (_, of), (n, _) in answers.items() if of is s) for s in {s for _, s in answers}}
    card = scored(*given_, actual=actual, sizes=sizes)
    told = why(card, reader)
    if card.total is None:
        assert [d.points for d in told.dimensions] == [None] * 3
        return
    parts = [p.points for i in told.items() for p in i.parts if p.points is not None]
    for level in (parts, [i.points or 0 for i in told.items()], [d.points or 0 for d in told.dimensions]):
        assert fsum(level) == pytest.approx(card.total, abs=1e-9)
    assert fsum(s.share for s in told.sources) == pytest.approx(1)
    assert fsum(i.pull or 0 for i in told.items()) == pytest.approx(0, abs=1e-9)
    assert fsum((s.error or 0) ** 2 for s in told.sources) ** 0.5 == pytest.approx(card.se)


def test_a_part_says_its_weight_and_what_it_counts_for_after_others_fell_out() -> None:
    told = why(scored(*USUAL))
    peers, reports = (part(told, "skill", s) for s in (Source.PEER, Source.REPORT))
    assert (peers.weight, peers.n, peers.mean, peers.share) == (30, 5, 4.2, 30 / 80)
    assert (reports.weight, reports.n, reports.score, reports.left_out) == (20, 0, None, LeftOut.TOO_FEW)
    assert part(told, "skill", Source.SELF).left_out is LeftOut.NO_WEIGHT
    assert part(told, "initiative", Source.MANAGER).left_out is LeftOut.NO_DATA
    assert item(told, "skill").scale == (1, 5)
    assert [d.weight for d in told.dimensions] == [50, 30, 20]


def test_groups_that_count_together_have_the_weight_of_both() -> None:
    few = (stats("skill", Source.PEER, 2, 4), stats("skill", Source.REPORT, 1, 5), stats("skill", Source.MANAGER, 1, 3))
    told = why(scored(*few, sizes={Source.PEER: 2, Source.REPORT: 1, Source.MANAGER: 1}))
    others = part(told, "skill", Source.OTHERS)
    assert told.merged == (Source.PEER, Source.REPORT)
    assert (others.weight, others.n, others.share) == (50, 3, 0.5)


def test_the_uncertainty_names_where_it_is_known_from() -> None:
    spread = {s.source: s.spread for s in why(scored(*USUAL)).sources}
    peers, manager = spread[Source.PEER], spread[Source.MANAGER]
    assert peers
    assert (peers.error_sd, peers.people) == (12.0, 60)
    assert manager
    assert manager.people == 0  # from research
    assert spread[Source.METRIC] is None


@pytest.mark.parametrize("reader", Reader)
def test_whoever_signs_is_shown_as_they_rated(reader: Reader) -> None:
    raw, evened = (part(why(card, reader), "care", Source.MANAGER) for card in (scored(*USUAL), scored(*LENIENT)))
    assert raw == evened
    assert (evened.score, evened.mean) == (75, 4)


@given(
    answers=st.dictionaries(st.tuples(keys, groups), st.tuples(st.integers(3, 6), st.integers(1, 4)), max_size=16),
    shift=st.sampled_from([-8.0, -2.5, 4.0, 11.25]),
)
def test_what_a_group_gave_changes_nothing_that_anybody_reads_of_its_parts(
    answers: dict[tuple[str, Source], tuple[int, int]], shift: float
) -> None:
    """Two groups, of which one gives a point more and is more lenient by just that, look the same."""

    def of_peers(more: int) -> ScoreCard:
        more_of = {s: more if s is Source.PEER else 0 for s in Source}
        found = (stats(i, s, n, m + more_of[s], shift=shift + 25 * more_of[s]) for (i, s), (n, m) in answers.items())
        return scored(*found, sizes={s: n for (_, s), (n, _) in answers.items()})

    strict, lenient = of_peers(0), of_peers(1)
    for reader in Reader:
        assert why(strict, reader) == why(lenient, reader)
    assert highlights(FORM, strict) == highlights(FORM, lenient)


def test_a_group_that_was_evened_out_has_no_mean_on_its_scale() -> None:
    raw, evened = (part(why(card), "initiative", Source.PEER) for card in (scored(*USUAL), scored(*LENIENT)))
    assert (raw.score, raw.mean) == (25, 2)
    assert (evened.score, evened.mean) == (25, None)  # 23, in steps of five
    assert "shift" not in TypeAdapter(Explanation).dump_json(why(scored(*LENIENT))).decode()


def test_only_hr_reads_the_total_without_evening_out_and_in_whole_points() -> None:
    for reader in Reader:
        told = why(scored(*LENIENT), reader, as_given=61.6)
        assert told.evening_out.before == (62 if reader is Reader.HR else None)
    assert why(scored(*USUAL), as_given=61.6).evening_out.before is None


@pytest.mark.parametrize("reader", [Reader.EMPLOYEE, Reader.MANAGER])
def test_figures_about_severity_are_for_hr(reader: Reader) -> None:
    evened = Evened(True, None, 24, (24,), share_of_reviewer=0.3, sd=6.0)
    of = replace(Q3, correct_severity=True)
    told = explain(of, "Ann", scored(*LENIENT), Basis(evened=evened), reader=reader)
    assert (told.evening_out.applied, told.evening_out.figures) == (True, None)
    hr = explain(of, "Ann", scored(*LENIENT), Basis(evened=evened), reader=Reader.HR)
    assert hr.evening_out.figures == evened


def test_why_nothing_was_evened_out_is_said_to_everybody() -> None:
    basis = Basis(evened=Evened(False, Uncorrected.FEW_REVIEWERS, 6, (6,)))
    told = explain(replace(Q3, correct_severity=True), "Ann", scored(*USUAL), basis, reader=Reader.EMPLOYEE)
    assert (told.evening_out.wanted, told.evening_out.applied) == (True, False)
    assert told.evening_out.reason is Uncorrected.FEW_REVIEWERS


def test_the_bands_that_the_interval_touches_are_named() -> None:
    card = scored(*USUAL)
    for total, se, band, touched in (
        (70, 2, "B", ()),
        (78, 2, "B", ("A",)),
        (70, 8, "B", ("A", "C")),
        (95, 30, "A", ("B", "C")),
        (70, None, "B", ()),
        (75.6, 2, "B", ("A",)),  # 79.52 reads 80
        (75.5, 2, "B", ()),  # 79.42 reads 79
        (65, 6, "B", ("A", "C")),  # 53.24 to 76.76 reads 50 to 80
    ):
        assert reach(FORM, replace(card, total=total, se=se, band=band)) == touched


def test_bounds_are_read_as_fine_as_the_error_allows() -> None:
    card = scored(*USUAL)
    assert stated(replace(card, total=72.4, se=3)) == (67, 78)  # 66.52 to 78.28
    assert stated(replace(card, total=72.4, se=6)) == (60, 85)  # 60.64 to 84.16
    assert stated(replace(card, total=99, se=20)) == (55, 100)
    assert stated(replace(card, se=None)) is None


def test_a_total_counts_the_reviewers_it_rests_on() -> None:
    assert reviewers(scored(*USUAL)) == 6  # a manager and five peers; two reports are hidden
    assert reviewers(scored()) == 0


RETURNED = Change(Happened.RETURNED, NOW, by="Max", asked="peer")
AGAIN = Change(Happened.SCORED_AGAIN, NOW + timedelta(days=1), reviews=True)
CORRECTED = replace(AGAIN, figures=(FigureChange("volume", 80, 90),))
ADJUSTED = Change(Happened.ADJUSTED, NOW + timedelta(days=2), by="Max", before=70, after=74, reason="Carried the team")


def test_the_employee_is_not_told_who_was_asked_again_or_when_answers_came() -> None:
    changes = [RETURNED, AGAIN, CORRECTED, ADJUSTED]
    assert why(scored(*USUAL), Reader.MANAGER, changes=changes).changes == tuple(changes)
    told = why(scored(*USUAL), Reader.EMPLOYEE, changes=changes, final=74).changes
    assert told == (replace(CORRECTED, reviews=False), ADJUSTED)


def test_an_adjusted_score_stands_beside_the_computed_one() -> None:
    told = why(scored(*USUAL), final=81)
    assert told.total != 81
    assert (told.final, told.final_band) == (81, "A")
    assert told.band == "B"


def test_what_other_imports_say_is_told_and_what_came_too_late() -> None:
    (counted,) = scored(*USUAL).metrics
    used = Figure(ANN, "volume", 100, 90, source="crm", row=2, imported_at=NOW)
    older = Figure(ANN, "volume", 100, 70, source="list", row=9, imported_at=NOW - timedelta(days=3))
    newer = Figure(ANN, "volume", 100, 95, source="crm", row=2, imported_at=NOW + timedelta(days=9))
    before = other_figures(counted, [(1, used), (2, older)], decided=True)
    assert [(f.actual, f.is_late) for f in before] == [(70, False)]
    after = other_figures(counted, [(1, newer), (1, used), (2, older)], decided=True)
    assert [(f.actual, f.is_late) for f in after] == [(95, True), (70, False)]


def test_an_explanation_survives_being_json() -> None:
    adapter = TypeAdapter(Explanation)
    told = why(scored(*LENIENT), changes=[CORRECTED, ADJUSTED])
    assert adapter.validate_json(adapter.dump_json(told)) == told


def test_the_first_formula_states_no_error() -> None:
    told = why(scored(*USUAL, of=replace(Q3, formula=1)))
    assert (told.formula, told.interval, told.reach) == (1, None, ())
    assert {s.error for s in told.sources} == {None}
    assert {s.spread for s in told.sources} == {None}
