"""Goals as people read them: on the form, while they write, on the cards; and points on the form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from appraisal.review import Figure
from appraisal.scheme import GoalsItem, Relation, Scheme
from appraisal.scoring.basis import Basis
from appraisal.scoring.card import MetricResult
from appraisal.scoring.composite import score
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.explain import explain
from appraisal.scoring.explanation import OtherFigure, Reader
from appraisal.scoring.metrics import results
from tests.domain.cast import goals, metric, rating, scheme
from tests.views import cast
from tests.views.surfaces import accept
from tests.views.test_wording import EN, ZH, words
from views import approval, causes, ids, result, scheme_preview
from views.explain import explanation_modal
from views.review import page_modal
from views.scheme import scheme_modal
from views.text import Words

PLAN = goals("projects", "shop", "audit", "move", cap=1.5)
PLAN["goals"][0]["weight"] = 2
FORM = scheme((1, [PLAN, rating("skill")]))
LANGUAGES = pytest.mark.parametrize("w", [EN, ZH], ids=["en", "zh"])


def levels(**given: float) -> dict[str, Figure]:
    return {goal: Figure(cast.PERSON.id, goal, 0, level) for goal, level in given.items()}


def measured(form: Scheme = FORM, **given: float) -> tuple[MetricResult, ...]:
    return tuple(results(form, levels(**given)))


def line(said: str, beginning: str) -> int:
    return next(n for n, line in enumerate(said.splitlines()) if line.startswith(beginning))


def manager_card(form: Scheme = FORM, **given: float) -> Any:
    missing = tuple(m.key for m in form.metrics() if m.key not in given)
    card = replace(cast.card(), metrics=measured(form, **given), missing_metrics=missing, dimensions=())
    return cast.manager_card(cycle=cast.cycle(scheme=form), score=card)


def test_the_form_tells_every_goal_with_its_share_and_levels() -> None:
    said = words(scheme_modal(FORM, EN)).splitlines()
    start = next(n for n, line in enumerate(said) if line.startswith("*projects*"))
    assert said[start] == (
        "*projects* · 50% of this dimension · a file gives the level of each goal, -2 to +2; all as agreed (0) is on "
        "target · full points at 150% attainment"
    )
    assert [line.strip() for line in said[start + 1 : start + 8]] == [
        "Goal shop, 50%",
        "-2 · level -2",
        "-1 · level -1",
        "0 · level 0",
        "+1 · level 1",
        "+2 · level 2",
        "Goal audit, 25%",
    ]


def test_the_form_tells_what_attainment_is_worth() -> None:
    points = [{"attainment": 0.8, "score": 0}, {"attainment": 1, "score": 60}, {"attainment": 1.2, "score": 100}]
    form = scheme((1, [metric("sales", points=points)]))
    assert "points by attainment: 0 at 80%, 60 at 100%, and 100 at 120%; in between" in words(scheme_modal(form, EN))
    assert "按达成率计分：80% 得 0 分、100% 得 60 分、120% 得 100 分，中间按比例折算" in words(scheme_modal(form, ZH))


@pytest.mark.parametrize(("cap", "score"), [(1.2, "83 of 100 points on target"), (1, "100 of 100 points on target")])
def test_the_form_tells_what_being_on_target_is_worth_where_nothing_is_better(cap: float, score: str) -> None:
    form = scheme((1, [metric("spent", direction="on-target", tolerance=5, cap=cap)]))
    said = words(scheme_modal(form, EN))
    assert score in said
    assert "full points at" not in said


@pytest.mark.parametrize("relation", list(Relation))
def test_the_person_and_the_manager_see_levels_while_they_write_and_nobody_else_does(relation: Relation) -> None:
    sheet = cast.sheet(relation, scheme=FORM, figures=tuple(levels(shop=1, audit=-2).values()))
    said = words(page_modal(sheet, 0, EN, cast.NOW))
    assert ("• Goal shop: +1 · level 1" in said) == (relation in (Relation.SELF, Relation.MANAGER))
    assert ("• Goal move: no figure yet" in said) == (relation in (Relation.SELF, Relation.MANAGER))


@LANGUAGES
@pytest.mark.parametrize("relation", list(Relation))
def test_the_preview_of_a_form_with_goals_can_be_looked_at(relation: Relation, w: Words) -> None:
    view = scheme_preview.form_modal(FORM, w, cast.NOW, relation=relation.value)
    accept(view)
    assert [b["block_id"] for b in view["blocks"] if b["type"] == "input"] == ["item:skill"]


def test_cards_tell_the_score_of_goals_each_level_and_what_has_none() -> None:
    said = words(approval.manager_card(manager_card(shop=2, audit=-1), EN, cast.NOW))
    start = line(said, "projects: 124%")
    assert said.splitlines()[start : start + 3] == [
        "projects: 124% of what was agreed",
        "• Goal shop: +2 · level 2",
        "• Goal audit: -1 · level -1",
    ]
    assert "No figure for Goal move; the rest counts for more" in said
    said = words(approval.manager_card(manager_card(shop=2, audit=-1), ZH, cast.NOW))
    assert "projects：达到约定的 124%" in said


def test_the_employee_reads_the_levels_too() -> None:
    told = cast.result(cycle=cast.cycle(scheme=FORM), score=manager_card(shop=0).score)
    assert "• Goal shop: 0 · level 0" in words(result.result_card(told, EN, cast.NOW))


def test_the_cause_is_asked_once_for_the_goals_of_an_item() -> None:
    asked = causes.causes_modal(manager_card(shop=-1, audit=-1, move=-1), EN)
    accept(asked)
    labels = [b["label"]["text"] for b in asked["blocks"] if b["type"] == "input"]
    assert labels == ["projects: 73% of what was agreed"]
    assert [b["block_id"] for b in asked["blocks"] if b["type"] == "input"] == [ids.item_block("projects")]


def explained(form: Scheme, *figures: Figure, **fields: Any) -> str:
    cycle = cast.cycle(scheme=form, created_at=cast.NOW)
    card = score(cycle, cast.PERSON.id, Evidence((), figures))
    told = explain(cycle, cast.PERSON.name, card, Basis(), reader=Reader.MANAGER, **fields)
    view = explanation_modal(told, form, {}, EN, cast.NOW)
    accept(view)
    return words(view)


def test_why_this_score_tells_levels_and_what_else_is_said_of_a_goal() -> None:
    late = OtherFigure(0, -2, "crm", "", None, cast.NOW, is_late=True, goal="shop")
    said = explained(FORM, *levels(shop=1, audit=0).values(), heard={"projects": (late,)})
    start = line(said, "*projects: 116%")
    assert said.splitlines()[start : start + 5] == [
        "*projects: 116% of what was agreed*",
        "• goal attainment score 58, where 50 is all as agreed, worth 77 of 100",
        "• Goal shop: +1 · level 1",
        "• Goal audit: 0 · level 0",
        "↳ crm says Goal shop: -2 by now. That came after the decision and does not count.",
    ]


def test_why_this_score_tells_what_attainment_is_worth() -> None:
    points = [{"attainment": 0.8, "score": 0}, {"attainment": 1, "score": 60}, {"attainment": 1.2, "score": 100}]
    form = scheme((1, [metric("sales", points=points)]))
    said = explained(form, Figure(cast.PERSON.id, "sales", 100, 90))
    assert "• 90% of target, worth 30 of 100" in said
    assert "• points by attainment: 0 at 80%, 60 at 100%, and 100 at 120%; in between along a line" in said


@LANGUAGES
def test_forms_and_cards_with_all_the_goals_there_can_be_still_fit(w: Words) -> None:
    items = [goals(f"g{n}", *(f"goal_{n}_{m}" for m in range(10))) for n in range(5)]
    for item in items:
        for goal in item["goals"]:
            goal |= {"name": {"en": "N" * 200, "zh": "名" * 200}}
            goal["name"] = {k: v + goal["key"] for k, v in goal["name"].items()}
            goal["levels"] = [{"en": "<&*" * 50, "zh": "級" * 150}] * 5
    form = scheme((1, [*items, rating("skill")]))
    assert sum(len(i.goals) for i in form.items() if isinstance(i, GoalsItem)) == 50
    accept(scheme_modal(form, w))
    given = {m.key: -1.0 for m in form.metrics()}
    sheet = cast.sheet(Relation.MANAGER, scheme=form, figures=tuple(levels(**given).values()))
    accept(page_modal(sheet, 0, w, cast.NOW))
    card = manager_card(form, **given)
    accept(approval.manager_card(card, w, cast.NOW))
    accept(causes.causes_modal(card, w))
    accept(result.result_card(cast.result(cycle=card.cycle, score=card.score), w, cast.NOW))
    bare = manager_card(form)
    accept(approval.manager_card(bare, w, cast.NOW))
