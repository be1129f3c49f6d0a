"""An old version of the formula stays executable: what it gave it gives today."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from appraisal.cycle import FORMULA
from appraisal.review import Figure
from appraisal.scheme import Source
from appraisal.scoring.basis import Basis
from appraisal.scoring.card import Gap, ItemStats, ScoreCard
from appraisal.scoring.composite import score
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.formulas import FORMULAS

from .cast import cycle, metric, rating, scheme

DATA = Path(__file__).parents[1] / "data"
FIRST, SECOND = (json.loads((DATA / f"formula_{n}.json").read_text(encoding="utf-8")) for n in (1, 2))
SHARES = {"metric": 80, "manager": 20}
FORM = scheme(
    (
        50,
        [
            metric("goal_completion", weight=40, weights=SHARES),
            metric("business_volume", weight=30, weights=SHARES),
            metric("customer_satisfaction", weight=30, weights=SHARES, cap=1.1),
        ],
    ),
    (30, [rating("professional_skill", weight=40), rating("teamwork", weight=35), rating("innovation", weight=25)]),
    (20, [rating("responsibility", weight=40), rating("initiative", weight=30), rating("discipline", weight=30)]),
)
EVIDENCE = Evidence(
    tuple(ItemStats("ann", s["item"], Source(s["source"]), s["n"], s["mean"]) for s in FIRST["stats"]),
    tuple(Figure("ann", import_id="i", row=2, **f) for f in FIRST["figures"]),
    sizes={Source.SELF: 1, Source.MANAGER: 1, Source.PEER: 4, Source.REPORT: 2},
)


def test_the_first_formula_gives_the_card_that_it_gave_when_it_was_new() -> None:
    expected = TypeAdapter(ScoreCard).validate_python(FIRST["card"])
    assert score(cycle(FORM, formula=1), "ann", EVIDENCE) == expected
    assert expected.total == 72.30130208333334


def test_the_second_formula_gives_the_card_that_it_gave_when_it_was_new() -> None:
    """With groups put together, evened out, errors of the company's own, and a blind spot."""
    expected = TypeAdapter(ScoreCard).validate_python(SECOND["card"])
    evidence = TypeAdapter(Evidence).validate_python(SECOND["evidence"])
    basis = TypeAdapter(Basis).validate_python(SECOND["basis"])
    assert score(cycle(FORM, formula=2), "ann", evidence, basis) == expected
    assert (expected.corrected, expected.merged) == (True, (Source.PEER, Source.REPORT))
    assert {i.gap for i in expected.items()} == {None, Gap.NONE, Gap.BLIND_SPOT, Gap.HIDDEN_STRENGTH}


def test_a_new_cycle_gets_the_newest_formula() -> None:
    assert max(FORMULAS) == FORMULA
    assert [f.version for f in FORMULAS.values()] == list(FORMULAS)


def test_the_second_formula_counts_small_groups_together_and_states_its_error() -> None:
    first, second = (score(cycle(FORM, formula=n), "ann", EVIDENCE) for n in (1, 2))
    assert (first.merged, first.se, first.interval) == ((), None, None)
    assert second.merged == (Source.PEER, Source.REPORT)
    assert second.total is not None
    assert second.interval is not None
    low, high = second.interval
    assert 0 < low < second.total < high < 100


def test_a_version_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        score(replace(cycle(FORM), formula=99), "ann", EVIDENCE)
