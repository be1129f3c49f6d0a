"""Two worlds that differ in one answer that no card shows look the same to everybody, wherever they look."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

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
from storage.engine import Database, Tx
from tests.crowd import CYCLE, crowd, staff
from tests.world import World

ALONE, THIN, DECIDED, LEAVER, MOVED = "p03", "p05", "p07", "p10", "p13"
"""Two of ALONE's peers answered; two of THIN's could rate teamwork; one of DECIDED's three decides on the score."""
INSIDER, NEW = "p08", "p14"
"""LEAVER leaves before the cycle is closed; NEW, one of MOVED's three peers, gets to decide while it is scored."""
PEERS = {ALONE: ("p04", "p05"), DECIDED: ("p08", "p09", "p12"), MOVED: ("p14", "p15", "p18")}


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


async def save(world: World, person_id: str, *, tx: Tx | None = None, **changes: Any) -> None:
    async with nullcontext(tx) if tx else world.deps.begin() as tx:
        before = await people.all_people(tx)
        await save_people(tx, world.deps, [replace(before[person_id], **changes)], before, world.now)


async def _seen(url: str, change: Callable[[Task, list[Answer]], list[Answer] | None]) -> Seen:
    database = Database.open(url)
    try:
        world = World(database)
        await crowd(world, change=change)
        deps, hana = world.deps, await world.who("hana")
        await save(world, DECIDED, manager_id=INSIDER)
        await save(world, LEAVER, active=False)
        with pytest.MonkeyPatch.context() as patch:
            moving = scores.complete_basis

            async def completed(*of: Any) -> None:
                """Once the basis is laid, somebody moves; then it is laid again."""
                patch.setattr(scores, "complete_basis", moving)
                await save(world, MOVED, tx=of[0], manager_id=NEW)

            patch.setattr(scores, "complete_basis", completed)
            await closing.close_cycle(deps, hana, CYCLE)
        told = [p.id for p in staff()[1:] if p.id != LEAVER]
        explained = [(await why(deps, None, CYCLE, person_id)).explanation for person_id in told]
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
        (LEAVER, "p11", ""),
        (MOVED, NEW, ""),
        (MOVED, "p15", ""),
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
    assert sum(b'"corrected":true' in card for card in first.cards.values()) > 18
    assert LEAVER not in first.cards
    second = seen(sqlite_template, tmp_path, otherwise("p11", "p12"))
    assert second.severities != first.severities
    assert second.basis != first.basis
    assert sum(second.cards[p] != card for p, card in first.cards.items()) > 1


def test_the_hidden_answers_are_hidden(first: Seen) -> None:
    as_card = TypeAdapter(ScoreCard).validate_json
    for person, items in ((ALONE, None), (DECIDED, None), (MOVED, None), (THIN, {"teamwork"})):
        for item in as_card(first.cards[person]).items():
            part = item.part(Source.PEER)
            assert part is None or (part.score is None) == (items is None or item.item in items)
