"""HR's figures as they are read."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from appraisal.cycle import State
from appraisal.figures import CycleFigures, FormWeights, Leniency, NamedFlag, Since, YearOfDepartments
from appraisal.scheme import Source
from appraisal.scoring.basis import Evened, Uncorrected
from appraisal.scoring.comparison import (
    BandCount,
    Change,
    DepartmentMean,
    Departments,
    Estimate,
    Quartiles,
)
from appraisal.scoring.flags import Counted, ManagerFlag
from appraisal.scoring.reliability import Consistency, LargeGroups, Measured, Reliability
from appraisal.scoring.weights import Effective
from appraisal.scoring.year import Annual, Insufficient, Skipped
from appraisal.scoring.year import Counted as InYear
from services.schemes import builtin
from tests.views import cast
from tests.views.surfaces import accept
from views.annual import annual_line, annual_lines
from views.approval import manager_card
from views.figures import choose_modal, figures_modal
from views.result import result_card
from views.text import Words

BOX = Quartiles(42, 61, 70, 78.2, 95)


FORMS = next(s for s in builtin() if s.key == "annual")


def department(name: str, mean: float = 70, *, people: int = 12, t: float | None = None) -> DepartmentMean:
    return DepartmentMean(name, people, mean, Estimate(mean, mean - 4, mean + 4), 0.8, BOX, t)


def measured(**changes: object) -> Measured:
    usual = Measured(
        reliability=(
            Reliability(Source.PEER, 48, 192, 0.372, 0.703, 4.0, 0.36, 4, False),
            Reliability(Source.REPORT, 4, 14, None, None, None, None, 6, True),
        ),
        large_groups=(LargeGroups(Source.PEER, 0), LargeGroups(Source.REPORT, 3, 0.81, 0.7, 11.2)),
        consistency=(Consistency("", 240, 6, 0.87),),
        straight=(Counted(Source.PEER, 192, 7),),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def figures(**changes: object) -> CycleFigures:
    whole = Departments((department("Logistics", 81, t=58), department("Support", 66, t=47)), ("Legal", "Press"))
    year = YearOfDepartments(2026, date(2026, 6, 30), 46, 2, ("Q1", "Q2"), whole)
    usual = CycleFigures(
        cycle=cast.cycle(state=State.APPROVING),
        people=48,
        decided=40,
        mean=Estimate(71.2, 68.6, 73.8),
        spread=BOX,
        bands=(BandCount("S", 3, 1), BandCount("A", 20, 8), BandCount("B", 25, 0)),
        departments=replace(whole, above=("Logistics",)),
        since=Since("Q4 2025", Change(44, Estimate(1.24, -0.4, 2.9), 3, 2)),
        year=year,
        weights=(
            FormWeights(
                "",
                48,
                (Effective("results", 0.5, 0.81), Effective("ability", 0.3, 0.15), Effective("attitude", 0.2, 0.04)),
                (Effective("metric", 0.4, 0.7), Effective("manager", 0.35, 0.2), Effective("peer", 0.25, 0.1)),
            ),
        ),
        measured=measured(),
        evened=Evened(True, None, 52, (50, 2), 0.41, 0.001, True, 6.04),
        leniency=(Leniency("林晓", 6.21), Leniency("Ana O'Neill", -4.0)),
        unsaid=3,
        flags=(NamedFlag("Ana O'Neill", ManagerFlag("p-ana", 6, 2, 3.1)),),
        own_left_out=True,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def said(view: dict[str, Any]) -> str:
    texts = [t for b in view["blocks"] for t in ([b["text"]] if "text" in b else b.get("elements", []))]
    return "\n".join(t["text"] for t in texts)


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_slack_takes_the_figures_of_small_and_of_huge_companies(locale: str) -> None:
    w = Words(locale)
    rows = tuple(department(f"Department {n} & <co>", 40 + n % 40, t=50.0) for n in range(200))
    many = Departments(rows, tuple(f"Small {n}" for n in range(300)), ("Department 1",), ("Department 2",))
    lenient = tuple(Leniency(f"Manager {n} " + "x" * 200, n / 7) for n in range(200))
    flags = tuple(NamedFlag(f"Manager {n}", ManagerFlag(f"m{n}", 9, 9, 0.0)) for n in range(200))
    year = YearOfDepartments(2026, date(2026, 12, 31), 9000, 1000, ("Q1", "Q2", "Q3", "Q4"), many)
    empty = Measured()
    accept(figures_modal(figures(), w))
    accept(figures_modal(figures(departments=many, year=year, leniency=lenient, flags=flags), w))
    none = {"mean": None, "spread": None, "since": None, "year": None, "evened": None, "measured": empty}
    accept(figures_modal(figures(**none, weights=(), departments=Departments(()), leniency=(), flags=(), unsaid=0), w))
    accept(choose_modal([cast.cycle(id=f"c{n}") for n in range(130)], w))


def test_english_says_what_stands_how_sure() -> None:
    text = said(figures_modal(figures(), Words("en")))
    for line in (
        "48 people with a score card, 40 decided. Proposed scores are included, because you are HR.",
        "Your own result is not in here until it is released.",
        "On average 71, most likely 69 to 74.",
        "Lowest 42 · a quarter up to 61 · middle 70 · three quarters up to 78 · highest 95",
        "A · Above expectations: ▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰ 20 (8 unsure)",
        "Against Q4 2025, the same 44 people: +1.2 points on average, most likely −0.4 to +2.9.",
        "Logistics: 12 people · 81, most likely 77 to 85\n",
        "Clearly above the others: Logistics.",
        "Not shown: Legal and Press.",
        "2026 so far",
        "46 people have an annual result; without one: 2.",
        "Departments are compared over what they all took part in: Q1 and Q2.",
        ":warning: Work results: meant to count 50%, makes 81% of the differences, clearly more than meant",
        "Manager: meant to count 35%, makes 20% of the differences",
        "Colleagues: one review 0.37, the average of 4 reviews 0.70 (ICC); Krippendorff's alpha 0.36.",
        "Direct reports: too few to tell (4 people with more than one review, 14 reviews in all;",
        "By research it takes 6 reviewers for .70.",
        "Colleagues: fewer than 3 groups of eight or more, so agreement within groups is not shown.",
        "in 3 groups of eight or more, agreement r_wg 0.81 (0.70 against a lenient scale)",
        "Cronbach's alpha 0.87, from 240 reviews.",
        "Colleagues: 7 of 192 reviews give the same point throughout.",
        "41% of the differences between single ratings come from who rates, not from whom.",
        "Ana O'Neill rates 4 points lower than others do, for the same people.",
        "3 managers also reviewed colleagues anonymously and are not named here.",
        "Ana O'Neill: the same point throughout in 2 of 6 reviews",
        "Ana O'Neill: hardly tells people apart (6 reviews, spread 3.1 points)",
    ):
        assert line in text, line


def test_departments_with_different_forms_have_a_score_to_compare_and_drawn_means_their_plain_one() -> None:
    weights = figures().weights
    drawn = replace(department("Logistics", 81, t=58), mean=84)
    several = figures(weights=(weights[0], replace(weights[0], form="sales")), departments=Departments((drawn,)))
    several = replace(several, cycle=replace(several.cycle, scheme=FORMS))
    text = said(figures_modal(several, Words("en")))
    assert "Logistics: 12 people · 81, most likely 77 to 85 · plain average 84 · T 58" in text
    assert "T compares different forms" in text


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_every_band_with_somebody_has_a_bar_and_what_unsure_means_is_said_once(locale: str) -> None:
    w = Words(locale)
    bands = (BandCount("S", 1, 1), BandCount("A", 400, 80), BandCount("B", 90, 30), BandCount("C", 0, 0))
    text = said(figures_modal(figures(bands=bands), w))
    bars = re.findall(r"([▰▱]+) (\d+)", text)
    assert [(len(bar), bar[0], int(n)) for bar, n in bars] == [(1, "▰", 1), (20, "▰", 400), (4, "▰", 90), (1, "▱", 0)]
    assert text.count(w("figures-unsure")) == 1
    assert w("figures-unsure") not in said(figures_modal(figures(bands=(BandCount("S", 3, 0),)), w))


def test_too_few_is_said_plainly() -> None:
    few = figures(
        mean=None,
        spread=None,
        since=Since("Q4 2025", None),
        weights=(FormWeights("", 6, None, None),),
        measured=Measured(consistency=(Consistency("", 12, 6, None),)),
        evened=Evened(False, Uncorrected.FEW_REVIEWERS, 8, (8,)),
        leniency=(),
        unsaid=0,
        flags=(),
    )
    text = said(figures_modal(few, Words("en")))
    for line in (
        "Too few results for an average or a spread. It takes five.",
        "too few people were in both with the same form",
        "Too few results to tell. It takes 10",
        "too few complete reviews for Cronbach's alpha (12; it takes 30)",
        "not evened out, because too few people reviewed",
    ):
        assert line in text, line
    assert "Worth a talk" not in text


def test_chinese_has_no_english_but_names_and_terms() -> None:
    text = said(figures_modal(figures(), Words("zh")))
    words = set(re.findall(r"[A-Za-z][A-Za-z']{2,}", text))
    known = {"Operations", "Logistics", "Support", "Legal", "Press", "ICC", "Krippendorff", "Cronbach", "wg", "Ana"}
    assert words - known <= {"O'Neill", "Neill", "warning", "α"}
    assert "48 人有得分，其中 40 人已审批。" in text


def year(**changes: object) -> Annual:
    q1 = InYear("c1", "Q1", date(2026, 1, 1), date(2026, 3, 31), 90, 0.5, 80)
    q2 = InYear("c2", "Q2", date(2026, 4, 1), date(2026, 6, 30), 91, 0.5, 72)
    q3 = InYear("c3", "Q3", date(2026, 7, 1), date(2026, 9, 30), 92, skipped=Skipped.NO_RESULT)
    usual = Annual(2026, date(2026, 9, 30), 76, "A", 0.66, 4, (q1, q2, q3))
    return replace(usual, **changes)  # type: ignore[arg-type]


def test_the_year_is_one_line_on_a_card_and_none_where_it_says_nothing_new() -> None:
    w = Words("en")
    assert annual_line(year(), w) == "2026 so far: 76, from 2 of 4 cycles."
    assert annual_line(year(until=date(2026, 12, 31)), w) == "The year 2026: 76, from 2 of 4 cycles."
    assert annual_line(None, w) is None
    assert annual_line(year(cycles=year().cycles[:1]), w) is None  # one cycle: the result itself
    assert annual_line(year(score=None, insufficient=Insufficient.TOO_SHORT), w) is None
    ended = year(score=None, insufficient=Insufficient.TOO_SHORT, until=date(2026, 12, 31))
    assert annual_line(ended, w) == "There is no result for 2026: the results are about less than half of the year."
    assert annual_line(year(), Words("zh")) == "2026 年至今：76 分，来自 4 个周期中的 2 个。"


def test_the_year_says_how_sure_it_is_as_cards_do() -> None:
    for se, bounds in ((2.0, (72, 80)), (6.0, (60, 90))):  # steps of five, outward, where the error is large
        line = annual_line(year(se=se), Words("en"))

        low, high = bounds
        likely = f"No score is exact: {low} to {high} is most likely."
        assert line == f"2026 so far: 76, from 2 of 4 cycles. {likely}"
        assert f"合理范围约为 {low} 到 {high}。" in str(annual_line(year(se=se), Words("zh")))
        assert line in list(annual_lines(year(se=se), Words("en")))
    assert annual_line(year(se=0.0), Words("en")) == annual_line(year(), Words("en"))  # figures alone have no error


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_departments_without_a_common_period_are_said_not_to_be_compared(locale: str) -> None:
    w = Words(locale)
    apart = YearOfDepartments(2026, date(2026, 6, 30), 46, 2, (), Departments(()))
    assert w("figures-year-no-window") in said(figures_modal(figures(year=apart), w))
    assert w("figures-year-no-window") not in said(figures_modal(figures(), w))
    assert w("figures-year-no-window") not in said(figures_modal(figures(year=replace(apart, cycles=("Q1",))), w))


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_how_a_year_came_about_names_each_cycle_and_why_it_is_left_out(locale: str) -> None:
    w = Words(locale)
    base = year().cycles
    lines = [replace(base[2], skipped=s) for s in Skipped] + [replace(base[2], score=70.0, stands_in="Q2")]
    text = "\n".join(annual_lines(year(cycles=(*base, *lines), weights_ignored=True), w))
    assert "Q1" in text
    assert all(w(f"annual-skipped-{s.value}") in text for s in Skipped)
    assert w("annual-weights-ignored") in text
    for why in Insufficient:
        assert w(f"annual-insufficient-{why.value}") in "\n".join(annual_lines(year(score=None, insufficient=why), w))


def test_both_cards_say_how_the_year_stands() -> None:
    w = Words("en")
    line = "2026 so far: 76, from 2 of 4 cycles."
    for card in (
        result_card(cast.result(year=year()), w, cast.NOW),
        manager_card(cast.manager_card(year=year()), w, cast.NOW),
    ):
        accept(card)
        assert [b for b in card.blocks if b["type"] == "context" and b["elements"][0]["text"] == line]
    assert "so far" not in str(result_card(cast.result(), w, cast.NOW).blocks)
