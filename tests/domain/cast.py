"""People, a scheme and a cycle for the tests of the domain. Everything is plain data; nothing is shared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from appraisal.cycle import Cycle, State
from appraisal.people import Person
from appraisal.scheme import Relation, Scheme

EVERYBODY = (Relation.SELF, Relation.MANAGER, Relation.PEER, Relation.REPORT)


def person(name: str, **fields: Any) -> Person:
    """A person with the id and e-mail that the name suggests, in Slack."""
    key = name.lower().replace(" ", ".")
    plain = Person(id=f"id-{key}", name=name, email=f"{key}@example.com", slack_id=f"U{key.upper()}")
    return replace(plain, **fields)


def text(words: str) -> dict[str, str]:
    return {"en": words, "zh": words}


def rating(key: str, **fields: Any) -> dict[str, Any]:
    """A rating of 1 to 5."""
    anchors = [{"point": p, "label": text(str(p)), "behaviour": text(str(p))} for p in range(1, 6)]
    return {
        "kind": "rating",
        "key": key,
        "name": text(key),
        "question": text(key),
        "weight": 1,
        "anchors": anchors,
    } | fields


def metric(key: str, **fields: Any) -> dict[str, Any]:
    return rating(key, kind="metric", unit="%") | fields


def goals(key: str, *names: str, **fields: Any) -> dict[str, Any]:
    """Goals called so, of the same weight; each level is named after its number."""
    levels = [text(f"level {level}") for level in range(-2, 3)]
    each = [{"key": name, "name": text(f"Goal {name}"), "levels": levels} for name in names]
    return {"kind": "goals", "key": key, "name": text(key), "weight": 1, "goals": each} | fields


def scheme(*dimensions: tuple[float, list[dict[str, Any]]], **fields: Any) -> Scheme:
    """A scheme of dimensions given as (weight, items): manager 50, peers 30, reports 20, metric 100, self 0."""
    plain = {
        "key": "plain",
        "version": 1,
        "name": text("plain"),
        "about": text("plain"),
        "dimensions": [
            {"key": f"d{n}", "name": text(f"d{n}"), "about": text(f"d{n}"), "weight": weight, "items": items}
            for n, (weight, items) in enumerate(dimensions)
        ],
        "weights": {"self": 0, "manager": 50, "peer": 30, "report": 20, "metric": 100},
        "disclosure": {"self": "named", "manager": "named", "peer": "anonymous", "report": "anonymous"},
        "bands": [
            {"key": "A", "least": 80, "name": text("A")},
            {"key": "B", "least": 60, "name": text("B")},
            {"key": "C", "least": 0, "name": text("C")},
        ],
    }
    return Scheme.model_validate(plain | fields)


def cycle(form: Scheme | None = None, **fields: Any) -> Cycle:
    """A cycle that collects until the end of Friday, 11 October 2024."""
    plain = Cycle(
        id="c1",
        name="Q3",
        scheme=form or scheme((1, [rating("skill")])),
        period_start=date(2024, 7, 1),
        period_end=date(2024, 9, 30),
        relations=EVERYBODY,
        peers_wanted=3,
        threshold=3,
        due_at=datetime(2024, 10, 11, 23, 59, 59, tzinfo=UTC),
        owner_id="id-hr",
        state=State.COLLECTING,
    )
    return replace(plain, **fields)
