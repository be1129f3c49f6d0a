"""Variants: what a department or job family is asked instead, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from appraisal.scheme import Dimension, MetricItem, Scheme
from appraisal.scheme_reasons import RULES, Broken, SchemeReason

from .cast import metric, rating, scheme, text

WORDS = {"kind": "text", "key": "words", "name": text("words"), "question": text("words")}


def variant(key: str = "sales", **fields: Any) -> dict[str, Any]:
    return {"key": key, "name": text(key), "departments": ["Sales"]} | fields


def form(*variants: dict[str, Any]) -> Scheme:
    """Dimension d0 with volume, skill and words, d1 with care."""
    first = [metric("volume", weight=3), rating("skill"), WORDS]
    return scheme((60, first), (40, [rating("care")]), variants=variants)


def keys(dimension: Dimension) -> list[str]:
    return [i.key for i in dimension.items]


def broken(*variants: dict[str, Any]) -> list[tuple[str, SchemeReason, str]]:
    with pytest.raises(ValidationError) as refused:
        form(*variants)
    (error,) = refused.value.errors()
    assert error["type"] == RULES
    found: list[Broken] = error.get("ctx", {})["broken"]
    return [(".".join(map(str, (*error["loc"], *b.way))), b.reason, b.detail) for b in found]


def test_without_variants_everybody_gets_the_common_form() -> None:
    common = form()
    assert common.variant_for("Sales", "Manager") == ""
    assert common.as_variant("") is common


@pytest.mark.parametrize(
    ("department", "family", "found"),
    [
        ("Sales", "Agent", "sales"),
        (" SALES ", "", "sales"),
        ("Ｓａｌｅｓ", "Agent", "sales"),
        ("sales  east", "Agent", "sales"),
        ("Logistics", "team  LEAD", "leads"),
        ("Sales", "Team lead", "sales"),  # the first that fits
        ("Logistics", "Agent", ""),
        ("", "", ""),
    ],
)
def test_the_first_variant_that_fits_is_taken(department: str, family: str, found: str) -> None:
    leads = variant("leads", departments=[], job_families=["Team Lead"])
    both = form(variant(departments=["Sales", "Sales East"], drop=["skill"]), leads | {"drop": ["volume"]})
    assert both.variant_for(department, family) == found


def test_departments_and_job_families_must_both_fit_where_both_are_given() -> None:
    both = form(variant(job_families=["Manager"], drop=["skill"]))
    assert both.variant_for("Sales", "Manager") == "sales"
    assert both.variant_for("Sales", "Agent") == ""
    assert both.variant_for("Logistics", "Manager") == ""


def test_a_variant_drops_reweighs_and_adds() -> None:
    own = form(
        variant(drop=["skill"], weights={"volume": 1, "d1": 60}, add={"d0": [rating("pitch", weight=2)]})
    ).as_variant("sales")
    assert own.variants == ()
    first, second = own.dimensions
    assert keys(first) == ["volume", "pitch", "words"]  # what counts stands before the closing question
    assert [i.weight for i in first.scored()] == [1, 2]
    assert (first.weight, second.weight) == (60, 60)
    assert keys(second) == ["care"]


def test_an_added_question_that_does_not_count_comes_last() -> None:
    story = WORDS | {"key": "story"}
    own = form(variant(add={"d0": [story, rating("pitch")]})).as_variant("sales")
    assert keys(own.dimensions[0]) == ["volume", "skill", "pitch", "words", "story"]


def test_a_variant_may_replace_an_item_by_its_own_under_the_same_key() -> None:
    own = form(variant(drop=["volume"], add={"d0": [metric("volume", unit="EUR")]})).as_variant("sales")
    item = own.item("volume")
    assert isinstance(item, MetricItem)
    assert item.units() == ("EUR",)


def test_forms_are_resolved_once() -> None:
    both = form(variant(drop=["skill"]))
    assert both.as_variant("sales") is both.as_variant("sales")
    assert both.as_variant("") is both.as_variant("")
    assert both.as_variant("").variants == ()


def test_a_variant_that_is_not_there_is_an_error_and_not_the_common_form() -> None:
    with pytest.raises(KeyError):
        form().as_variant("sales")


def test_all_metrics_are_those_of_every_form_once() -> None:
    both = form(variant(add={"d0": [metric("deals", name=text("deals"))]}))
    assert [m.key for m in both.metrics()] == ["volume"]
    assert [m.key for m in both.all_metrics()] == ["volume", "deals"]


def test_asking_for_forms_changes_nothing_about_equality() -> None:
    asked, fresh = form(variant(drop=["skill"])), form(variant(drop=["skill"]))
    assert asked.forms().keys() == {"", "sales"}
    assert asked == fresh
    fresh.forms()
    assert asked == fresh
    plain, other = form(), form()
    assert (plain.forms(), other.forms()) == ({"": plain}, {"": other})
    assert plain == other


def test_a_scheme_comes_back_from_json_with_its_variants() -> None:
    both = form(variant(drop=["skill"], add={"d1": [rating("calm")]}))
    again = Scheme.model_validate_json(both.model_dump_json())
    assert again == both
    assert again.as_variant("sales") == both.as_variant("sales")


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"departments": []}, ("variants.0", SchemeReason.FOR_NOBODY, "")),
        ({"drop": ["nothing"]}, ("variants.0.drop.0", SchemeReason.NO_SUCH_ITEM, "nothing")),
        ({"weights": {"nothing": 1}}, ("variants.0.weights.nothing", SchemeReason.NO_SUCH_ITEM, "nothing")),
        (
            {"weights": {"skill": 1}, "drop": ["skill"]},
            ("variants.0.weights.skill", SchemeReason.NO_SUCH_ITEM, "skill"),
        ),
        ({"weights": {"words": 1}}, ("variants.0.weights.words", SchemeReason.NOT_COUNTED, "words")),
        ({"add": {"d9": [rating("x")]}}, ("variants.0.add.d9", SchemeReason.NO_SUCH_DIMENSION, "d9")),
        ({"add": {"d0": [rating("care")]}}, ("variants.0.add.d0.0.key", SchemeReason.KEY_TWICE, "care")),
        ({"add": {"d0": [rating("d1")]}}, ("variants.0.add.d0.0.key", SchemeReason.KEY_TWICE, "d1")),
        ({"add": {"d0": [rating("x"), rating("x")]}}, ("variants.0.add.d0.1.key", SchemeReason.KEY_TWICE, "x")),
        ({"drop": ["care"]}, ("variants.0.drop", SchemeReason.DIMENSION_EMPTY, "d1")),
        ({"drop": ["volume", "skill"]}, ("variants.0.drop", SchemeReason.DIMENSION_UNCOUNTED, "d0")),
        (
            {"drop": ["skill"], "add": {"d0": [WORDS | {"key": "skill"}]}},
            ("variants.0.add.d0.0.kind", SchemeReason.OTHER_KIND, "rating"),
        ),
        (
            {"add": {"d0": [rating("x", relations=["self"])]}},
            ("variants.0.add.d0.0", SchemeReason.NO_SOURCE_COUNTS, ""),
        ),
        ({"add": {"d0": [rating(f"x{n}") for n in range(18)]}}, ("variants.0.add.d0", SchemeReason.TOO_MANY, "20")),
        (
            {"add": {"d0": [metric("deals", aliases=["Volume"])]}},
            ("variants.0.add.d0.0", SchemeReason.NAME_TWICE, "Volume"),
        ),
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any], found: tuple[str, SchemeReason, str]) -> None:
    assert broken(variant(**fields)) == [found]


@pytest.mark.parametrize(
    ("first", "second", "shadowed"),
    [
        ({}, {}, True),
        ({}, {"job_families": ["Lead"]}, True),
        ({"job_families": ["Lead"]}, {}, False),
        ({"departments": ["sales", "Ops"]}, {"departments": ["Ｏps"]}, True),
        ({"departments": [], "job_families": ["Lead"]}, {}, False),
        ({"departments": [], "job_families": ["Lead"]}, {"job_families": ["lead"]}, True),
    ],
)
def test_a_variant_that_nobody_can_get_is_refused(
    first: dict[str, Any], second: dict[str, Any], shadowed: bool
) -> None:
    pair = variant("a", **first), variant("b", **second)
    if shadowed:
        assert broken(*pair) == [("variants.1", SchemeReason.NEVER_CHOSEN, "a")]
    else:
        form(*pair)


def test_two_variants_need_two_keys() -> None:
    with pytest.raises(ValidationError) as refused:
        form(variant(), variant(departments=["Ops"]))
    (error,) = refused.value.errors()
    assert error["loc"] == ("variants",)
    assert error.get("ctx", {})["broken"] == (Broken(SchemeReason.KEY_TWICE, (1, "key"), "sales"),)


def test_one_key_in_two_variants_is_the_same_kind_of_item() -> None:
    ops = variant("ops", departments=["Ops"], add={"d0": [rating("reach")]})
    assert form(variant(add={"d0": [rating("reach")]}), ops).as_variant("ops").item("reach")
    assert broken(variant(add={"d0": [WORDS | {"key": "reach"}]}), ops) == [
        ("variants.1.add.d0.0.kind", SchemeReason.OTHER_KIND, "text")
    ]
