"""Goals that are no numbers: their score, their place on the card, their levels in files, what a scheme may say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from appraisal.intake.headers import METRIC_COLUMNS
from appraisal.intake.metrics import Background, plan_metrics
from appraisal.intake.readers import read_file
from appraisal.intake.tables import Import, ImportKind, MetricsPlan, Problem, Reason
from appraisal.people import Directory
from appraisal.review import Figure, pages_for, relations_asked
from appraisal.scheme import MetricItem, Relation, Scheme, Source
from appraisal.scheme_reasons import RULES, SchemeReason
from appraisal.scoring.card import GoalLevel, ItemStats, LeftOut, MetricResult, ScoreCard
from appraisal.scoring.composite import score
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.goals import level, t_score
from appraisal.scoring.metrics import missed

from .cast import cycle, goals, metric, person, rating, scheme, text

ANN = "id-ann"
FORM = scheme((1, [goals("projects", "shop", "audit", "move"), rating("skill")]))
WEIGHTED = goals("projects", "shop", "audit", "move")
for place, weight in enumerate((3, 2, 1)):
    WEIGHTED["goals"][place]["weight"] = weight


@pytest.mark.parametrize(
    ("levels", "t"),
    [
        ([(1, 0), (1, 0), (1, 0)], 50),
        ([(3, 0), (0.5, 0)], 50),
        ([(1, 1), (1, 1), (1, 1)], 63.6931),
        ([(3, 2), (2, -1), (1, 0)], 58.8130),
        ([(1, 1)], 60),
        ([(7, -2)], 30),
    ],
)
def test_the_score_of_goals_is_that_of_kiresuk_and_sherman(levels: list[tuple[float, int]], t: float) -> None:
    assert t_score(levels) == pytest.approx(t, abs=1e-4)


LEVELS = st.lists(st.tuples(st.floats(0.01, 100), st.integers(-2, 2)), min_size=1, max_size=10)


@given(LEVELS, st.floats(1e-6, 1e6))
def test_only_the_ratios_of_weights_count(levels: list[tuple[float, int]], times: float) -> None:
    assert t_score([(w * times, x) for w, x in levels]) == pytest.approx(t_score(levels))


@given(LEVELS, st.data())
def test_a_higher_level_is_never_worth_less(levels: list[tuple[float, int]], data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(levels) - 1))
    weight, before = levels[n]
    better = [*levels[:n], (weight, min(2, before + 1)), *levels[n + 1 :]]
    assert t_score(better) >= t_score(levels)
    assert 50 - 20 / 0.3**0.5 < t_score(levels) < 50 + 20 / 0.3**0.5


@given(st.floats())
def test_a_level_is_a_whole_number_from_minus_2_to_2(number: float) -> None:
    assert level(number) == (int(number) if number in (-2, -1, 0, 1, 2) else None)


def card(*figures: Figure, form: Scheme = FORM) -> ScoreCard:
    return score(cycle(form), ANN, Evidence((ItemStats(ANN, "skill", Source.MANAGER, 1, 3),), figures))


def at(**levels: float) -> tuple[Figure, ...]:
    return tuple(Figure(ANN, goal, 0, number) for goal, number in levels.items())


def the(of: ScoreCard) -> MetricResult:
    (result,) = of.metrics
    return result


def test_goals_that_are_all_as_agreed_count_like_a_metric_on_target() -> None:
    agreed = the(card(*at(shop=0, audit=0, move=0)))
    on_target = the(card(Figure(ANN, "sales", 80, 80), form=scheme((1, [metric("sales"), rating("skill")]))))
    assert (agreed.actual, agreed.target, agreed.attainment) == (50, 50, 1)
    assert agreed.score == on_target.score == pytest.approx(100 / 1.2)
    assert missed([agreed]) == ()


def test_goals_stand_on_the_card_with_their_levels_and_count_in_the_total() -> None:
    form = scheme((1, [WEIGHTED | {"weight": 3, "cap": 1.5}, rating("skill")]))
    done = card(*at(shop=2, audit=-1, move=0), form=form)
    result = the(done)
    assert result.actual == pytest.approx(58.8130, abs=1e-4)
    assert result.attainment == pytest.approx(1.17626, abs=5e-6)
    assert result.score == pytest.approx(100 * result.attainment / 1.5)
    assert [(g.goal, g.weight, g.level) for g in result.goals] == [("shop", 3, 2), ("audit", 2, -1), ("move", 1, 0)]
    assert done.total == pytest.approx((3 * result.score + 1 * 50) / 4)
    (item, _) = done.items()
    assert [(p.source, p.share, p.score) for p in item.parts] == [(Source.METRIC, 1, result.score)]
    (dimension,) = done.dimensions
    assert [(p.source, p.score) for p in dimension.by_source if p.source is Source.METRIC] == [
        (Source.METRIC, result.score)
    ]


def test_a_goal_without_a_level_is_named_and_not_counted_as_0() -> None:
    done = card(*at(shop=1))
    assert the(done).actual == 60
    assert done.missing_metrics == ("audit", "move")
    assert done.bad_metrics == ()


def test_goals_without_any_level_are_left_out_and_the_rest_counts_for_the_whole() -> None:
    done = card()
    assert done.metrics == ()
    assert done.missing_metrics == ("shop", "audit", "move")
    (item, _) = done.items()
    assert [(p.score, p.left_out) for p in item.parts] == [(None, LeftOut.NO_DATA)]
    assert done.total == 50


@pytest.mark.parametrize("number", [3.0, 0.5, float("nan"), float("inf")])
def test_what_is_no_level_is_named_and_scores_nothing(number: float) -> None:
    done = card(*at(shop=number, audit=1))
    assert done.bad_metrics == ("shop",)
    assert done.missing_metrics == ("move",)
    assert [g.goal for g in the(done).goals] == ["audit"]


def test_attainment_stays_within_the_cap_and_follows_points() -> None:
    best, worst = at(shop=2, audit=2, move=2), at(shop=-2, audit=-2, move=-2)
    assert (the(card(*best)).attainment, the(card(*best)).score) == (1.2, 100)
    assert the(card(*worst)).attainment == pytest.approx(t_score([(1, -2)] * 3) / 50)
    points = [{"attainment": 0.6, "score": 0}, {"attainment": 1, "score": 70}, {"attainment": 1.2, "score": 100}]
    form = scheme((1, [goals("projects", "shop", points=points), rating("skill")]))
    assert [the(card(*at(shop=x), form=form)).score for x in range(-2, 3)] == pytest.approx([0, 35, 70, 100, 100])


def test_goals_below_what_was_agreed_are_a_missed_target_once_for_the_item() -> None:
    done = card(*at(shop=-1, audit=-1, move=1))
    assert [m.metric for m in missed(done.metrics)] == ["projects"]


def test_the_card_is_the_same_in_whatever_order_figures_come() -> None:
    figures = at(shop=2, audit=-1, move=1)
    assert len({card(*order) for order in permutations(figures)}) == 1


def test_each_level_keeps_where_it_comes_from_and_the_item_is_as_old_as_its_oldest() -> None:
    came = datetime(2024, 10, 3, 8, tzinfo=UTC)
    done = card(
        Figure(ANN, "shop", 0, 1, "i1", 4, "Goals", date(2024, 9, 30), "crm", "q3.xlsx", came),
        Figure(ANN, "audit", 0, 0, "i2", 9, "", date(2024, 9, 1), "audits", "a.csv", came),
        Figure(ANN, "move", 0, 2, "i3", 2, "", None, "", "m.csv", came),
    )
    result = the(done)
    assert (result.source, result.row, result.file_name, result.as_of) == ("audits", 9, "a.csv", date(2024, 9, 1))
    assert result.goals[0] == GoalLevel("shop", 1, 1, "crm", 4, "Goals", "q3.xlsx", date(2024, 9, 30), came)


def test_a_card_with_goals_is_read_back_as_it_was_stored() -> None:
    adapter, done = TypeAdapter(ScoreCard), card(*at(shop=1, audit=0))
    assert adapter.validate_json(adapter.dump_json(done)) == done
    forms = TypeAdapter(Scheme)
    assert forms.validate_json(forms.dump_json(FORM)) == FORM


def test_nobody_is_asked_about_goals() -> None:
    form = scheme((1, [goals("projects", "shop")]), (1, [rating("skill", relations=["manager"])]))
    assert [[i.key for i in page.items] for page in pages_for(form, Relation.MANAGER)] == [["skill"]]
    assert relations_asked(form) == {Relation.MANAGER}
    assert [m.key for m in form.metrics()] == ["shop"]


# Levels in files

FILE = Import(
    id="i1",
    kind=ImportKind.METRICS,
    file_name="q3.csv",
    sha256="",
    content=b"",
    actor_id=None,
    created_at=datetime(2024, 10, 1, tzinfo=UTC),
    period_start=date(2024, 7, 1),
    period_end=date(2024, 9, 30),
    source="q3",
)


def plan(content: str) -> MetricsPlan:
    usual = FORM.metrics()
    columns = METRIC_COLUMNS.with_metrics({name: m.key for m in usual for name in m.names()})
    table = read_file(content.encode(), "file.csv", columns)
    background = Background(Directory([person("Ann")]), [*usual, MetricItem.model_validate(metric("sales"))])
    return plan_metrics(table, background, FILE, FILE.created_at)


@pytest.mark.parametrize(
    ("cell", "number"), [("-2", -2), ("−1", -1), ("0", 0), ("+1", 1), ("２", 2), ("1.0", 1), ("(2)", -2)]
)
def test_a_level_is_read_however_it_is_written(cell: str, number: float) -> None:
    done = plan(f"person,metric,actual\nAnn,Goal shop,{cell}\n")
    assert [(f.metric, f.target, f.actual) for f in done.figures] == [("shop", 0, number)]
    assert done.problems == ()


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("3", Reason.NOT_A_LEVEL),
        ("-3", Reason.NOT_A_LEVEL),
        ("1.5", Reason.NOT_A_LEVEL),
        ("100%", Reason.NOT_A_LEVEL),
        ("done", Reason.NOT_A_NUMBER),
        ("", Reason.MISSING),
    ],
)
def test_what_is_no_level_is_told_and_cannot_be_applied(cell: str, reason: Reason) -> None:
    done = plan(f"person,metric,actual\nAnn,shop,{cell}\nAnn,audit,1\n")
    assert [(p.row, p.reason, p.column, p.is_doubt) for p in done.problems] == [(2, reason, "actual", False)]
    assert [f.metric for f in done.figures] == ["audit"]


def test_beside_metrics_a_goal_leaves_its_target_empty_and_any_other_target_is_told() -> None:
    done = plan("person,metric,target,actual\nAnn,sales,100%,90%\nAnn,shop,,1\nAnn,audit,0,2\nAnn,move,2,2\n")
    assert [(f.metric, f.actual) for f in done.figures] == [("sales", 90), ("shop", 1), ("audit", 2)]
    assert done.problems == (Problem(5, Reason.GOAL_WITH_TARGET, "target", "2"),)


def test_a_sheet_may_have_one_column_per_goal() -> None:
    done = plan("Name,Goal shop,Goal audit,Goal move\nAnn,1,-2,4\n")
    assert [(f.metric, f.actual) for f in done.figures] == [("shop", 1), ("audit", -2)]
    assert [(p.reason, p.metric) for p in done.problems] == [(Reason.NOT_A_LEVEL, "move")]


def test_the_level_of_a_day_counts_as_any_figure_does() -> None:
    done = plan("person,metric,actual,as of\nAnn,shop,1,2024-09-01\nAnn,shop,-1,2024-09-30\nAnn,audit,1,2024-06-30\n")
    assert [(f.metric, f.actual) for f in done.figures] == [("shop", -1)]
    assert [(p.reason, p.is_doubt) for p in done.problems] == [(Reason.AS_OF_EARLY, True)]


# What a scheme may say

VARIANT = {"key": "sales", "name": {"en": "S", "zh": "S"}, "departments": ["Sales"]}
HERE = "dimensions.0.items.0.goals.0"


@pytest.mark.parametrize(
    ("items", "fields", "found"),
    [
        ([goals("projects", "skill"), rating("skill")], {},
         ("dimensions.0.items.1.key", SchemeReason.KEY_TWICE, "skill")),
        ([goals("projects", "d0"), rating("skill")], {}, (f"{HERE}.key", SchemeReason.KEY_TWICE, "d0")),
        ([goals("projects", "shop", "shop"), rating("skill")], {},
         ("dimensions.0.items.0.goals.goals.1.key", SchemeReason.KEY_TWICE, "shop")),
        ([goals("projects", "shop"), metric("sales", aliases=["GOAL SHOP"])], {},
         ("dimensions.0.items.1", SchemeReason.NAME_TWICE, "GOAL SHOP")),
        ([goals("projects", "shop")], {}, ("dimensions", SchemeReason.NOBODY_ASKED, "")),
        ([goals("projects", "shop"), rating("skill")], {"variants": [VARIANT | {"drop": ["skill"]}]},
         ("variants.0.drop", SchemeReason.NOBODY_ASKED, "")),
        ([goals("projects", "shop"), rating("skill")], {"variants": [VARIANT | {"add": {"d0": [rating("shop")]}}]},
         ("variants.0.add.d0.0.key", SchemeReason.KEY_TWICE, "shop")),
        ([goals("projects", "shop"), rating("skill")],
         {"variants": [VARIANT | {"drop": ["projects"], "add": {"d0": [rating("shop")]}}]},
         ("variants.0.add.d0.0.kind", SchemeReason.OTHER_KIND, "goal")),
        ([rating("skill")], {"variants": [VARIANT | {"add": {"d0": [goals("projects", "skill")]}}]},
         ("variants.0.add.d0.0.goals.0.key", SchemeReason.KEY_TWICE, "skill")),
        ([goals("projects", "shop", points=[{"attainment": 1, "score": 0}, {"attainment": 1.4, "score": 100}])], {},
         ("dimensions.0.items.0.goals.points.1.attainment", SchemeReason.POINT_OUT_OF_REACH, "1.2")),
    ],
)  # fmt: skip
def test_goals_that_do_not_fit_are_refused_with_their_place(
    items: list[dict[str, Any]], fields: dict[str, Any], found: tuple[str, SchemeReason, str]
) -> None:
    with pytest.raises(ValidationError) as refused:
        scheme((1, items), **fields)
    rules = [(e["loc"], b) for e in refused.value.errors() if e["type"] == RULES for b in e.get("ctx", {})["broken"]]
    assert found in [(".".join(map(str, (*loc, *b.way))), b.reason, b.detail) for loc, b in rules]


@pytest.mark.parametrize(
    ("fields", "place", "kind"),
    [
        ({"relations": ["manager"]}, "relations", "extra_forbidden"),
        ({"weights": {"metric": 1}}, "weights", "extra_forbidden"),
        ({"question": text("How?")}, "question", "extra_forbidden"),
        ({"goals": []}, "goals", "too_short"),
        ({"cap": 1.6}, "cap", "less_than_equal"),
        ({"weight": 0}, "weight", "greater_than"),
        (goals("projects", *(f"g{n}" for n in range(11))), "goals", "too_long"),
        ({"goals": [goals("x", "shop")["goals"][0] | {"levels": [text("a")] * 4}]}, "goals.0.levels", "too_short"),
        ({"goals": [goals("x", "shop")["goals"][0] | {"levels": [text("a" * 151)] * 5}]}, "goals.0.levels.0.en",
         "string_too_long"),
    ],
)  # fmt: skip
def test_what_goals_have_not_is_refused(fields: dict[str, Any], place: str, kind: str) -> None:
    with pytest.raises(ValidationError) as refused:
        scheme((1, [goals("projects", "shop") | fields, rating("skill")]))
    found = [(".".join(map(str, e["loc"][5:])), e["type"]) for e in refused.value.errors()]
    assert (place, kind) in found
