"""What every scheme that comes with the product promises, and what the comments above their bands claim."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations

import pytest

from appraisal.review import Figure, pages_for
from appraisal.scheme import (
    ANCHOR_LIMIT,
    AnyItem,
    ChoiceItem,
    Consequence,
    Direction,
    Disclosure,
    MetricItem,
    NumberItem,
    Relation,
    Scheme,
    ScoredItem,
    Source,
    Text,
    TextItem,
    Visibility,
)
from appraisal.scheme_text import parse_scheme
from appraisal.scoring.card import ItemStats
from appraisal.scoring.composite import score
from appraisal.scoring.evidence import Evidence
from tests.domain.cast import cycle

KEYS = ("annual", "leadership_360", "operations", "probation")
HAN, LATIN = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z]")
HALF_WIDTH = re.compile(r"[\u3400-\u9fff][,.;:!?()]|[,.;:!?()][\u3400-\u9fff]")
DEGREES = re.compile(
    r"\b(often|usually|sometimes|always|never|rarely|good|bad|excellent|very|quite|average)\b"
    r"|非常|比较好|优秀|较好|一般|经常|有时|总是|从不|偶尔"
)
PERSONALITY = re.compile(
    r"\b(friendly|lazy|nice|aggressive|emotional|shy|charismatic|abrasive|bossy|enthusiastic|passionate|loyal)\b"
    r"|性格|脾气|热情|内向|外向|聪明|老实|忠诚|积极向上|有魅力"
)
MIXED = ("360度",)  # Chinese with characters of another script that Chinese readers use themselves


@cache
def scheme(key: str) -> Scheme:
    return parse_scheme((files("appraisal") / "schemes" / f"{key}.yml").read_text(encoding="utf-8"))


def forms() -> Iterator[tuple[str, Scheme]]:
    """Every form that somebody can get: the common ones and those of the variants."""
    for key in KEYS:
        yield key, scheme(key).as_variant("")
        for variant in scheme(key).variants:
            yield f"{key}/{variant.key}", scheme(key).as_variant(variant.key)


each_scheme = pytest.mark.parametrize("built_in", [scheme(key) for key in KEYS], ids=KEYS)
each_form = pytest.mark.parametrize("form", [f for _, f in forms()], ids=[name for name, _ in forms()])


def texts_of(item: AnyItem) -> Iterator[Text]:
    yield from (item.name, item.question)
    yield from [item.self_question] if item.self_question else []
    for anchor in getattr(item, "anchors", ()):
        yield from (anchor.label, anchor.behaviour)
    yield from (o.name for o in item.options) if isinstance(item, ChoiceItem) else ()


def texts(form: Scheme) -> Iterator[Text]:
    yield from (form.name, form.about)
    yield from (b.name for b in form.bands)
    yield from (c.name for c in form.causes)
    yield from (v.name for v in scheme(form.key).variants)
    for dimension in form.dimensions:
        yield from (dimension.name, dimension.about)
    for item in form.items():
        yield from texts_of(item)


def test_these_four_come_with_the_product() -> None:
    there = {f.name.removesuffix(".yml") for f in (files("appraisal") / "schemes").iterdir() if f.name.endswith(".yml")}
    assert there == set(KEYS)
    assert [scheme(key).key for key in KEYS] == list(KEYS)


@each_scheme
def test_an_editor_is_told_where_its_help_is(built_in: Scheme) -> None:
    text = (files("appraisal") / "schemes" / f"{built_in.key}.yml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=scheme.schema.json\n")


@each_form
def test_every_text_is_in_the_language_it_says(form: Scheme) -> None:
    for text in texts(form):
        chinese = re.sub("|".join(MIXED), "", text.zh.replace("{name}", ""))
        assert HAN.search(text.zh)
        assert not LATIN.search(chinese), text.zh
        assert not HALF_WIDTH.search(text.zh), text.zh
        assert LATIN.search(text.en)
        assert not HAN.search(text.en), text.en
        assert "您" not in text.zh


@each_form
def test_both_languages_name_the_person_in_the_same_places(form: Scheme) -> None:
    for text in texts(form):
        assert ("{name}" in text.en) == ("{name}" in text.zh), text.en


@each_form
def test_every_point_has_a_behaviour_of_its_own_that_fits_beside_its_button(form: Scheme) -> None:
    behaviours = [a.behaviour for item in form.items() for a in getattr(item, "anchors", ())]
    for words in ([b.en for b in behaviours], [b.zh for b in behaviours]):
        assert len(words) == len(set(words))
        assert max(map(len, words)) <= ANCHOR_LIMIT


@each_form
def test_points_of_a_scale_do_not_repeat_each_other(form: Scheme) -> None:
    for item in form.items():
        for one, other in combinations(getattr(item, "anchors", ()), 2):
            left, right = (set(re.findall(r"\w{4,}", a.behaviour.en.lower())) for a in (one, other))
            assert len(left & right) / len(left | right) < 0.4, (item.key, one.point, other.point)
            pairs = [{a.behaviour.zh[n : n + 2] for n in range(len(a.behaviour.zh) - 1)} for a in (one, other)]
            assert len(pairs[0] & pairs[1]) / len(pairs[0] | pairs[1]) < 0.5, (item.key, one.point, other.point)


@each_form
def test_anchors_tell_behaviour_not_degree_and_not_personality(form: Scheme) -> None:
    for item in form.items():
        for anchor in getattr(item, "anchors", ()):
            said = f"{anchor.behaviour.en.lower()} {anchor.behaviour.zh}"
            assert not DEGREES.search(said), (item.key, anchor.point, said)
            assert not PERSONALITY.search(said), (item.key, anchor.point, said)


@each_form
def test_the_points_of_a_scale_are_named_alike_in_the_whole_form(form: Scheme) -> None:
    scales = {tuple((a.point, a.label.en, a.label.zh) for a in i.anchors) for d in form.dimensions for i in d.scored()}
    assert len(scales) == 1
    assert [point for point, _, _ in scales.pop()] == list(range(1, 5 if form.key == "probation" else 6))


@each_form
def test_everybody_who_is_asked_gets_words_meant_for_them(form: Scheme) -> None:
    for relation in Relation:
        for item in (i for page in pages_for(form, relation) for i in page.items):
            question = item.question_for(relation)
            for words in (question.en, question.zh):
                assert ("{name}" in words) == (relation is not Relation.SELF), (item.key, relation, words)
                assert words[-1] in "?.？。", words
    for item in form.items():
        assert item.self_question is None or Relation.SELF in item.relations, f"{item.key} is not asked of self"


@each_form
def test_a_page_can_be_filled_in_a_few_minutes(form: Scheme) -> None:
    for relation in Relation:
        assert sum(len(p.items) for p in pages_for(form, relation)) <= 20
        assert all(len(p.items) <= 9 for p in pages_for(form, relation))


@each_form
def test_self_review_is_for_comparison_and_never_counts(form: Scheme) -> None:
    for dimension in form.dimensions:
        for item in dimension.scored():
            assert form.weights_of(item).get(Source.SELF, 0) == 0


@each_form
def test_forms_stay_comparable_dimension_by_dimension(form: Scheme) -> None:
    assert [d.key for d in form.dimensions] == ["results", "ability", "attitude"]
    assert all(d.scored() for d in form.dimensions)


@each_form
def test_a_metric_tells_a_plausible_range_in_which_its_target_lies(form: Scheme) -> None:
    for metric in form.metrics():
        assert metric.low is not None
        assert metric.aliases
        assert any(HAN.search(a) for a in metric.aliases)
        assert any(LATIN.search(a) for a in metric.aliases)
        if metric.target is not None:
            assert metric.low <= metric.target <= (metric.high or metric.target)


def test_the_same_metric_is_measured_alike_in_every_scheme() -> None:
    known: dict[str, MetricItem] = {}
    for _, form in forms():
        for metric in form.metrics():
            first = known.setdefault(metric.key, metric)
            for field in ("unit", "direction", "cap", "target", "low", "high", "aliases", "name"):
                assert getattr(metric, field) == getattr(first, field), (metric.key, field)


def test_metrics_of_every_kind_of_direction_are_there() -> None:
    assert {m.direction for m in scheme("annual").all_metrics()} == set(Direction)


@each_scheme
def test_a_missed_target_has_causes_to_choose_from(built_in: Scheme) -> None:
    assert bool(built_in.causes) == bool(built_in.all_metrics())
    if built_in.causes:
        assert 5 <= len(built_in.causes) <= 8
        names = [(c.name.en, c.name.zh) for c in built_in.causes]
        assert len(set(names)) == len(names)


@each_scheme
def test_a_variant_is_found_by_either_language(built_in: Scheme) -> None:
    for variant in built_in.variants:
        for names in (variant.departments, variant.job_families):
            assert not names or (any(map(HAN.search, names)) and any(map(LATIN.search, names)))


@pytest.mark.parametrize(
    ("key", "department", "job_family", "variant"),
    [
        ("annual", "Finance", "Accountant", ""),
        ("annual", "销售部", "客户经理", "sales"),
        ("annual", "SALES", "", "sales"),
        ("annual", "Sales", "Manager", "managers"),
        ("annual", "人力资源部", "管理岗", "managers"),
        ("leadership_360", "IT", "Project Manager", "project_leads"),
        ("leadership_360", "研发部", "项目经理", "project_leads"),
        ("leadership_360", "IT", "Manager", ""),
        ("operations", "Sales", "Manager", ""),
        ("probation", "Sales", "Manager", ""),
    ],
)
def test_people_get_the_form_that_is_meant_for_them(key: str, department: str, job_family: str, variant: str) -> None:
    assert scheme(key).variant_for(department, job_family) == variant


def test_each_variant_of_the_year_asks_what_its_people_do() -> None:
    metrics = {v: [m.key for m in scheme("annual").as_variant(v).metrics()] for v in ("", "managers", "sales")}
    assert metrics == {
        "": ["goal_completion", "on_time_delivery", "error_rate"],
        "managers": ["goal_completion", "on_time_delivery", "budget_use"],
        "sales": ["goal_completion", "sales_revenue", "collection_rate"],
    }
    weights = {v: [d.weight for d in scheme("annual").as_variant(v).dimensions] for v in ("", "managers", "sales")}
    assert weights == {"": [50, 30, 20], "managers": [50, 30, 20], "sales": [60, 25, 15]}
    assert "leading_people" in [i.key for i in scheme("annual").as_variant("managers").items()]
    assert "learning" not in [i.key for i in scheme("annual").as_variant("managers").items()]


def test_every_kind_of_question_is_shown_at_least_once() -> None:
    kinds = {type(i) for _, form in forms() for i in form.items()}
    assert {MetricItem, TextItem, ChoiceItem, NumberItem} < kinds


def test_notes_to_the_manager_alone_are_asked_of_nobody_who_is_their_subject() -> None:
    for _, form in forms():
        for item in form.items():
            if getattr(item, "visible", None) is Visibility.MANAGER:
                assert Relation.SELF not in item.relations, item.key


def test_feedback_for_development_has_no_pay_in_it_and_nothing_behind_peoples_backs() -> None:
    feedback = scheme("leadership_360")
    follows = {c for b in feedback.bands for c in b.consequences}
    assert follows == {Consequence.TRAINING, Consequence.IMPROVEMENT_PLAN}
    assert feedback.adjustment_limit == 0
    assert feedback.action_required
    assert not feedback.all_metrics()
    assert all(i.visible is Visibility.EMPLOYEE for i in feedback.items() if isinstance(i, TextItem))


def test_those_who_are_led_are_heard_most_in_feedback_for_leaders() -> None:
    weights = scheme("leadership_360").weights
    assert weights[Source.REPORT] == 50
    assert weights[Source.REPORT] >= weights[Source.MANAGER] + weights[Source.PEER]
    led_only = {i.key for i in scheme("leadership_360").items() if Relation.PEER not in i.relations}
    assert led_only == {"delegation", "coaching"}


def test_after_probation_the_buddy_writes_under_their_name_and_rates_nothing() -> None:
    probation = scheme("probation")
    assert probation.disclosure[Relation.PEER] is Disclosure.NAMED  # one person is no crowd
    asked = {r: [i for p in pages_for(probation, r) for i in p.items] for r in Relation}
    assert all(isinstance(i, TextItem) for i in asked[Relation.PEER])
    assert asked[Relation.REPORT] == []
    outcome = probation.item("outcome")
    assert isinstance(outcome, ChoiceItem)
    assert [o.key for o in outcome.options] == ["pass", "extend", "not_pass"]
    assert (outcome.relations, outcome.visible) == ((Relation.MANAGER,), Visibility.MANAGER)


@dataclass(frozen=True)
class Looks:
    """What somebody looks like: ratings (the same on every item and from everyone), and attainment per metric."""

    rating: float
    reached: Mapping[str, float]

    def total(self, form: Scheme) -> float:
        stats = [
            ItemStats("p", item.key, source, 5, self.rating)
            for dimension in form.dimensions
            for item in dimension.scored()
            for source in Source
            if source is not Source.METRIC and source.value in item.relations
        ]
        figures = [
            Figure("p", m.key, 100, actual(m, self.reached.get(m.key, self.reached.get("", 1)))) for m in form.metrics()
        ]
        total = score(cycle(form), "p", Evidence(tuple(stats), tuple(figures))).total
        assert total is not None
        return total


def actual(metric: MetricItem, reached: float) -> float:
    """The actual value against a target of 100 that comes to this attainment."""
    match metric.direction:
        case Direction.HIGHER:
            return 100 * reached
        case Direction.LOWER:
            return 100 * (2 - reached)
        case Direction.ON_TARGET:
            return 100 - (metric.tolerance or 0) * (1 - min(reached, 1))


@pytest.mark.parametrize(
    ("key", "rating", "reached", "total", "band"),
    [
        ("operations", 4.5, {"": 1.1}, 89, "S"),
        ("operations", 4, {"": 1.2}, 85, "A"),
        ("operations", 4, {}, 78, "A"),
        ("operations", 3.8, {}, 75, "B"),
        ("operations", 3, {}, 63, "B"),
        ("operations", 3, {"": 0.9}, 60, "B"),
        ("operations", 2.5, {"": 0.7}, 46, "C"),
        ("operations", 2, {"": 0.8}, 42, "D"),
        ("annual", 4.5, {"": 1.1}, 90, "S"),
        ("annual", 4, {"": 1.2}, 84, "A"),
        ("annual", 4, {}, 80, "A"),
        ("annual", 3.8, {}, 76, "B"),
        ("annual", 3, {}, 63, "B"),
        ("annual", 3, {"": 0.9}, 60, "B"),
        ("annual", 2.5, {"": 0.8}, 49, "C"),
        ("annual", 2, {"": 0.8}, 41, "D"),
        ("leadership_360", 4, {}, 75, "L4"),
        ("leadership_360", 3.8, {}, 70, "L3"),
        ("leadership_360", 3, {}, 50, "L3"),
        ("leadership_360", 2, {}, 25, "L2"),
        ("leadership_360", 1.9, {}, 22, "L1"),
        ("probation", 3.5, {}, 87, "A"),
        ("probation", 3, {}, 73, "B"),
        ("probation", 2 + 2 / 3, {"": 0.9}, 62, "B"),
        ("probation", 2.5, {"": 0.8}, 56, "C"),
        ("probation", 2, {"": 0.7}, 41, "C"),
        ("probation", 2, {"": 0.6}, 39, "D"),
    ],
)
def test_bands_fall_where_the_comment_above_them_says(
    key: str, rating: float, reached: dict[str, float], total: float, band: str
) -> None:
    """The totals that stand in the YAML's comment, by the formula itself; the band goes by what is shown."""
    form = scheme(key).as_variant("")
    found = Looks(rating, reached).total(form)
    assert found == pytest.approx(total, abs=0.51)
    assert form.band(int(found + 0.5)).key == band


@each_form
def test_every_band_can_be_reached_from_nothing_at_all_to_the_most_there_is(form: Scheme) -> None:
    top = form.dimensions[1].scored()[0].anchors[-1].point
    steps = [n / 24 for n in range(25)]
    totals = [Looks(1 + step * (top - 1), {"": 1.2 * step}).total(form) for step in steps]
    assert totals == sorted(totals)
    assert {form.band(int(t + 0.5)).key for t in totals} == {b.key for b in form.bands}
    assert (round(totals[0]), round(totals[-1])) == (0, 100)


@each_form
def test_weights_that_are_given_for_one_item_name_only_sources_it_has(form: Scheme) -> None:
    scored: list[ScoredItem] = [i for d in form.dimensions for i in d.scored()]
    for item in scored:
        sources = {r.value for r in item.relations} | ({"metric"} if isinstance(item, MetricItem) else set())
        assert item.weights is None or {s.value for s in item.weights} <= sources, item.key
