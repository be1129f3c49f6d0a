"""HR's figures of a cycle."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from appraisal.approval import Approval, ApprovalState
from appraisal.cycle import Cycle, Participant, State
from appraisal.errors import Code
from appraisal.figures import CycleFigures
from appraisal.people import Person
from appraisal.review import Answer, Task, TaskState
from appraisal.scheme import Relation, Source
from appraisal.scheme_text import parse_scheme
from appraisal.scoring.agreement import icc_one_way
from appraisal.scoring.basis import Evened
from services import approvals, figures
from services.figures import figures_of_people, with_figures
from services.measuring import measure, measured
from services.scoring import composed, gather
from storage import approvals as approval_store
from storage import audit, cycles, people, reviews, scores
from storage.tables import answers, tasks
from storage.tables import approvals as approvals_table
from tests.services.test_cycles import refused
from tests.world import MONDAY, World


async def look(world: World, cycle_id: str, key: str = "hana") -> CycleFigures:
    return await figures.figures(world.deps, await world.who(key), cycle_id)


async def test_figures_are_for_hr_and_for_cycles_with_scores_and_looking_is_noted(world: World) -> None:
    cycle_id = await world.launched()
    hana = await world.who("hana")
    await refused(Code.NOT_SCORED, with_figures(world.deps, hana))
    await refused(Code.NOT_SCORED, figures.figures(world.deps, hana, cycle_id))
    await refused(Code.NO_SUCH_CYCLE, figures.figures(world.deps, hana, "none"))
    await refused(Code.NOT_HR, with_figures(world.deps, await world.who("max")))
    await refused(Code.NOT_HR, figures.figures(world.deps, await world.who("max"), cycle_id))


async def test_a_small_department_sees_spread_and_bands_and_is_told_what_is_too_few(world: World) -> None:
    cycle_id = await world.collected()
    assert [c.id for c in await with_figures(world.deps, await world.who("hana"))] == [cycle_id]
    found = await look(world, cycle_id)
    async with world.deps.read() as tx:
        totals = {c.person_id: c.total or 0 for c in await scores.cards_of(tx, cycle_id)}
        (noted,) = [e for e in await audit.recent(tx, 5) if e.verb == "look-at-figures"]
    assert (noted.actor_id, noted.subject) == ("hana", cycle_id)
    assert (found.people, found.decided) == (6, 0)
    assert sum(b.people for b in found.bands) == 6
    assert found.spread is not None
    assert (found.spread.low, found.spread.high) == (min(totals.values()), max(totals.values()))
    assert [d.department for d in found.departments.rows] == ["Support"]
    assert [(w.people, w.dimensions, w.sources) for w in found.weights] == [(6, None, None)]
    assert all(r.single is None and r.from_research for r in found.measured.reliability)
    assert found.since is None
    assert found.leniency == ()


async def test_adjusted_totals_count(world: World) -> None:
    cycle_id = await world.collected()
    before = await look(world, cycle_id)
    await world.propose("max", "ann", cycle_id)
    card = await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")
    up = round(card.score.total or 0) + 9
    reason = "Carried the team through the outage in August."
    await approvals.approve(world.deps, await world.who("max"), cycle_id, "ann", adjusted=up, reason=reason)
    after = await look(world, cycle_id)
    assert after.decided == 1
    assert before.mean is not None
    assert after.mean is not None
    assert after.mean.mean - before.mean.mean == pytest.approx((up - (card.score.total or 0)) / 6)


async def test_hr_does_not_find_their_own_result_in_it_before_the_release(world: World) -> None:
    world.deps = replace(world.deps, hr_admins=frozenset({"UHANA", "UROSA", "UANN"}))
    cycle_id = await world.collected()
    mine, others = await look(world, cycle_id, "ann"), await look(world, cycle_id)
    assert (mine.people, mine.own_left_out) == (5, True)
    assert (others.people, others.own_left_out) == (6, False)
    await world.approved("max", "ann", cycle_id)
    assert (await look(world, cycle_id, "ann")).people == 5
    await approvals.release(world.deps, await world.who("max"), cycle_id, "ann")
    assert (await look(world, cycle_id, "ann")).people == 6


@pytest.mark.parametrize("reads_texts", [True, False])
async def test_what_people_wrote_about_is_among_them_unless_texts_are_not_read(world: World, reads_texts: bool) -> None:
    cycle_id = await world.collected(reads_texts=reads_texts)
    assert ((await look(world, cycle_id)).voices is not None) is reads_texts


async def test_a_straight_lining_manager_is_named(world: World) -> None:
    cycle_id = await world.collected()  # everybody in this world gives one point throughout
    found = await look(world, cycle_id)
    assert {f.name: (f.flag.reviews, f.flag.straight) for f in found.flags} == {"Max": (4, 4), "Rosa": (2, 2)}


# A larger company, written straight into the tables.

SCHEME = """
key: plain
version: 1
name: {en: Plain, zh: 简单}
about: {en: Plain, zh: 简单}
weights: {manager: 50, peer: 50, self: 0}
disclosure: {self: named, manager: named, peer: anonymous, report: anonymous}
bands:
  - {key: A, least: 60, name: {en: A, zh: A}}
  - {key: B, least: 0, name: {en: B, zh: B}}
annual: {weights: [1, 1], least: 1}
dimensions:
  - key: ability
    weight: 1
    name: {en: Ability, zh: 能力}
    about: {en: Ability, zh: 能力}
    items:
"""
ITEMS = [f"i{n}" for n in range(6)]


def scheme():
    text = SCHEME
    for key in ITEMS:
        text += f"      - key: {key}\n        kind: rating\n        weight: 1\n        name: {{en: {key}, zh: {key}}}\n"
        text += f"        question: {{en: {key}, zh: {key}}}\n        anchors:\n"
        for p in range(1, 6):
            text += f"          - {{point: {p}, label: {{en: L{p}, zh: L{p}}}, behaviour: {{en: B{p}, zh: B{p}}}}}\n"
    return parse_scheme(text)


async def company(world: World, *, people_count: int = 48, peers: int = 4, name: str = "Big", half: int = 1) -> Cycle:
    """Scored: everybody by one of four managers, who review nobody else, and by `peers` peers."""
    draw = random.Random(people_count + half)
    staff = [f"p{n:03}" for n in range(people_count)]
    bosses = [f"m{n}" for n in range(4)]
    span = (date(2026, 1, 1), date(2026, 6, 30)) if half == 1 else (date(2026, 7, 1), date(2026, 12, 31))
    cycle = Cycle(
        f"big{half}", name, scheme(), *span, tuple(Relation), 4, 3, MONDAY.replace(day=16), "hana", State.APPROVING
    )
    given: list[Task] = []
    for n, who in enumerate(staff):
        given.append(Task(f"{half}{who}m", cycle.id, who, bosses[n % 4], Relation.MANAGER, TaskState.SUBMITTED))
        for k in range(1, peers + 1):
            other = staff[(n + 7 * k) % people_count]
            given.append(Task(f"{half}{who}{k}", cycle.id, who, other, Relation.PEER, TaskState.SUBMITTED))
    level = {who: draw.gauss(3.4, 0.6) for who in staff}
    rows = []
    for task in given:
        lean = draw.gauss(0, 0.4)
        for item in ITEMS:
            point = min(5, max(1, round(level[task.reviewee_id] + lean + draw.gauss(0, 0.5))))
            rows.append({"task_id": task.id, **vars(Answer(item, number=float(point)))})
    async with world.deps.begin() as tx:
        if half == 1:
            persons = [Person(b, b.upper(), f"{b}@x", f"U{b.upper()}", department="Lead") for b in bosses]
            persons += [
                Person(
                    w,
                    w.upper(),
                    f"{w}@x",
                    f"U{w.upper()}",
                    department=f"D{n % 3}",
                    job_family="Agent",
                    manager_id=bosses[n % 4],
                )
                for n, w in enumerate(staff)
            ]
            await people.save(tx, persons)
        await cycles.add(tx, cycle)
        members = [Participant(cycle.id, w, f"D{n % 3}", bosses[n % 4], "Agent") for n, w in enumerate(staff)]
        await cycles.add_participants(tx, members)
        await reviews.add_tasks(tx, given)
        await tx.execute(sa.insert(answers), rows)
        await tx.execute(sa.update(tasks).values(submitted_at=MONDAY))
        await scores.begin(tx, cycle.id, MONDAY)
        await scores.save(tx, await composed(tx, cycle, await gather(tx, cycle, staff), {}))
        await scores.finish(tx, cycle.id, MONDAY)
        decided = [Approval(cycle.id, w, bosses[n % 4], ApprovalState.APPROVED) for n, w in enumerate(staff)]
        await approval_store.add(tx, decided)
    return cycle


async def test_reliability_is_that_of_the_reviews_that_cards_show(world: World) -> None:
    cycle = await company(world)
    found = await look(world, cycle.id)
    (peers,) = found.measured.reliability
    assert (peers.source, peers.people, peers.reviews) == (Source.PEER, 48, 192)
    async with world.deps.read() as tx:
        rows = await tx.execute(
            sa.select(tasks.c.reviewee_id, tasks.c.id, sa.func.avg(answers.c.number))
            .join(answers, answers.c.task_id == tasks.c.id)
            .where(tasks.c.relation == Relation.PEER)
            .group_by(tasks.c.reviewee_id, tasks.c.id)
        )
        means: dict[str, list[float]] = {}
        for reviewee, _, mean in rows:
            means.setdefault(reviewee, []).append(25 * (float(mean) - 1))
    expected = icc_one_way(list(means.values()))
    assert expected is not None
    assert peers.single == pytest.approx(expected.single)
    assert peers.mean == pytest.approx(expected.mean)
    assert not peers.from_research
    (form,) = found.measured.consistency
    assert (form.reviews, form.items) == (240, 6)
    assert form.alpha is not None
    assert form.alpha > 0.7
    (straight,) = found.measured.straight
    assert straight.reviews == 192
    assert [g.groups for g in found.measured.large_groups] == [0]


async def test_hidden_groups_enter_into_nothing(world: World) -> None:
    cycle = await company(world, peers=2)
    found = await look(world, cycle.id)
    assert found.measured.reliability == found.measured.large_groups == found.measured.straight == ()
    (form,) = found.measured.consistency
    assert form.reviews == 48  # the managers' alone


async def test_an_answer_that_comes_later_shows_in_no_difference(world: World) -> None:
    cycle = await company(world)
    first = (await look(world, cycle.id)).measured
    async with world.deps.begin() as tx:
        changed = sa.update(answers).where(answers.c.task_id == "1p0001").values(number=1.0)
        await tx.execute(changed)
    assert (await look(world, cycle.id)).measured == first
    async with world.deps.read() as tx:
        afresh = await measure(tx, cycle)
    assert afresh.left_out == 1  # whose answers are not those behind their card any more
    assert afresh.reliability[0].people == 47


async def test_of_two_who_look_at_once_both_see_the_same(world: World) -> None:
    cycle = await company(world, people_count=12)
    assert await measured(world.deps, cycle) == await measured(world.deps, cycle)


async def test_weights_departments_and_people_of_a_larger_company(world: World) -> None:
    cycle = await company(world)
    found = await look(world, cycle.id)
    assert [d.department for d in found.departments.rows] == ["D0", "D1", "D2"]
    (weights,) = found.weights
    assert weights.sources is not None
    assert {e.part for e in weights.sources} == {"manager", "peer"}
    assert sum(e.effective for e in weights.sources) == pytest.approx(1)
    manager = next(e for e in weights.sources if e.part == "manager")
    assert manager.effective > 0.5  # one rating spreads wider than a mean of four
    lines = await figures_of_people(world.deps, cycle)
    assert len(lines) == 48
    assert all(line.standardised is not None and line.percentile is not None for line in lines)
    assert sum(line.standardised or 0 for line in lines) / 48 == pytest.approx(50)


async def test_the_same_people_are_compared_with_the_cycle_before_and_departments_over_the_year(world: World) -> None:
    await company(world)
    second = await company(world, name="Bigger", half=2)
    found = await look(world, second.id)
    assert found.since is not None
    assert found.since.cycle == "Big"
    assert found.since.change is not None
    assert found.since.change.people == 48
    assert found.year is not None
    assert (found.year.year, found.year.people, found.year.cycles) == (2026, 48, ("Big", "Bigger"))
    assert [d.people for d in found.year.departments.rows] == [16, 16, 16]


async def test_leniency_is_told_of_those_alone_who_wrote_no_anonymous_review(world: World) -> None:
    cycle = await company(world)
    found = await look(world, cycle.id)
    assert found.leniency == ()  # not estimated
    async with world.deps.begin() as tx:
        basis = await scores.basis(tx, cycle.id)
        evened = Evened(applied=True, reason=None, reviewers=52, parts=(52,))
        await scores.set_basis(tx, cycle.id, replace(basis, evened=evened), {"m0": 4.0, "m1": -3.0, "p000": 9.0}, 0)
        await tx.execute(
            sa.insert(tasks),
            [_row(Task("extra", cycle.id, "p001", "m1", Relation.PEER, TaskState.SUBMITTED))],
        )
    found = await look(world, cycle.id)
    assert [(x.name, x.points) for x in found.leniency] == [("M0", 4.0)]
    assert found.unsaid == 1
    async with world.deps.begin() as tx:  # who decides on a score and reviewed nobody as their manager is not counted
        deciding = sa.update(approvals_table).where(approvals_table.c.person_id == "p007").values(approver_id="p000")
        assert (await tx.execute(deciding)).rowcount == 1
    assert (await look(world, cycle.id)).unsaid == 1


def _row(task: Task) -> dict[str, object]:
    return {c.name: getattr(task, c.name) for c in tasks.c}


async def test_whom_hr_reviewed_in_a_small_group_is_not_in_their_figures(world: World) -> None:
    cycle = await company(world, peers=3)
    world.deps = replace(world.deps, hr_admins=frozenset({"UHANA", "UP007"}))
    insider, other = await look(world, cycle.id, "p007"), await look(world, cycle.id)
    assert (other.people, other.left_out) == (48, 0)
    assert (insider.people, insider.left_out) == (44, 3)  # three reviewed, and the own result
    assert insider.measured == other.measured


async def _adjusted(world: World, cycle: Cycle, person_id: str, **values: object) -> None:
    async with world.deps.begin() as tx:
        of = (approvals_table.c.cycle_id == cycle.id, approvals_table.c.person_id == person_id)
        await tx.execute(sa.update(approvals_table).where(*of).values(**values))


@pytest.mark.parametrize(("whose", "why_hidden"), [("p007", "own"), ("p000", "reviewed among three")])
async def test_what_hr_may_not_know_of_an_earlier_cycle_cannot_be_subtracted_from_a_later_ones_figures(
    whose: str, why_hidden: str, world: World
) -> None:
    """Two worlds that differ in one hidden result of the earlier cycle look the same, down to the last figure."""
    first = await company(world, peers=3 if why_hidden != "own" else 4)
    second = await company(world, name="Bigger", half=2)
    world.deps = replace(world.deps, hr_admins=frozenset({"UHANA", "UP007"}))
    await _adjusted(world, second, "p007", state=ApprovalState.RELEASED)  # the later one may be known
    mine, others = await look(world, second.id, "p007"), await look(world, second.id)
    assert mine.people == others.people == 48
    assert mine.since is not None
    assert mine.since.change is not None
    assert mine.since.change.people == (47 if why_hidden == "own" else 44)
    assert mine.year is not None
    assert mine.year.people == mine.since.change.people
    await _adjusted(world, first, whose, adjusted=1.0)
    assert await look(world, second.id, "p007") == mine
    assert await look(world, second.id) != others  # who may know sees the difference
    await _adjusted(world, first, "p007", state=ApprovalState.RELEASED)
    assert await look(world, second.id, "p007") != mine  # from the release on their own is in it
