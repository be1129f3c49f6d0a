"""The last look before a result goes out."""

from __future__ import annotations

from appraisal.scheme import Relation, Source
from appraisal.scoring.protection import Answered
from services import approvals, results
from storage import audit, scores
from tests.world import MONDAY, World

RELATIONS = (Relation.SELF, Relation.MANAGER, Relation.REPORT)


async def approved(world: World, *seen: tuple[str, ...]) -> str:
    """Max's result, approved. Beside it figures of these reports were seen; the last is what the card is made of."""
    cycle_id = await world.collected(relations=RELATIONS)
    await world.approved("rosa", "max", cycle_id)
    async with world.deps.begin() as tx:
        scored = await scores.scored(tx, cycle_id, "max")
        assert scored is not None
        items = [i.item for i in scored.card.items() if (p := i.part(Source.REPORT)) and p.score is not None]
        for who in seen:
            sent = (MONDAY,) * len(who)
            shown = [Answered(i, Source.REPORT, who, sent, shown=Source.REPORT) for i in items]
            await scores.note_disclosed(tx, cycle_id, "max", world.now, shown)
    return cycle_id


async def released(world: World, cycle_id: str) -> tuple[set[Source], set[Source]]:
    """The groups whose ratings, and whose comments, the employee gets."""
    await approvals.release(world.deps, await world.who("rosa"), cycle_id, "max")
    result = await results.own_result(world.deps, await world.who("max"), cycle_id)
    shown = {p.source for i in result.score.items() for p in i.parts if p.score is not None}
    return shown, {c.source for c in result.comments.comments}


async def held_back(world: World) -> list[object]:
    async with world.deps.read() as tx:
        return [e.detail["groups"] for e in await audit.recent(tx, 50) if e.verb == "hold-back"]


async def test_a_group_goes_out_where_nothing_else_was_seen(world: World) -> None:
    cycle_id = await approved(world, ("ann", "bo", "cai", "dee"))
    ratings, comments = await released(world, cycle_id)
    assert Source.REPORT in ratings & comments
    assert await held_back(world) == []


async def test_a_group_that_would_give_one_away_beside_what_was_seen_stays_in(world: World) -> None:
    cycle_id = await approved(world, ("ann", "bo", "cai"), ("ann", "bo", "cai", "dee"))
    ratings, comments = await released(world, cycle_id)
    assert ratings
    assert Source.REPORT not in ratings | comments
    assert await held_back(world) == [["report"]]


async def test_a_card_that_is_not_made_of_what_is_known_stays_in(world: World) -> None:
    cycle_id = await approved(world, ("ann", "bo", "cai"))  # the card says four
    ratings, _ = await released(world, cycle_id)
    assert Source.REPORT not in ratings
    assert await held_back(world) == [["report"]]
