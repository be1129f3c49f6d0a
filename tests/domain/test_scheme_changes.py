"""What a new version of a scheme changes, as HR is told before saving it."""

from __future__ import annotations

from typing import Any

from appraisal.scheme import Scheme
from appraisal.scheme_changes import Changes, changes

from .cast import rating, scheme, text


def form(*items: dict[str, Any], weight: float = 1, **fields: Any) -> Scheme:
    return scheme((weight, list(items)), (1, [rating("care")]), **fields)


def own(key: str, drop: str) -> dict[str, Any]:
    return {"key": key, "name": text(key), "departments": [key], "drop": [drop]}


OLD = form(rating("skill"), rating("speed"), variants=[own("sales", "speed"), own("ops", "speed")])


def test_another_version_alone_changes_nothing() -> None:
    assert changes(OLD, OLD.model_copy(update={"version": 2})) == Changes()


def test_items_are_added_left_out_and_changed() -> None:
    new = form(rating("skill", weight=2), rating("tact"), variants=())
    told = changes(OLD, new)
    assert [i.key for i in told.added] == ["tact"]
    assert [i.key for i in told.dropped] == ["speed"]
    assert [(i.key, getattr(i, "weight", None)) for i in told.changed] == [("skill", 2)]
    assert told.fields == ()


def test_variants_are_told_one_by_one() -> None:
    new = form(rating("skill"), rating("speed"), variants=[own("ops", "skill"), own("desk", "speed")])
    told = changes(OLD, new)
    assert [v.key for v in told.variants_added] == ["desk"]
    assert [v.key for v in told.variants_dropped] == ["sales"]
    assert [v.key for v in told.variants_changed] == ["ops"]


def test_other_parts_are_told_by_their_names() -> None:
    new = form(rating("skill"), rating("speed"), weight=3, variants=OLD.model_dump()["variants"], action_required=False)
    assert changes(OLD, new) == Changes(fields=("dimensions", "action_required"))


def test_another_order_of_the_same_items_is_a_change_of_the_dimension() -> None:
    new = form(rating("speed"), rating("skill"), variants=OLD.model_dump()["variants"])
    assert changes(OLD, new) == Changes(fields=("dimensions",))
