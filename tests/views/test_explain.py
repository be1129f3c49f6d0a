"""Why a score is what it is, as people read it; and how sure it is, on the cards."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import fsum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.approval import ApprovalState, Result
from appraisal.cycle import Cycle
from appraisal.review import Figure
from appraisal.scheme import RatingItem, Source, Text
from appraisal.scoring.agreement import Agreement
from appraisal.scoring.basis import Basis, Evened, Spread, Uncorrected
from appraisal.scoring.card import DimensionScore, ItemScore, ItemStats, Part, ScoreCard
from appraisal.scoring.composite import score, shown
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.explain import explain
from appraisal.scoring.explanation import Change, Explanation, FigureChange, Happened, OtherFigure, Reader
from tests.domain import cast as plain
from tests.views import cast
from tests.views.surfaces import accept
from tests.views.test_wording import EN, ZH, buttons, words
from views import approval, result
from views.explain import choose_modal, explanation_modal
from views.text import Words

START = datetime(2026, 1, 2, tzinfo=UTC)
BASIS = Basis(spreads=(Spread(Source.PEER, 12.0, 0.4, people=60),))
SOURCES = {"crm": Text(en="CRM export", zh="CRM 导出")}
EVENED = replace(BASIS, evened=Evened(True, None, 24, (24,)))
CYCLE = cast.cycle(created_at=START)


def stats(item: str, source: Source, n: int, mean: float, **fields: Any) -> ItemStats:
    return ItemStats(cast.PERSON.id, item, source, n, mean, **fields)


def answers(shift: float = 0.0) -> tuple[ItemStats, ...]:
    skills = ("professional_skill", "teamwork", "innovation", "responsibility", "initiative", "discipline")
    found = [stats(i, Source.MANAGER, 1, 4, shift=shift) for i in skills]
    found += [stats(i, Source.PEER, 5, 3.4, variance=0.3, shift=shift / 4) for i in skills]
    found += [stats(i, Source.SELF, 1, 5) for i in skills]
    found += [stats(i, Source.REPORT, 2, 3) for i in skills[:3]]
    found.append(stats("teamwork", Source.PEER, 6, 3.5, variance=2.9, shift=shift / 4))
    return tuple({(s.item, s.source): s for s in found}.values())


def scored(shift: float = 0.0, of: Cycle = CYCLE, **fields: Any) -> ScoreCard:
    figures = Figure(cast.PERSON.id, "goal_completion", 95, 97.5, source="crm", row=2, imported_at=cast.NOW)
    return score(of, cast.PERSON.id, Evidence(answers(shift), (figures,), **fields), EVENED if shift else BASIS)


def told(reader: Reader = Reader.MANAGER, shift: float = 0.0, of: Cycle = CYCLE, **fields: Any) -> Explanation:
    basis = fields.pop("basis", BASIS)
    return explain(of, cast.PERSON.name, scored(shift, of), basis, reader=reader, **fields)


def modal(of: Explanation, w: Words = EN) -> dict[str, Any]:
    shown = explanation_modal(of, cast.SCHEME, SOURCES, w, cast.NOW)
    accept(shown)
    return shown


def said(of: Explanation, w: Words = EN) -> str:
    return words(modal(of, w))


def lines(of: Explanation, w: Words = EN) -> list[str]:
    return said(of, w).splitlines()


def test_it_begins_with_three_sentences() -> None:
    page = lines(told())
    at = next(n for n, line in enumerate(page) if line.startswith("Score *"))
    assert page[at + 1] == "• No score is exact: 69 to 86 is most likely. So B is possible, too."
    assert page[at + 2] == "• Metrics count most (50%), and Work results is half of the score."
    assert page[at + 3] == "• Goal completion lifts it most (+4), Professional skill lowers it most (−1)."


def test_it_begins_with_three_sentences_in_chinese_too() -> None:
    page = lines(told(), ZH)
    at = next(n for n, line in enumerate(page) if line.startswith("得分 *"))
    assert page[at + 1] == "• 评分总有误差，合理范围约为 69 到 86。因此也可能是 B。"
    assert page[at + 2] == "• 业务指标占比最大（50%），工作业绩占总分的一半。"
    assert page[at + 3] == "• 拉高最多的是目标完成率（+4 分），拉低最多的是专业技能（−1 分）。"


def card_of(*items: tuple[float, float, Source]) -> ScoreCard:
    """Of (share, score, source): each item rated by one group."""
    keys = [i.key for i in cast.SCHEME.items() if isinstance(i, RatingItem)]
    scores = tuple(
        ItemScore(key, points, share, (Part(source, 4, points, None, 1.0),))
        for key, (share, points, source) in zip(keys, items, strict=False)
    )
    total = fsum(i.share * (i.score or 0.0) for i in scores)
    of = [(d, tuple(i for i in scores if i.item in {a.key for a in d.items})) for d in cast.SCHEME.dimensions]
    dimensions = [
        DimensionScore(
            d.key,
            fsum(i.share * (i.score or 0.0) for i in found) / share,
            share,
            tuple(replace(i, share=i.share / share) for i in found),
            (),
        )
        for d, found in of
        if (share := fsum(i.share for i in found))
    ]
    return ScoreCard("c1", cast.PERSON.id, total, "B", tuple(dimensions), (), formula=2, se=2.0)


def short(*items: tuple[float, float, Source], w: Words = EN) -> str:
    return said(explain(CYCLE, "Li Wei", card_of(*items), BASIS, reader=Reader.MANAGER), w)


def test_items_that_move_the_score_by_no_point_are_named_where_they_differ_clearly() -> None:
    peers, manager = Source.PEER, Source.MANAGER
    apart = ((0.98, 63.0, peers), (0.01, 86.0, manager), (0.01, 40.0, manager))
    assert "No single item moves it by much. Highest is Teamwork with 86, lowest Innovation with 40." in short(*apart)
    assert "最高的是团队协作（86 分），最低的是创新能力（40 分）" in short(*apart, w=ZH)
    level = ((0.98, 63.0, peers), (0.01, 65.0, manager), (0.01, 62.0, manager))
    assert "No item lifts or lowers it much." in short(*level)


def test_groups_that_count_alike_are_named_together() -> None:
    items = ((0.5, 60.0, Source.PEER), (0.5, 80.0, Source.MANAGER))
    assert "Manager and Colleagues count most (50% each), and Ability is 100% of the score." in short(*items)
    assert "上级、同事占比最大（各占 50%），工作能力占总分的 100%。" in short(*items, w=ZH)
    other = ((0.4, 60.0, Source.PEER), (0.6, 80.0, Source.MANAGER))
    assert "The manager's ratings count most (60%)" in short(*other)


def test_every_part_says_its_score_its_scale_its_answers_and_what_it_counts() -> None:
    page = said(told())
    assert "Manager 75 (4 of 5, counts 62%)" in page
    assert "Colleagues 63 (3.5 of 5, 6 answers, opinions differ, counts 38%)" in page
    assert "Self 100 (5 of 5, for comparison only)" in page
    assert "Direct reports: too few answers to show or count" in page
    assert "A group with too few answers to hide among (3 or more are needed) is neither shown nor counted." in page
    assert (
        "*Teamwork: 70* (35% of the dimension)\nperhaps a blind spot: rates self higher than others do\n• Self 100"
        in page
    )


def test_what_dimensions_add_is_whole_points_and_a_sum_that_misses_the_score_is_explained() -> None:
    whole = said(told())
    added = [int(n) for n in re.findall(r"adds (\d+) points?\b", whole)]
    assert (added, sum(added)) == ([43, 21, 14], shown(told().total or 0.0))
    assert EN("why-rounded") not in whole
    skills, attitudes = [(0.125, 61.6, Source.PEER)] * 3, [(0.625 / 3, 61.6, Source.PEER)] * 3
    rounded = short(*skills, *attitudes)
    added = [int(n) for n in re.findall(r"adds (\d+) points?\b", rounded)]
    assert (added, "Score *62*" in rounded) == ([23, 39], True)
    assert (EN("why-rounded") in rounded) is (sum(added) != 62)


def test_where_the_uncertainty_is_known_from_is_said() -> None:
    page = said(told())
    assert "One such view is typically 12 points off (so it was for 60 people here)." in page
    assert "One such view is typically 14 points off (from published research)." in page


def test_only_hr_reads_what_the_total_was_before_groups_were_evened_out() -> None:
    evened = "so a group's figure can differ a little from what was given"
    for reader in Reader:
        page = said(told(reader, 8.0, as_given=81.2))
        assert "Manager 75 (4 of 5, counts 62%)" in page
        assert "Colleagues 60 (5 answers" in page
        assert evened in page
        assert ("Without evening out, the total would be 81." in page) == (reader is Reader.HR)
    assert "不做校正的话，总分是 81。" in said(told(Reader.HR, 8.0, as_given=81.2), ZH)
    assert evened not in said(told(Reader.HR))


@pytest.mark.parametrize("reason", Uncorrected)
def test_why_nothing_was_evened_out_is_said(reason: Uncorrected) -> None:
    wanted = replace(CYCLE, correct_severity=True)
    basis = replace(BASIS, evened=Evened(False, reason, 30, (30,), share_of_reviewer=0.25))
    of = {reader: said(told(reader, of=wanted, basis=basis)) for reader in Reader}
    assert all(EN(f"uncorrected-{reason.value}") in page for page in of.values())
    assert "25% of how single ratings differ" in of[Reader.HR]
    assert "single ratings differ" not in of[Reader.MANAGER] + of[Reader.EMPLOYEE]


def test_a_metric_says_where_it_comes_from_and_what_other_imports_say() -> None:
    late = OtherFigure(95, 99, "crm", "", None, cast.NOW, is_late=True)
    older = OtherFigure(95, 90, "", "list.csv", None, START, is_late=False)
    page = said(told(heard={"goal_completion": (late, older)}))
    assert "CRM export" in page
    assert "↳ CRM export says 99% by now. That came after the decision and does not count." in page
    assert "↳ list.csv says 90%. The figure above goes before it." in page


CHANGES = (
    Change(Happened.RETURNED, cast.NOW, by="林晓", asked="missing"),
    Change(Happened.RETURNED, cast.NOW, by="林晓", asked="peer"),
    Change(
        Happened.SCORED_AGAIN,
        cast.NOW + timedelta(days=1),
        reviews=True,
        figures=(FigureChange("goal_completion", None, 97.5),),
    ),
    Change(Happened.CAUSES_NAMED, cast.NOW + timedelta(days=2), by="林晓"),
    Change(
        Happened.ADJUSTED, cast.NOW + timedelta(days=2), by="林晓", before=70.4, after=74, reason="Carried the <team>"
    ),
    Change(Happened.APPROVED, cast.NOW + timedelta(days=2), by="林晓"),
    Change(Happened.RELEASED, cast.NOW + timedelta(days=3), by="Hanna"),
)


def test_who_changed_what_is_told_with_from_to_and_reason() -> None:
    page = said(told(changes=CHANGES, final=74.0))
    assert "Score *74*" in page
    assert "林晓 set the score from 70 to 74" in page
    assert "Carried the <team>" in page
    assert "林晓 asked for more: colleagues" in page
    assert "Worked out again: reviews that came in again and Goal completion, from – to 97.5" in page
    assert "Hanna sent the result" in page
    employee = said(told(Reader.EMPLOYEE, changes=CHANGES, final=74.0))
    assert "asked for more" not in employee
    assert "reviews that came in again" not in employee
    assert "Worked out again: Goal completion, from – to 97.5" in employee


def test_the_version_and_the_proof_stand_at_the_end() -> None:
    assert "Formula version 2, fixed for this cycle on Jan 2, 2026." in said(told())
    assert "with the same result" in said(told())
    assert "Please tell HR" in said(told(is_same=False))


def test_without_a_score_it_says_so_and_still_lists_what_there_is() -> None:
    empty = score(CYCLE, cast.PERSON.id, Evidence(()), BASIS)
    page = said(explain(CYCLE, cast.PERSON.name, empty, BASIS, reader=Reader.MANAGER))
    assert "There is no score, because nothing could be counted." in page
    assert "count most" not in page


def test_figures_alone_are_called_exact_and_an_old_formula_has_no_error() -> None:
    figure = Figure(cast.PERSON.id, "goal_completion", 95, 97.5)
    alone = score(CYCLE, cast.PERSON.id, Evidence((), (figure,)), BASIS)
    assert "taken as they were measured" in said(explain(CYCLE, "Li Wei", alone, BASIS, reader=Reader.HR))
    assert "does not say how exact" in said(told(of=replace(CYCLE, formula=1)))


AWKWARD = st.sampled_from(["", "*", "<!channel>", "&" * 3000, "韦" * 3000, "a\nb\n" * 700])


@settings(max_examples=20, deadline=None)
@given(name=AWKWARD, locale=st.sampled_from(["en", "zh"]), reader=st.sampled_from(Reader))
def test_slack_takes_it_with_any_names(name: str, locale: str, reader: Reader) -> None:
    changes = tuple(replace(c, by=name, reason=name) for c in CHANGES * 20)
    others = (OtherFigure(95, 99, name, name, None, cast.NOW, is_late=False),) * 30
    heard = {"goal_completion": others}
    of = told(reader, 8.0, of=replace(CYCLE, name=name), changes=changes, heard=heard)
    modal(replace(of, person=name), Words(locale))


def test_the_largest_form_fits_with_its_end() -> None:
    name = {"en": "A long name of an item " * 4, "zh": "项目名称" * 20}
    form = plain.scheme(*((1, [plain.rating(f"i{d}_{i}", name=name) for i in range(20)]) for d in range(10)))
    everybody = (Source.SELF, Source.MANAGER, Source.PEER, Source.REPORT)
    given_ = tuple(stats(i.key, s, 5, 3.4, variance=0.4) for d in form.dimensions for i in d.items for s in everybody)
    of = plain.cycle(form)
    card = score(of, cast.PERSON.id, Evidence(given_), BASIS)
    for w in (EN, ZH):
        shown = explanation_modal(explain(of, "Li Wei", card, BASIS, reader=Reader.HR), form, {}, w, cast.NOW)
        accept(shown)
        assert w("why-same") in words(shown)


def test_hr_chooses_whose() -> None:
    for w in (EN, ZH):
        accept(choose_modal(w))


def manager_card(card: ScoreCard, w: Words = EN) -> str:
    return words(approval.manager_card(cast.manager_card(score=card), w, cast.NOW))


def released(card: ScoreCard, **fields: Any) -> Result:
    return cast.result(score=card, total=card.total, band=card.band, **fields)


def result_card(card: ScoreCard, w: Words = EN) -> str:
    return words(result.result_card(released(card), w, cast.NOW))


def test_the_cards_say_how_sure_the_score_is_and_which_bands_are_possible() -> None:
    card = replace(scored(), total=78.0, se=2.0, band="B")
    assert "74 to 82 is most likely. So A is possible, too." in manager_card(card)
    assert "合理范围约为 74 到 82。因此也可能是A" in manager_card(card, ZH).replace("是 A", "是A")
    assert "No score is exact:" in result_card(card)
    assert "do not read too much into the letter" in result_card(card)
    assert "is possible, too" not in result_card(card)
    sure = replace(card, total=70.0, band=cast.SCHEME.band(70).key, se=0.5)
    assert "possible, too" not in manager_card(sure)
    assert "Bands meet" not in result_card(sure)


def test_an_adjusted_result_does_not_claim_the_computed_interval() -> None:
    adjusted = cast.approval(ApprovalState.RELEASED, adjusted=74.0, reason="Carried the team")
    shown = words(result.result_card(released(scored(), approval=adjusted), EN, cast.NOW))
    assert "No score is exact" not in shown


def test_the_manager_is_told_that_reviewers_are_few_or_do_not_agree() -> None:
    assert "Opinions differ widely on Teamwork (colleagues)." in manager_card(scored())
    assert "It rests on" not in manager_card(scored())
    manager_only = tuple(s for s in answers() if s.source is Source.MANAGER)
    assert "It rests on 1 reviewer only." in manager_card(score(CYCLE, cast.PERSON.id, Evidence(manager_only), BASIS))
    assert "Opinions differ" not in result_card(scored())


def test_merged_groups_and_evened_reviewers_are_named_on_both_cards() -> None:
    small = tuple(replace(s, n=2) if s.source is Source.PEER else s for s in answers(8.0))
    sizes = {Source.PEER: 2, Source.REPORT: 2, Source.MANAGER: 1, Source.SELF: 1}
    card = score(CYCLE, cast.PERSON.id, Evidence(small, sizes=sizes), EVENED)
    for page in (manager_card(card), result_card(card)):
        assert "colleagues and direct reports count as one group, called colleagues together" in page
        assert "strict and lenient reviewers were evened out, so" in page


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 4), st.sampled_from([-8.0, 3.5, 8.0]), st.sampled_from([EN, ZH]))
def test_what_anybody_reads_says_nothing_of_what_a_group_gave(point: int, shift: float, w: Words) -> None:
    """A group that gives a point more, and is more lenient by just that, reads the same."""

    def pages(more: int) -> list[str]:
        by_peers = {"mean": float(point + more), "shift": shift + 25 * more}
        found = tuple(replace(s, **by_peers) if s.source is Source.PEER else s for s in answers(8.0))
        card = score(CYCLE, cast.PERSON.id, Evidence(found), EVENED)
        whys = [explain(CYCLE, cast.PERSON.name, card, EVENED, reader=r) for r in Reader]
        return [manager_card(card, w), result_card(card, w), *(said(why, w) for why in whys)]

    assert pages(0) == pages(1)


def test_agreement_is_a_word_and_never_a_number() -> None:
    page = said(told(Reader.HR))
    assert EN(f"agreement-{Agreement.DIFFER.value}") in page
    assert EN(f"agreement-{Agreement.LARGELY.value}") in page
    assert "0.3" not in page


def test_both_cards_lead_to_the_explanation() -> None:
    assert "Why this score?" in buttons(approval.manager_card(cast.manager_card(), EN, cast.NOW))
    assert "分数怎么来的？" in buttons(result.result_card(cast.result(), ZH, cast.NOW))
