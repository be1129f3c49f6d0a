"""Closing: scores come in steps that can be interrupted, done twice at once, and overtaken by news, without a trace."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sized
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from structlog.testing import capture_logs

from appraisal.approval import ApprovalState
from appraisal.cycle import Cycle, Participant, State
from appraisal.errors import AppraisalError, Code
from appraisal.review import Figure
from appraisal.scheme import Source
from appraisal.scoring.card import ScoreCard
from services import approvals, closing, finishing
from services.deps import Deps
from services.finishing import finish_scoring, finish_scorings
from services.people import save_people
from services.scoring import recompute
from services.settling import rescore_waiting
from storage import approvals as decisions
from storage import cycles, people, scores
from storage.engine import Database, Tx
from storage.tables import score_cards, scorings
from tests.crowd import CYCLE, SIZE, crowd, cycle
from tests.world import Q3, World, add_figures


class Cut(Exception):
    """The process is gone."""


@pytest.fixture
async def crowded(database: Database) -> World:
    world = World(database)
    await crowd(world)
    return world


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finishing, "AT_ONCE", 5)


async def stored(world: World) -> dict[str, tuple[str, ...]]:
    """Every card as it lies in the database, with what it was made of, and the basis of all."""
    async with world.deps.read() as tx:
        columns = [
            sa.type_coerce(score_cards.c[name], sa.Text) for name in ("person_id", "card", "evidence", "written")
        ]
        rows = {row[0]: tuple(row[1:]) for row in await tx.execute(sa.select(*columns))}
        rows["basis"] = (str(await tx.scalar(sa.select(sa.type_coerce(scorings.c.basis, sa.Text)))),)
    return rows


async def close(world: World) -> None:
    await closing.close_cycle(world.deps, await world.who("hana"), CYCLE)


async def close_and_be_cut(world: World, monkeypatch: pytest.MonkeyPatch, step: str, times: int) -> None:
    """The process is gone after it has done `step` so often."""
    original, left = getattr(scores, step), [times]

    async def until_cut(*args: object, **kwargs: object) -> object:
        if not left[0]:
            raise Cut
        left[0] -= 1
        return await original(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(scores, step, until_cut)
        with pytest.raises(Cut):
            await close(world)


@pytest.mark.parametrize(
    ("step", "times"),
    [("set_basis", 0), ("complete_basis", 0), ("save", 0), ("save", 3), ("forget_leavers", 0), ("finish", 0)],
)
async def test_what_is_cut_off_anywhere_goes_on_and_comes_to_the_same_bytes(
    step: str, times: int, crowded: World, monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    hana = await crowded.who("hana")
    await close_and_be_cut(crowded, monkeypatch, step, times)
    async with crowded.deps.read() as tx:
        assert await decisions.of_cycle(tx, CYCLE) == []
        assert len(await scores.people_scored(tx, CYCLE)) == (
            SIZE + 1 if step in ("forget_leavers", "finish") else 5 * times
        )
    assert await crowded.outgoing("approval-card") == []
    for refused in (closing.closable(crowded.deps, hana), closing.close_cycle(crowded.deps, hana, CYCLE)):
        with pytest.raises(AppraisalError) as error:
            await refused
        assert error.value.code is Code.SCORING_UNDER_WAY
    with pytest.raises(AppraisalError):
        await approvals.approve(crowded.deps, await crowded.who("max"), CYCLE, "p01")
    assert await finish_scorings(crowded.deps) == 1
    assert await finish_scorings(crowded.deps) == 0
    async with crowded.deps.read() as tx:
        assert len(await decisions.of_cycle(tx, CYCLE)) == SIZE + 1
    assert len(await crowded.outgoing("approval-card")) == SIZE + 1
    straight = World(Database.open(sqlite_url)) if crowded.database.dialect != "sqlite" else None
    if straight:  # the other database comes to the same bytes too
        await crowd(straight)
        await close(straight)
        assert {p: row[0] for p, row in (await stored(straight)).items()} == {
            p: row[0] for p, row in (await stored(crowded)).items()
        }
        await straight.database.dispose()


async def begun_and_broken(world: World, cycle_id: str) -> None:
    """An older cycle whose scoring cannot go on: what its scores rest on is not readable any more."""
    older = world.now - timedelta(days=1)
    async with world.deps.begin() as tx:
        await cycles.add(tx, cycle(id=cycle_id, name=cycle_id, state=State.APPROVING))
        await cycles.add_participants(tx, [Participant(cycle_id, "p00", "Support", "max")])
        await scores.begin(tx, cycle_id, older)
        await tx.execute(sa.text("UPDATE scorings SET basis = '{' WHERE cycle_id = :id"), {"id": cycle_id})


async def test_a_cycle_that_cannot_be_scored_keeps_no_younger_one_waiting(
    crowded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await close_and_be_cut(crowded, monkeypatch, "save", 3)
    await begun_and_broken(crowded, "older")
    await begun_and_broken(crowded, "oldest")
    with capture_logs() as logs, pytest.raises(ExceptionGroup) as failed:
        await finish_scorings(crowded.deps)
    assert [type(error) for error in failed.value.exceptions] == [ValidationError, ValidationError]
    assert sorted(log["id"] for log in logs if log["event"] == "scoring-failed") == ["older", "oldest"]
    async with crowded.deps.read() as tx:
        assert await scores.unfinished(tx) != []
        assert len(await decisions.of_cycle(tx, CYCLE)) == SIZE + 1
    assert crowded.deps.being_scored == set()


async def test_two_bots_at_once_score_everybody_once(crowded: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await close_and_be_cut(crowded, monkeypatch, "set_basis", 0)
    other = Deps(crowded.database, crowded.deps.now, crowded.deps.hr_admins)
    ended = await asyncio.gather(finish_scoring(crowded.deps, CYCLE), finish_scoring(other, CYCLE))
    assert sum(ended) == 1
    assert len(await crowded.outgoing("approval-card")) == SIZE + 1
    async with crowded.deps.read() as tx:
        assert len(await scores.people_scored(tx, CYCLE)) == SIZE + 1
        assert {a.state for a in await decisions.of_cycle(tx, CYCLE)} == {ApprovalState.PENDING}


async def test_one_process_does_not_score_a_cycle_twice_at_the_same_time(crowded: World) -> None:
    ended = await asyncio.gather(close(crowded), finish_scorings(crowded.deps))
    assert ended[1] == 0
    assert crowded.deps.being_scored == set()


@pytest.mark.parametrize("formula", [1, 2])
async def test_every_card_is_made_again_from_what_was_kept_to_the_last_bit(formula: int, database: Database) -> None:
    world = World(database)
    own = await crowd(world, formula=formula)
    await add_figures(
        world.deps, "kpi", Figure("p01", "goal_completion", 100, 93.7), Figure("p02", "goal_completion", 80, 93.7)
    )
    await close(world)
    before = await stored(world)
    async with world.deps.begin() as tx:
        for person_id in await scores.people_scored(tx, own.id):
            kept = await scores.scored(tx, own.id, person_id)
            assert kept is not None
            assert kept.card.formula == formula
            again = await recompute(tx, await cycles.get(tx, own.id) or own, person_id)
            assert again == kept.card
            await scores.save(tx, [replace(kept, card=again)])
    assert await stored(world) == before


async def test_figures_that_come_while_scores_are_made_are_in_them(
    crowded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def news(tx: Tx) -> None:
        await rescore_waiting(tx, *Q3, ["p00", "p23"], crowded.now)

    await _with_news(
        crowded,
        monkeypatch,
        Figure("p00", "goal_completion", 100, 90),
        Figure("p23", "goal_completion", 100, 80),
        news=news,
    )
    async with crowded.deps.read() as tx:
        for key, actual in (("p00", 90), ("p23", 80)):
            card = await scores.get(tx, CYCLE, key)
            assert card is not None
            assert [m.actual for m in card.metrics] == [actual]


async def _with_news(world: World, monkeypatch: pytest.MonkeyPatch, *figures: Figure, news: object) -> None:
    """Close; between reading and saving the first cards something happens, and is committed."""
    original, happened = finishing.composed, []

    async def composed(*args: object) -> object:
        made = await original(*args)  # type: ignore[arg-type]
        if not happened:
            happened.append(True)
            if figures:
                await add_figures(world.deps, "late", *figures)
            async with world.deps.begin() as tx:
                await news(tx)  # type: ignore[operator]
        return made

    monkeypatch.setattr(finishing, "composed", composed)
    await close(world)
    assert happened


@pytest.mark.parametrize("step", ["gathering", "first card", "resumed"])
async def test_what_changed_while_scores_are_made_costs_the_step_under_way_and_no_more(
    step: str, crowded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    news_in, saved = {"gathering": ("gather", 0), "first card": ("composed", 0), "resumed": ("composed", 2)}[step]
    if saved:
        await close_and_be_cut(crowded, monkeypatch, "save", saved)
    original, made = getattr(finishing, news_in), list[int]()

    async def with_news(tx: Tx, own: Cycle, people: Sized, *args: Any, **kwargs: Any) -> object:
        found = await original(tx, own, people, *args, **kwargs)
        made.append(len(people))
        if len(made) == 1:
            await add_figures(crowded.deps, "late", Figure("p23", "goal_completion", 100, 90))
            async with crowded.deps.begin() as other:
                await rescore_waiting(other, *Q3, ["p23"], crowded.now)
        return found

    monkeypatch.setattr(finishing, news_in, with_news)
    await (finish_scorings(crowded.deps) if saved else close(crowded))
    assert sum(made) == SIZE + 1 - 5 * saved + 5
    async with crowded.deps.read() as tx:
        card = await scores.get(tx, CYCLE, "p23")
    assert card is not None
    assert [m.actual for m in card.metrics] == [90]


async def test_who_leaves_while_scores_are_made_has_none_and_holds_nothing_up(
    crowded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def news(tx: Tx) -> None:
        directory = await people.all_people(tx)
        await save_people(tx, crowded.deps, [replace(directory["p03"], active=False)], directory, crowded.now)

    await _with_news(crowded, monkeypatch, news=news)
    async with crowded.deps.read() as tx:
        assert await scores.get(tx, CYCLE, "p03") is None
        assert await decisions.get(tx, CYCLE, "p03") is None
        assert len(await decisions.of_cycle(tx, CYCLE)) == SIZE


async def test_whoever_becomes_approver_while_scores_are_made_gets_a_card_that_hides_what_they_know(
    crowded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def news(tx: Tx) -> None:  # p01 is one of the five peers who rated p00
        directory = await people.all_people(tx)
        await save_people(tx, crowded.deps, [replace(directory["p00"], manager_id="p01")], directory, crowded.now)

    await _with_news(crowded, monkeypatch, news=news)
    async with crowded.deps.read() as tx:
        of_p00 = await scores.scored(tx, CYCLE, "p00")
        assert of_p00 is not None
        assert of_p00.evidence.insiders == {Source.PEER}
        decision = await decisions.get(tx, CYCLE, "p00")
        assert decision is not None
        assert decision.approver_id == "p01"
        of_p05 = await scores.scored(tx, CYCLE, "p05")
        assert of_p05 is not None
        assert of_p05.evidence.insiders == frozenset()


async def test_an_approver_who_answered_in_a_group_of_just_enough_does_not_see_it(database: Database) -> None:
    world = World(database)
    own = await crowd(world, threshold=5)
    async with world.deps.begin() as tx:
        directory = await people.all_people(tx)
        await save_people(tx, world.deps, [replace(directory["p00"], manager_id="p01")], directory, world.now)
    await close(world)
    async with world.deps.read() as tx:
        shown, hidden = await scores.get(tx, own.id, "p10"), await scores.get(tx, own.id, "p00")
    assert shown
    assert hidden
    assert any(p.source is Source.PEER and p.score is not None for i in shown.items() for p in i.parts)
    assert not any(p.source is Source.PEER and p.score is not None for i in hidden.items() for p in i.parts)


async def test_a_cycle_in_which_nobody_is_left_is_scored_at_once(crowded: World) -> None:
    async with crowded.deps.begin() as tx:
        directory = await people.all_people(tx)
        gone = [replace(p, active=False) for p in directory if p.id != "hana"]
        await save_people(tx, crowded.deps, gone, directory, crowded.now)
    await close(crowded)
    async with crowded.deps.read() as tx:
        scoring = await scores.scoring(tx, CYCLE)
        found = await cycles.get(tx, CYCLE)
    assert scoring
    assert scoring.done_at
    assert found
    assert found.state is State.APPROVING


async def test_the_usual_gap_is_that_of_the_differences_on_the_cards(crowded: World) -> None:
    await close(crowded)
    async with crowded.deps.read() as tx:
        basis = await scores.basis(tx, CYCLE)
        cards = await scores.cards_of(tx, CYCLE)
        own = await cycles.get(tx, CYCLE)
    assert own
    gap = next(g for g in basis.gaps if g.item == "professional_skill")
    assert gap.people == SIZE + 1
    found = list(_differences(cards))
    assert gap.mean == pytest.approx(sum(found) / len(found))


def _differences(cards: list[ScoreCard]) -> Iterator[float]:
    """Of "professional_skill", where manager and peers weigh 50 and 30 in the quarterly form."""
    for card in cards:
        item = next(i for i in card.items() if i.item == "professional_skill")
        scored = {p.source: p.score for p in item.parts if p.score is not None}
        weights = {Source.MANAGER: 50, Source.PEER: 30}
        theirs = sum(w * scored[s] for s, w in weights.items()) / 80
        yield scored[Source.SELF] - theirs


async def test_nothing_that_a_basis_says_comes_from_groups_that_are_hidden(database: Database) -> None:
    world = World(database)
    await crowd(world, threshold=6)  # of five peers nobody sees anything
    await close(world)
    async with world.deps.read() as tx:
        basis = await scores.basis(tx, CYCLE)
    assert basis.spread(Source.PEER).people == 0
    assert next(s for s in basis.spreads if s.source is Source.PEER) == basis.spread(Source.PEER)
