"""Figures, score cards, approvals, actions, imports, cards, reminders, deliveries and the log."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from appraisal.actions import Action, ActionState
from appraisal.approval import Approval, ApprovalState, Cause
from appraisal.intake.tables import Import, ImportKind, ImportState
from appraisal.reminders import Reminder, Rule
from appraisal.review import Figure
from appraisal.scheme import Direction, Relation, Source, Unit
from appraisal.scoring.basis import Basis, Evened, Spread, UsualGap
from appraisal.scoring.card import DimensionScore, ItemScore, ItemStats, LeftOut, MetricResult, Part, ScoreCard
from appraisal.scoring.comments import Written
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.protection import Answered
from storage import actions, approvals, audit, cards, causes, cycles, imports, inbox, metrics, reminders, scores
from storage.engine import Database
from storage.scores import Scored, Scoring
from storage.tables import score_cards
from tests.storage.world import ANN, BOB, CHO, CYCLE, HR, MIA, NOW, cycle

Q3 = (date(2024, 7, 1), date(2024, 9, 30))
Q2 = (date(2024, 4, 1), date(2024, 6, 30))
PERCENT = Unit(en="%", zh="%")
LATER = NOW + timedelta(days=1)


def applied(import_id: str, period: tuple[date, date], **changes: Any) -> Import:
    """A file whose figures count from NOW."""
    file = Import(import_id, ImportKind.METRICS, "q3.csv", "f00d", b"", None, NOW, *period)
    return replace(file, **{"state": ImportState.APPLIED, "applied_at": NOW, "source": "crm", **changes})


async def test_of_what_sources_say_about_a_period_one_figure_counts(peopled: Database) -> None:
    first = Figure(ANN.id, "units", 100, 90.5, "i1", 2, source="crm", file_name="q3.csv", imported_at=NOW)
    better = replace(first, actual=95.25, import_id="i2", imported_at=LATER)
    other = replace(first, person_id=BOB.id, actual=100)
    async with peopled.begin() as tx:
        for file in (applied("i1", Q3), applied("i2", Q3, applied_at=LATER), applied("i3", Q2)):
            await imports.add(tx, file)
        await metrics.save(tx, [first, other])
        await metrics.save(tx, [better])
        await metrics.save(tx, [replace(first, metric="late", import_id="i3")])
        await metrics.save(tx, [])
        assert await metrics.of_period(tx, *Q3) == [better, other]
        assert await metrics.of_period(tx, *Q3, person_ids=[BOB.id]) == [other]
        assert await metrics.of_period(tx, *Q3, person_ids=[]) == []
        assert await metrics.people_with_any(tx, *Q3, [ANN.id, BOB.id, CHO.id], ["units"]) == 2
        assert await metrics.people_with_any(tx, *Q3, [ANN.id], ["late"]) == 0
        assert await metrics.people_with_any(tx, *Q2, [BOB.id], ["late"]) == 0


async def test_the_lower_rank_goes_before_the_later_day_and_that_before_the_later_import(peopled: Database) -> None:
    said = Figure(ANN.id, "units", 100, 1, "i1", 2, source="crm", file_name="q3.csv", imported_at=NOW)
    async with peopled.begin() as tx:
        await imports.add(tx, applied("i1", Q3, rank=1))
        await imports.add(tx, applied("i2", Q3, rank=2, as_of=Q3[1], applied_at=LATER))
        await imports.add(tx, applied("i3", Q3, rank=1, as_of=Q3[0]))
        await imports.add(tx, applied("i4", Q3, rank=1, applied_at=LATER))
        await imports.add(tx, applied("i5", Q3, rank=0, state=ImportState.ROLLED_BACK))
        await imports.add(tx, applied("i6", Q3, rank=0, state=ImportState.PENDING))
        earlier = NOW - timedelta(minutes=1)
        await imports.add(tx, applied("i7", Q3, rank=1, as_of=NOW.date(), applied_at=earlier))
        await metrics.save(tx, [replace(said, import_id=f"i{n}", actual=n) for n in range(1, 8)])
        assert [f.actual for f in await metrics.of_period(tx, *Q3)] == [4]
        everything = await metrics.all_of_period(tx, *Q3)
    assert [(rank, f.actual) for rank, f in everything] == [(1, 4), (1, 1), (1, 7), (1, 3), (2, 2)]


def score_card(person_id: str, total: float | None) -> ScoreCard:
    part = Part(Source.PEER, 0, None, None, 0.0, LeftOut.TOO_FEW)
    item = ItemScore("skill", total, 1.0, (part,))
    figure = MetricResult("units", 100, 95, 0.95, 79.2, 1.2, Direction.HIGHER, PERCENT, "q3.csv", 2)
    dimension = DimensionScore("d0", total, 1.0, (item,), (part,))
    return ScoreCard(CYCLE.id, person_id, total, "B", (dimension,), (figure,), missing_metrics=("late",))


async def test_a_score_card_comes_back_whole_with_what_it_was_made_of(peopled: Database) -> None:
    card, empty = score_card(ANN.id, 200 / 3), score_card(BOB.id, None)
    made_of = Evidence(
        (ItemStats(ANN.id, "skill", Source.PEER, 3, 11 / 3, 1 / 3, -0.5),),
        (Figure(ANN.id, "units", 100, 95, row=2, as_of=Q3[0], imported_at=NOW),),
        frozenset({Relation.PEER}),
        {Source.PEER: 3},
        frozenset({Source.PEER}),
    )
    texts = (Written("keep", Source.PEER, "Calm 🙂"), Written("keep", Source.MANAGER, "Same", MIA.id))
    async with peopled.begin() as tx:
        await scores.save(tx, [Scored(empty, Evidence(())), Scored(score_card(ANN.id, 1.0), Evidence(()))])
        await scores.save(tx, [Scored(card, made_of, texts)])
        assert await scores.get(tx, CYCLE.id, ANN.id) == card
        assert await scores.scored(tx, CYCLE.id, ANN.id) == Scored(card, made_of, texts)
        assert await scores.written(tx, CYCLE.id, ANN.id) == list(texts)
        assert await scores.scored(tx, CYCLE.id, BOB.id) == Scored(empty, Evidence(()))
        assert await scores.cards_of(tx, CYCLE.id) == [card, empty]
        assert await scores.cards_of(tx, CYCLE.id, [BOB.id]) == [empty]
        assert await scores.get(tx, CYCLE.id, CHO.id) is None
        assert await scores.scored(tx, CYCLE.id, CHO.id) is None
        assert not await scores.forget_cards(tx, CYCLE.id, [ANN.id])  # nothing is being scored
        await scores.begin(tx, CYCLE.id, NOW)
        assert await scores.forget_cards(tx, CYCLE.id, [ANN.id])
        assert (await scores.locked(tx, CYCLE.id)).revision == 1
        assert await scores.people_scored(tx, CYCLE.id) == {BOB.id}


async def test_the_scoring_of_a_cycle_begins_once_and_keeps_what_it_rests_on(peopled: Database) -> None:
    evened = Evened(True, None, 24, (20, 4), 0.4, 0.001, sd=6.5)
    basis = Basis(
        (Spread(Source.PEER, 15.5, 0.4, 80, items=5.5, item_sd=12.5),), (UsualGap("skill", 3.5, 9.0, 40),), evened
    )
    async with peopled.begin() as tx:
        assert await scores.scoring(tx, CYCLE.id) is None
        assert await scores.begin(tx, CYCLE.id, NOW)
        assert not await scores.begin(tx, CYCLE.id, LATER)
        assert await scores.unfinished(tx) == [CYCLE.id]
        assert await scores.basis(tx, CYCLE.id) == Basis()
        first = replace(basis, gaps=())
        assert await scores.set_basis(tx, CYCLE.id, first, {BOB.id: 3.0, CHO.id: -2.0}, 0)
        assert not await scores.set_basis(tx, CYCLE.id, Basis(), {BOB.id: 9.0}, 0)
        assert (await scores.locked(tx, CYCLE.id)).basis == first
        await scores.complete_basis(tx, CYCLE.id, basis)
        await scores.finish(tx, CYCLE.id, LATER)
        assert await scores.scoring(tx, CYCLE.id) == Scoring(CYCLE.id, NOW, basis, LATER)
        assert await scores.severities_of(tx, CYCLE.id, [BOB.id, HR.id]) == {BOB.id: 3.0}
        assert await scores.unfinished(tx) == []


async def test_what_was_shown_before_is_remembered_in_its_order(peopled: Database) -> None:
    first, second = (
        [Answered("skill", Source.PEER, ids, (NOW, NOW, LATER), shown=Source.PEER)]
        for ids in ((BOB.id, CHO.id, HR.id), (BOB.id, CHO.id, MIA.id))
    )
    async with peopled.begin() as tx:
        await scores.note_disclosed(tx, CYCLE.id, ANN.id, NOW, first)
        await scores.note_disclosed(tx, CYCLE.id, ANN.id, NOW, second)  # at the same moment
        assert await scores.disclosed_before(tx, CYCLE.id, ANN.id) == [tuple(first), tuple(second)]
        assert await scores.disclosed_before(tx, CYCLE.id, BOB.id) == []
        assert await scores.people_disclosed(tx, CYCLE.id) == {ANN.id}


async def test_a_decision_is_made_once(peopled: Database) -> None:
    pending = Approval(CYCLE.id, ANN.id, MIA.id)
    adjusted = replace(pending, state=ApprovalState.APPROVED, adjusted=81.5, reason="She led it", decided_at=NOW)
    async with peopled.begin() as tx:
        await approvals.add(tx, [pending])
        assert await approvals.decide(tx, adjusted, frm=[ApprovalState.PENDING])
        assert not await approvals.decide(tx, replace(adjusted, adjusted=1), frm=[ApprovalState.PENDING])
        assert await approvals.get(tx, CYCLE.id, ANN.id, lock=True) == adjusted
        released = replace(adjusted, state=ApprovalState.RELEASED, released_at=LATER)
        assert await approvals.decide(tx, released, frm={ApprovalState.APPROVED})
        assert await approvals.get(tx, CYCLE.id, ANN.id) == released


async def test_approvals_are_listed_by_cycle_approver_and_person(peopled: Database) -> None:
    of_ann, of_bob, of_cho = (Approval(CYCLE.id, p.id, MIA.id) for p in (ANN, BOB, CHO))
    before = Approval("q2", ANN.id, MIA.id, state=ApprovalState.RELEASED)
    async with peopled.begin() as tx:
        await cycles.add(tx, cycle("q2", period_start=Q2[0], period_end=Q2[1], created_at=LATER))
        await approvals.add(tx, [before, of_cho, of_bob, of_ann])
        await approvals.set_approver(tx, CYCLE.id, CHO.id, None)
        assert await approvals.of_cycle(tx, CYCLE.id) == [of_ann, of_bob, replace(of_cho, approver_id=None)]
        assert await approvals.of_approver(tx, MIA.id, states=[ApprovalState.PENDING]) == [of_ann, of_bob]
        assert await approvals.of_person(tx, ANN.id) == [of_ann, before]
        assert await approvals.counts(tx, CYCLE.id) == {ApprovalState.PENDING: 3}
        assert await approvals.get(tx, "q2", BOB.id) is None


async def test_an_action_is_answered_once_and_a_replaced_one_is_no_longer_listed(peopled: Database) -> None:
    action = Action("a1", CYCLE.id, ANN.id, MIA.id, "train", "why", "how", date(2024, 12, 1), proposed_at=NOW)
    commented = {"frm": ActionState.PROPOSED, "to": ActionState.COMMENTED, "comment": "later?", "at": LATER}
    async with peopled.begin() as tx:
        await actions.add(tx, action)
        assert await actions.open_for(tx, ANN.id) == [action]
        assert await actions.open_for(tx, MIA.id) == []
        assert await actions.answer(tx, "a1", **commented)
        assert not await actions.answer(tx, "a1", **commented)
        answered = replace(action, state=ActionState.COMMENTED, comment="later?", answered_at=LATER)
        assert await actions.get(tx, "a1", lock=True) == answered
        assert await actions.open_for(tx, ANN.id) == []
        assert await actions.of_person(tx, CYCLE.id, ANN.id) == [answered]
        replaced = {"frm": ActionState.COMMENTED, "to": ActionState.REPLACED, "comment": "later?", "at": LATER}
        assert await actions.answer(tx, "a1", **replaced)
        assert await actions.of_person(tx, CYCLE.id, ANN.id) == []


async def test_agreed_actions_come_by_their_day(peopled: Database) -> None:
    late = Action("a1", CYCLE.id, ANN.id, MIA.id, "train", "", "", date(2024, 12, 1), proposed_at=NOW)
    soon = replace(late, id="a2", due_on=date(2024, 11, 1), proposed_at=LATER)
    agreed = {"frm": ActionState.PROPOSED, "to": ActionState.AGREED, "comment": "", "at": LATER}
    async with peopled.begin() as tx:
        for action in (late, soon, replace(soon, id="a3"), replace(soon, id="a4", person_id=BOB.id)):
            await actions.add(tx, action)
        for key in ("a1", "a2", "a4"):
            assert await actions.answer(tx, key, **agreed)
        assert [a.id for a in await actions.agreed_with(tx, ANN.id)] == ["a2", "a1"]


async def test_a_cause_is_kept_once_for_each_metric_with_the_name_of_who_says_so(peopled: Database) -> None:
    first = Cause(CYCLE.id, ANN.id, "units", "demand", "", MIA.id, NOW)
    other = replace(first, person_id=BOB.id)
    again = replace(first, cause="", note="A strike 罢工", actor_id=HR.id, at=LATER)
    async with peopled.begin() as tx:
        await causes.save(tx, [first, other])
        await causes.save(tx, [again, replace(first, metric="late")])
        await causes.save(tx, [])
        found = await causes.of_person(tx, CYCLE.id, ANN.id)
    assert found == [replace(first, metric="late", author=MIA.name), replace(again, author=HR.name)]


async def test_a_card_of_before_figures_knew_their_age_still_opens(peopled: Database) -> None:
    card = score_card(ANN.id, 70.0)
    async with peopled.begin() as tx:
        await scores.save(tx, [Scored(card, Evidence(()))])
        where = (score_cards.c.cycle_id == CYCLE.id, score_cards.c.person_id == ANN.id)
        raw = json.loads(
            (await tx.execute(sa.select(sa.type_coerce(score_cards.c.card, sa.Text)).where(*where))).scalar_one()
        )
        for metric in raw["metrics"]:
            for field in ("sheet", "file_name", "as_of", "imported_at"):
                del metric[field]
        old = sa.type_coerce(json.dumps(raw), sa.Text)
        await tx.execute(sa.update(score_cards).where(*where).values(card=old))
        assert await scores.get(tx, CYCLE.id, ANN.id) == card


async def test_a_card_is_found_where_it_was_last_sent(peopled: Database) -> None:
    async with peopled.begin() as tx:
        assert await cards.get(tx, ANN.id, "todo:c1") is None
        await cards.save(tx, ANN.id, "todo:c1", "D1", "1.0")
        await cards.save(tx, ANN.id, "todo:c1", "D1", "2.0")
        assert await cards.get(tx, ANN.id, "todo:c1") == ("D1", "2.0")
        assert await cards.get(tx, BOB.id, "todo:c1") is None


async def test_nobody_is_reminded_twice_a_day_or_twice_by_one_rule(peopled: Database) -> None:
    today, tomorrow = date(2024, 10, 11), date(2024, 10, 12)
    async with peopled.begin() as tx:
        await cycles.add(tx, cycle("c2"))

        first = Reminder(CYCLE.id, ANN.id, Rule.ON_THE_DAY, today)
        rule_again = replace(first, day=tomorrow)
        same_day = Reminder("c2", ANN.id, Rule.TWO_DAYS_BEFORE, today)
        next_day = replace(same_day, day=tomorrow)
        of_bob = replace(first, person_id=BOB.id)
        assert await reminders.mark_many(tx, []) == []
        assert await reminders.mark_many(tx, [first, same_day]) == [first]
        marked = await reminders.mark_many(tx, [rule_again, same_day, next_day, of_bob])
        assert set(marked) == {next_day, of_bob}
        assert await reminders.sent(tx, CYCLE.id) == {p.id: {Rule.ON_THE_DAY} for p in (ANN, BOB)}
        assert await reminders.last_days(tx, today) == {ANN.id: tomorrow, BOB.id: today}
        assert await reminders.last_days(tx, tomorrow) == {ANN.id: tomorrow}


async def test_a_second_delivery_is_known_until_it_is_forgotten(database: Database) -> None:
    async with database.begin() as tx:
        assert await inbox.first_time(tx, "Ev1", NOW)
        assert not await inbox.first_time(tx, "Ev1", LATER)
        assert await inbox.first_time(tx, "Ev2", LATER)
        assert await inbox.forget(tx, LATER, limit=9) == 1
        assert await inbox.first_time(tx, "Ev1", LATER)
        assert not await inbox.first_time(tx, "Ev2", LATER)


async def test_the_log_tells_the_newest_first(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await audit.add(tx, at=NOW, actor_id=HR.id, verb="open-cycle", subject="c1", detail={"people": 3})
        await audit.add(tx, at=LATER, actor_id=None, verb="close-cycle", subject="c1", detail={})
        [newest] = await audit.recent(tx, 1)
        both = await audit.recent(tx, 9)
    assert (newest.at, newest.actor_id, newest.verb, newest.detail) == (LATER, None, "close-cycle", {})
    assert [(e.actor_id, e.subject, e.detail) for e in both[1:]] == [(HR.id, "c1", {"people": 3})]
