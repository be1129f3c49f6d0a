"""Two worlds that differ in one answer that no card shows look the same to everybody, wherever they look."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from appraisal.figures import CycleFigures
from appraisal.review import Answer, Task
from appraisal.scheme import Relation, Source
from appraisal.scoring.basis import Basis
from appraisal.scoring.card import ScoreCard
from appraisal.scoring.explanation import Explanation
from services import closing
from services.explaining import why
from services.figures import figures
from services.people import save_people
from storage import people, scores
from storage.engine import Database
from tests.crowd import CYCLE, crowd, staff
from tests.world import World

ALONE, THIN, DECIDED = "p03", "p05", "p07"
"""Two of ALONE's peers answered; two of THIN's could rate teamwork; one of DECIDED's three decides on the score."""
INSIDER = "p08"
PEERS = {ALONE: ("p04", "p05"), DECIDED: ("p08", "p09", "p12")}


@dataclass(frozen=True)
class Seen:
    """All that anybody sees, or that stands behind it."""

    cards: dict[str, bytes]
    basis: Basis
    severities: dict[str, float]
    explained: list[bytes]
    figures: CycleFigures


def as_it_was(task: Task, answers: list[Answer]) -> list[Answer] | None:
    """With too few reviews of ALONE and DECIDED, and too few answers about THIN."""
    if task.relation is not Relation.PEER:
        return answers
    if task.reviewer_id not in PEERS.get(task.reviewee_id, (task.reviewer_id,)):
        return None
    if task.reviewee_id == THIN and task.reviewer_id not in ("p06", "p07"):
        return [a if a.item != "teamwork" else Answer(a.item, cant_say=True) for a in answers]
    return answers


def otherwise(reviewee: str, reviewer: str, items: str = "") -> Callable[[Task, list[Answer]], list[Answer] | None]:
    """The same, but that one reviewer gave one reviewee the opposite, on `items` or on everything."""

    def change(task: Task, answers: list[Answer]) -> list[Answer] | None:
        found = as_it_was(task, answers)
        if found is None or (task.reviewee_id, task.reviewer_id) != (reviewee, reviewer):
            return found
        return [replace(a, number=1.0 if (a.number or 0) > 2 else 5.0) if items in a.item else a for a in found]

    return change


async def _seen(url: str, change: Callable[[Task, list[Answer]], list[Answer] | None]) -> Seen:
    database = Database.open(url)
    try:
        world = World(database)
        await crowd(world, change=change)
        deps, hana = world.deps, await world.who("hana")
        async with deps.begin() as tx:
            before = await people.all_people(tx)
            await save_people(tx, deps, [replace(before[DECIDED], manager_id=INSIDER)], before, world.now)
        await closing.close_cycle(deps, hana, CYCLE)
        explained = [(await why(deps, None, CYCLE, p.id)).explanation for p in staff()[1:]]
        async with deps.read() as tx:
            cards = {c.person_id: TypeAdapter(ScoreCard).dump_json(c) for c in await scores.cards_of(tx, CYCLE)}
            severities = await scores.severities_of(tx, CYCLE, [p.id for p in staff()])
            basis = await scores.basis(tx, CYCLE)
        as_json = TypeAdapter(Explanation).dump_json
        looked = await figures(deps, hana, CYCLE)
        return Seen(cards, basis, severities, [as_json(e) for e in explained], looked)
    finally:
        await database.dispose()


def seen(template: Path, folder: Path, change: Callable[[Task, list[Answer]], list[Answer] | None]) -> Seen:
    number = len(list(folder.iterdir()))
    return asyncio.run(_seen(f"sqlite:///{shutil.copy(template, folder / f'{number}.db')}", change))


@pytest.fixture(scope="module")
def first(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return seen(sqlite_template, tmp_path_factory.mktemp("first"), as_it_was)


@pytest.mark.parametrize(
    ("reviewee", "reviewer", "items"),
    [
        (ALONE, "p04", ""),
        (ALONE, "p05", "teamwork"),
        (THIN, "p06", "teamwork"),
        (DECIDED, INSIDER, ""),
        (DECIDED, "p09", ""),
    ],
)
def test_an_answer_that_no_card_shows_leaves_no_trace(
    reviewee: str, reviewer: str, items: str, first: Seen, sqlite_template: Path, tmp_path: Path
) -> None:
    assert seen(sqlite_template, tmp_path, otherwise(reviewee, reviewer, items)) == first


def test_what_is_shown_does(first: Seen, sqlite_template: Path, tmp_path: Path) -> None:
    """Else the worlds could not be told apart by anything; and strict reviewers are evened out in them."""
    assert first.basis.evened
    assert first.basis.evened.applied
    assert sum(b'"corrected":true' in card for card in first.cards.values()) > 20
    second = seen(sqlite_template, tmp_path, otherwise("p10", "p11"))
    assert second.severities != first.severities
    assert second.basis != first.basis
    assert sum(second.cards[p] != card for p, card in first.cards.items()) > 1


def test_the_hidden_answers_are_hidden(first: Seen) -> None:
    as_card = TypeAdapter(ScoreCard).validate_json
    for person, items in ((ALONE, None), (DECIDED, None), (THIN, {"teamwork"})):
        for item in as_card(first.cards[person]).items():
            part = item.part(Source.PEER)
            assert part is None or (part.score is None) == (items is None or item.item in items)
