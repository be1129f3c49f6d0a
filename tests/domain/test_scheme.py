"""Reading a scheme: everything that is wrong is said at once, each with its line."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from appraisal.errors import Code, InvalidInput
from appraisal.scheme import Relation, Scheme, Text, TextItem
from appraisal.scheme_mending import broken_besides, errors_of
from appraisal.scheme_reasons import RULES, Broken, SchemeProblem, SchemeReason
from appraisal.scheme_text import parse_scheme

SMALL = """\
key: small
version: 1
name: {en: Small, zh: 小方案}
about: {en: A form of one question, zh: 只有一个问题}
weights: {manager: 1}
disclosure: {self: named, manager: named, peer: anonymous, report: anonymous}
bands:
  - {key: A, least: 50, name: {en: Good, zh: 良好}, consequences: [reward]}
  - {key: B, least: 0, name: {en: Poor, zh: 不足}}
dimensions:
  - key: ability
    weight: 1
    name: {en: Ability, zh: 能力}
    about: {en: What a person can do, zh: 会做什么}
    items:
      - key: skill
        kind: rating
        weight: 1
        name: {en: Skill, zh: 技能}
        question: {en: How skilled is {name}?, zh: 技能怎样？}
        anchors:
          - {point: 1, label: &low {en: Low, zh: 低}, behaviour: {en: Asks each time, zh: 每次都问}}
          - {point: 2, label: {en: High, zh: 高}, behaviour: {en: Works alone, zh: 独立完成}}
""".replace("How skilled is {name}?", '"How skilled is {name}?"')


def problems(text: str) -> list[SchemeProblem]:
    with pytest.raises(InvalidInput) as refused:
        parse_scheme(text)
    assert refused.value.code is Code.SCHEME_INVALID
    return list(refused.value.values["problems"])  # pyright: ignore[reportArgumentType, reportCallIssue]


def changed(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), start=1) if part in line)


def test_a_right_text_becomes_a_scheme() -> None:
    scheme = parse_scheme(SMALL)
    assert [i.key for i in scheme.items()] == ["skill"]
    assert scheme.band(49.9).key == "B"


def test_labels_may_be_shared_by_yaml_aliases() -> None:
    shared = changed("label: {en: High, zh: 高}", "label: *low")
    (item,) = parse_scheme(shared).items()
    assert [a.label.en for a in getattr(item, "anchors", ())] == ["Low", "Low"]


def test_all_errors_are_told_at_once_in_the_order_of_lines() -> None:
    text = changed("    weight: 1\n", "    weigth: 1\n")
    text = text.replace("kind: rating", "kind: raing").replace("least: 50", "least: 500")
    assert problems(text) == [
        SchemeProblem(line_of(text, "least: 500"), "bands[A].least", SchemeReason.OUT_OF_RANGE, "≤ 100"),
        SchemeProblem(line_of(text, "key: ability"), "dimensions[ability].weight", SchemeReason.MISSING),
        SchemeProblem(line_of(text, "weigth"), "dimensions[ability].weigth", SchemeReason.UNKNOWN_KEY, "weight"),
        SchemeProblem(
            line_of(text, "raing"),
            "dimensions[ability].items[skill].kind",
            SchemeReason.NOT_ONE_OF,
            "rating, metric, text, choice, number, goals",
        ),
    ]


@pytest.mark.parametrize(
    ("old", "new", "path", "reason", "detail"),
    [
        ("zh: 技能}", "zh: no}", "dimensions[ability].items[skill].name.zh", SchemeReason.NOT_TEXT, "False"),
        ("zh: 技能}", 'zh: ""}', "dimensions[ability].items[skill].name.zh", SchemeReason.EMPTY, ""),
        ("version: 1", "version: one", "version", SchemeReason.NOT_A_NUMBER, "one"),
        ("version: 1", "version: 0", "version", SchemeReason.OUT_OF_RANGE, "≥ 1"),
        ("    weight: 1", "    weight: .inf", "", SchemeReason.NOT_A_NUMBER, ".inf"),
        ("name: {en: Small, zh: 小方案}", "name: Small", "name", SchemeReason.NOT_FIELDS, ""),
        ("name: {en: Small, zh", "name: {en: Small, form, zh", "name.form", SchemeReason.UNKNOWN_KEY, ""),
        ("consequences: [reward]", "consequences: reward", "bands[A].consequences", SchemeReason.NOT_A_LIST, ""),
        ("key: small", "key: Small scheme", "key", SchemeReason.BAD_KEY, "^[a-z][a-z0-9_]{0,39}$"),
        ("{manager: 1}", "{boss: 1}", "weights.boss", SchemeReason.NOT_ONE_OF,
         "self, manager, peer, report, others, metric"),
        (", report: anonymous", "", "disclosure", SchemeReason.DISCLOSURE_MISSING, "report"),
        ("least: 0", "least: 5", "bands[B].least", SchemeReason.LAST_BAND_ABOVE_ZERO, ""),
        ("key: skill", "key: ability", "dimensions[ability].items[ability].key", SchemeReason.KEY_TWICE, "ability"),
        ("version: 1", "version: 1\nkey: again", "key", SchemeReason.DOUBLED, ""),
        ("kind: rating", "kind: metric\n        unit: h\n        direction: on-target",
         "dimensions[ability].items[skill]", SchemeReason.TOLERANCE_MISSING, ""),
    ],
)  # fmt: skip
def test_a_problem_names_its_place_and_reason(old: str, new: str, path: str, reason: SchemeReason, detail: str) -> None:
    (problem,) = problems(changed(old, new))
    assert (problem.path, problem.reason, problem.detail) == (path, reason, detail)


ITEM = "dimensions[ability].items[skill]"
METRIC = SMALL.replace("kind: rating\n", "kind: metric\n        unit: h\n")


@pytest.mark.parametrize(
    ("old", "new", "path", "reason", "detail"),
    [
        ("unit: h", "unit: h\n        low: 5\n        high: 5", f"{ITEM}.high", SchemeReason.LOW_NOT_BELOW_HIGH, ""),
        ("unit: h", "unit: {en: h}", f"{ITEM}.unit.zh", SchemeReason.MISSING, ""),
        ("unit: h", "unit: 5", f"{ITEM}.unit", SchemeReason.NOT_FIELDS, ""),
        ("unit: h", "unit: h\n        aliases: sales", f"{ITEM}.aliases", SchemeReason.NOT_A_LIST, ""),
        ("point: 2", "point: 1", f"{ITEM}.anchors[2].point", SchemeReason.POINTS_NOT_RISING, ""),
        ("least: 0", "least: 60", "bands[B].least", SchemeReason.LAST_BAND_ABOVE_ZERO, ""),
        ("key: B", "key: A", "bands[A].key", SchemeReason.KEY_TWICE, "A"),
        ("manager: named", "manager: anonymous", "disclosure.manager", SchemeReason.MANAGER_NOT_NAMED, ""),
        ("{manager: 1}", "{peer: 1}", ITEM, SchemeReason.NO_SOURCE_COUNTS, ""),
        ("version: 1", "version: 1\nannual: {weights: [1, 1], least: 3}", "annual.least", SchemeReason.TOO_MANY_NEEDED,
         "2"),
        ("version: 1", "version: 1\nannual: {joiners: never}", "annual.joiners", SchemeReason.NOT_ONE_OF,
         "cycles-taken, next-year"),
        ("version: 1", "version: 1\naction_required: maybe", "action_required", SchemeReason.NOT_ONE_OF, "true, false"),
        ("version: 1", "version: 1\ncauses: [{key: a, name: {en: A, zh: A}}, {key: a, name: {en: B, zh: B}}]",
         "causes[a].key", SchemeReason.KEY_TWICE, "a"),
    ],
)  # fmt: skip
def test_a_rule_that_is_broken_is_told_with_its_place(
    old: str, new: str, path: str, reason: SchemeReason, detail: str
) -> None:
    assert old in METRIC
    found = problems(METRIC.replace(old, new, 1))
    assert (path, reason, detail) in [(p.path, p.reason, p.detail) for p in found]


def test_rules_between_parts_are_told_beside_wrong_values() -> None:
    text = changed("key: skill", "key: ability").replace("version: 1", "version: one").replace("least: 0", "least: 5")
    text = text.replace("question: {", "questoin: {")
    text += "variants:\n  - {key: sales, name: {en: S, zh: S}, departments: [Sales], drop: [nothing]}\n"
    assert [(p.path, p.reason) for p in problems(text)] == [
        ("version", SchemeReason.NOT_A_NUMBER),
        ("bands[B].least", SchemeReason.LAST_BAND_ABOVE_ZERO),
        ("dimensions[ability].items[ability].key", SchemeReason.KEY_TWICE),
        ("dimensions[ability].items[ability].question", SchemeReason.MISSING),
        ("dimensions[ability].items[ability].questoin", SchemeReason.UNKNOWN_KEY),
        ("variants[sales].drop[1]", SchemeReason.NO_SUCH_ITEM),
    ]


def test_an_alias_in_a_wrong_place_is_told_there_only() -> None:
    text = changed("behaviour: {en: Works alone, zh: 独立完成}}", "behaviour: *low}\n        weights: *low")
    assert {p.path for p in problems(text)} == {f"{ITEM}.weights.en", f"{ITEM}.weights.zh"}


def test_a_field_named_like_a_kind_is_only_an_unknown_field() -> None:
    text = changed("        weight: 1\n", "        rating: 5\n")
    assert [(p.path, p.reason) for p in problems(text)] == [
        (f"{ITEM}.weight", SchemeReason.MISSING),
        (f"{ITEM}.rating", SchemeReason.UNKNOWN_KEY),
    ]


def test_a_stand_in_never_breaks_a_rule_itself() -> None:
    """Whatever single value is wrong, no rule is told to be broken besides."""
    whole = yaml.safe_load(SMALL + EXTRAS)
    ways = list(every_way(whole))
    assert len(ways) > 100
    for way, wrong in itertools.product(ways, ([], "word", "", -1, None)):
        data = copy.deepcopy(whole)
        holder = data
        for step in way[:-1]:
            holder = holder[step]
        holder[way[-1]] = wrong
        assert besides(data) == [], (way, wrong)


def besides(data: Any) -> list[Broken]:
    try:
        Scheme.model_validate(data)
    except ValidationError as error:
        errors = errors_of(error)
        return [] if any(e["type"] == RULES for e in errors) else broken_besides(data, errors)
    return []


def every_way(data: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if way:
        yield way
    for step in data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        yield from every_way(data[step], (*way, step))


EXTRAS = """\
causes:
  - {key: demand, name: {en: Less demand, zh: 需求减少}}
annual: {weights: [1, 2], least: 2, leave: last-result}
variants:
  - key: sales
    name: {en: Sales, zh: 销售部}
    departments: [Sales]
    drop: [skill]
    weights: {deals: 2, ability: 3}
    add:
      ability:
        - key: deals
          kind: metric
          weight: 1
          unit: {en: deals, zh: 单}
          aliases: [成交]
          low: 0
          high: 100
          points: [{attainment: 0.8, score: 0}, {attainment: 1.2, score: 100}]
          weights: {manager: 1, metric: 3}
          relations: [manager]
          name: {en: Deals, zh: 成交数}
          question: {en: Which, zh: 怎样？}
          anchors:
            - {point: 1, label: {en: Low, zh: 低}, behaviour: {en: Waits, zh: 等客户}}
            - {point: 2, label: {en: High, zh: 高}, behaviour: {en: Calls, zh: 找客户}}
        - key: plans
          kind: goals
          weight: 1
          points: [{attainment: 0.8, score: 0}, {attainment: 1, score: 100}]
          name: {en: Plans, zh: 计划}
          goals:
            - key: shop
              weight: 2
              aliases: [开店]
              name: {en: Shop, zh: 门店}
              levels: [{en: a, zh: a}, {en: b, zh: b}, {en: c, zh: c}, {en: d, zh: d}, {en: e, zh: e}]
        - key: days
          kind: number
          unit: d
          low: 0
          high: 5
          name: {en: Days, zh: 天}
          question: {en: How many, zh: 几天？}
  - {key: leads, name: {en: Leads, zh: 主管}, job_families: [Lead], weights: {skill: 2}}
"""


@pytest.mark.parametrize("alias", ["deals", "ＤＥＡＬＳ", "成交数", "Deals closed"])
def test_a_name_in_a_file_means_one_metric(alias: str) -> None:
    text = SMALL + EXTRAS.replace("[成交]", "[Deals Closed]")
    text = text.replace("kind: rating\n", f"kind: metric\n        unit: h\n        aliases: [{alias}]\n", 1)
    (problem,) = problems(text)
    assert (problem.path, problem.reason) == ("variants[sales].add.ability[deals]", SchemeReason.NAME_TWICE)


def test_a_unit_may_be_one_text_or_one_for_each_language() -> None:
    shared = parse_scheme(METRIC).metrics()[0]
    assert (shared.unit.to("en"), shared.unit.to("zh"), shared.units()) == ("h", "h", ("h",))
    apart = parse_scheme(METRIC.replace("unit: h", "unit: {en: hours, zh: 小时}")).metrics()[0]
    assert (apart.unit.to("en"), apart.unit.to("zh"), apart.units()) == ("hours", "小时", ("hours", "小时"))
    assert parse_scheme(METRIC.replace("unit: h", 'unit: ""')).metrics()[0].units() == ("",)


def test_the_line_of_a_problem_is_that_of_its_key() -> None:
    text = SMALL + "extra:\n  - a\n"
    (problem,) = problems(text)
    assert (problem.line, problem.path) == (line_of(text, "extra:"), "extra")


def test_the_second_of_two_equal_keys_is_the_place_to_look() -> None:
    text = changed("key: skill", "key: ability")
    (problem,) = problems(text)
    assert problem.line == line_of(text, "      - key: ability")


def test_a_behaviour_longer_than_its_radio_button_is_refused() -> None:
    text = changed("Works alone", "W" * 76)
    (problem,) = problems(text)
    assert (problem.line, problem.reason, problem.detail) == (line_of(text, "WWW"), SchemeReason.TOO_LONG, "75")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, SchemeReason.NOT_A_MAPPING),
        ("- a\n- b", 1, SchemeReason.NOT_A_MAPPING),
        ("key: a\nname: [", 2, SchemeReason.NOT_YAML),
        ("key: a\nname: \x00", 2, SchemeReason.NOT_YAML),
        ("key: 2026-13-40", 1, SchemeReason.NOT_YAML),
        ("[" * 5000, 1, SchemeReason.NOT_YAML),
        ("key: a\nname: !!python/object:os.system {}", 2, SchemeReason.NOT_YAML),
        ("key: a\n---\nkey: b", 2, SchemeReason.NOT_YAML),
        ("a: " + "x" * 500_000, 1, SchemeReason.TOO_LARGE),
    ],
)
def test_what_is_not_a_scheme_at_all_is_refused_kindly(text: str, line: int, reason: SchemeReason) -> None:
    (problem,) = problems(text)
    assert (problem.line, problem.reason) == (line, reason)


@pytest.mark.parametrize("ring", ["a: &a [*a]", "a: &a {b: *a}"])
def test_an_alias_to_itself_is_refused(ring: str) -> None:
    assert [p.reason for p in problems(ring)] == [SchemeReason.TOO_MANY_ALIASES]


def test_a_billion_laughs_are_refused_before_they_are_built() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 30):
        bomb += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n"
    assert [p.reason for p in problems(bomb)] == [SchemeReason.TOO_MANY_ALIASES]


def test_a_question_speaks_to_the_reviewee_where_it_has_words_for_it() -> None:
    words = Text(en="How does {name} work?", zh="{name} 做得怎样？")
    own = Text(en="How do you work?", zh="你做得怎样？")
    item = TextItem(kind="text", key="work", name=own, question=words, self_question=own)
    assert item.question_for(Relation.SELF) is own
    assert item.question_for(Relation.PEER) is words
    assert item.model_copy(update={"self_question": None}).question_for(Relation.SELF) is words


def test_the_shipped_schemes_stay_far_from_the_limits_of_size() -> None:
    for path in (Path(__file__).parents[2] / "appraisal" / "schemes").glob("*.yml"):
        assert len(path.read_text(encoding="utf-8")) < 50_000
