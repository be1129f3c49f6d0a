"""Strict and lenient reviewers in a whole cycle: evened out by just so much as was estimated, or not and why."""

from __future__ import annotations

from math import fsum

import pytest

from appraisal.cycle import Cycle
from appraisal.scheme import Source
from appraisal.scoring.basis import Evened, Uncorrected
from appraisal.scoring.card import ScoreCard
from appraisal.scoring.evidence import evened
from services import closing
from storage import reviews, scores
from storage.engine import Database
from tests.crowd import CYCLE, PEERS, SIZE, crowd
from tests.world import World


async def scored(world: World) -> tuple[dict[str, ScoreCard], Evened]:
    await closing.close_cycle(world.deps, await world.who("hana"), CYCLE)
    async with world.deps.read() as tx:
        basis = await scores.basis(tx, CYCLE)
        cards = {c.person_id: c for c in await scores.cards_of(tx, CYCLE)}
    assert basis.evened
    return cards, basis.evened


async def severities(world: World) -> dict[str, float]:
    async with world.deps.read() as tx:
        return await scores.severities_of(tx, CYCLE, ["hana", "max", *(f"p{n:02}" for n in range(SIZE))])


async def test_every_group_moves_by_the_mean_severity_of_those_who_answered(database: Database) -> None:
    world = World(database)
    await crowd(world)
    cards, found = await scored(world)
    points = await severities(world)
    assert found.applied
    assert found.reason is None
    assert found.reviewers == len(points) == SIZE + 2
    assert max(points.values()) > 5
    async with world.deps.read() as tx:
        written = await reviews.of_cycle(tx, CYCLE)
        for person_id, card in cards.items():
            kept = await scores.scored(tx, CYCLE, person_id)
            assert kept
            assert card.corrected
            for stats in kept.evidence.stats:
                wrote = [
                    t.reviewer_id for t in written if (t.reviewee_id, t.relation.value) == (person_id, stats.source)
                ]
                mean = fsum(points.get(r, 0.0) for r in wrote) / len(wrote)
                assert stats.shift == pytest.approx(0.0 if stats.source is Source.SELF else mean, abs=1e-6)
                part = next(
                    p for i in card.items() if i.item == stats.item for p in i.parts if p.source is stats.source
                )
                raw = 25 * (stats.mean - 1)
                is_group = stats.source is Source.PEER
                assert part.score == pytest.approx(evened(raw, stats.shift) if is_group else raw)
                assert part.mean == (None if is_group else stats.mean)


async def test_totals_move_by_what_their_parts_move(database: Database) -> None:
    world = World(database)
    own = await crowd(world)
    cards, _ = await scored(world)
    points = await severities(world)
    async with world.deps.read() as tx:
        kept = await scores.scored(tx, CYCLE, "p07")
    assert kept
    counted = {
        (s.item, s.source): evened(raw, s.shift) if s.source is Source.PEER else raw
        for s in kept.evidence.stats
        for raw in [25 * (s.mean - 1)]
    }
    whole = fsum(
        d.share * i.share * p.share * counted[i.item, p.source]
        for d in cards["p07"].dimensions
        for i in d.items
        for p in i.parts
        if p.share
    )
    assert cards["p07"].total == pytest.approx(whole)
    assert own.correct_severity
    assert points["max"] != 0


async def _unmoved(world: World, own: Cycle) -> Evened:
    cards, known = await scored(world)
    assert not known.applied
    assert await severities(world) == {}
    for card in cards.values():
        assert not card.corrected
    assert own.id == CYCLE
    return known


async def test_severity_is_known_but_not_applied_where_hr_did_not_ask_for_it(database: Database) -> None:
    world = World(database)
    known = await _unmoved(world, await crowd(world, correct_severity=False))
    assert known.reason is None
    assert known.reviewers == SIZE + 2
    assert known.parts == (SIZE + 2,)
    assert known.sd
    assert known.share_of_reviewer
    assert known.share_of_reviewer > 0.3


async def test_a_cycle_with_the_old_formula_is_not_evened_out(database: Database) -> None:
    world = World(database)
    known = await _unmoved(world, await crowd(world, formula=1))
    assert known.reason is None


async def test_nothing_is_applied_where_reviewers_do_not_differ_and_the_reason_is_kept(database: Database) -> None:
    world = World(database)
    known = await _unmoved(world, await crowd(world, severity=0.0))
    assert known.reason is Uncorrected.NO_DIFFERENCE


async def test_nothing_is_applied_with_too_few_reviewers_and_the_reason_is_kept(database: Database) -> None:
    world = await World(database).settle()
    cycle_id = await world.launched(correct_severity=True)
    await world.everyone_writes()
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    async with world.deps.read() as tx:
        basis = await scores.basis(tx, cycle_id)
        assert await scores.severities_of(tx, cycle_id, ["max", "rosa", "ann"]) == {}
    assert basis.evened
    assert basis.evened.reason is Uncorrected.FEW_REVIEWERS
    assert not basis.evened.applied


async def test_errors_come_from_the_companys_own_answers_where_there_are_enough(database: Database) -> None:
    world = World(database)
    await crowd(world)
    await scored(world)
    async with world.deps.read() as tx:
        basis = await scores.basis(tx, CYCLE)
    assert basis.spread(Source.PEER).people == SIZE + 1
    assert basis.spread(Source.PEER).error_sd > 5
    assert basis.spread(Source.PEER).item_sd > 5  # a single rating is further off than a whole review
    assert basis.se(Source.PEER, PEERS) > basis.spread(Source.PEER).error_sd / PEERS**0.5
    assert basis.spread(Source.MANAGER).people == 0  # one manager each says nothing about how two would differ
