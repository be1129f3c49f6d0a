"""Why somebody's score is what it is, for whoever may know: the employee, who decides, and HR."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appraisal.approval import OUT, UNDECIDED, Approval, final_total
from appraisal.cycle import Cycle
from appraisal.errors import Code, InvalidInput, NotAllowed, NotFound
from appraisal.people import Person
from appraisal.scheme import Text
from appraisal.scoring.card import GoalLevel, MetricResult, ScoreCard
from appraisal.scoring.explain import explain, other_figures
from appraisal.scoring.explanation import Explanation, OtherFigure, Reader
from services.deps import Deps
from services.history import changes_of
from services.readers import check_reader
from services.scoring import recompute
from storage import approvals, audit, cycles, metrics, people, scores
from storage.engine import Tx

_MENTION = re.compile(r"<@(\w+)(?:\|[^>]*)?>")
_MAIL = re.compile(r"<mailto:([^|>]+)(?:\|[^>]*)?>")


@dataclass(frozen=True)
class Explained:
    """`cycle` has the person's own form; `sources`: what HR calls those that are declared, by key."""

    cycle: Cycle
    explanation: Explanation
    sources: Mapping[str, Text]


async def why(deps: Deps, who: Person | None, cycle_id: str, person_id: str) -> Explained:
    """The explanation of one score. `who` None is the command line, which reads as HR.

    For the approver at any time, for the employee after the release, for HR at any time but their own before it, nor
    where their own anonymous answer would give others' away; what HR reads is noted. Raises NotAllowed, NotFound.
    """
    async with deps.read() as tx:
        cycle, approval = await _found(tx, cycle_id, person_id)
        reader = _reader(deps, who, approval)
        if who and reader is Reader.HR:
            await check_reader(tx, cycle, person_id, who)
        explained = await _explained(tx, deps, cycle, approval, reader, who.id if who else None)
    if reader is Reader.HR:
        async with deps.begin() as tx:
            actor, detail = who.id if who else None, {"cycle": cycle_id}
            await audit.add(tx, at=deps.now(), actor_id=actor, verb="explain", subject=person_id, detail=detail)
    return explained


async def why_latest(deps: Deps, who: Person, text: str) -> Explained:
    """The newest score of somebody whom HR names (see `person_named`). Raises NotAllowed, NotFound, InvalidInput."""
    deps.check_hr(who)
    async with deps.read() as tx:
        person = await person_named(tx, text)
    return await _latest(deps, who, person.id)


async def why_own(deps: Deps, who: Person) -> Explained:
    """The newest result that the person has. Raises NotFound(NO_RESULT_YET)."""
    return await _latest(deps, who, who.id)


async def in_cycle_named(deps: Deps, cycle_name: str, person: str) -> Explained:
    """For the command line: a cycle by its name or id. Raises NotFound, InvalidInput."""
    async with deps.read() as tx:
        cycle = await cycles.by_name(tx, cycle_name) or await cycles.get(tx, cycle_name)
        if cycle is None:
            raise NotFound(Code.NO_CYCLE_NAMED, name=cycle_name, known=[c.name for c in await cycles.all_cycles(tx)])
        found = await person_named(tx, person)
    return await why(deps, None, cycle.id, found.id)


async def person_named(tx: Tx, text: str) -> Person:
    """Whom a text means: a mention, e-mail address, employee number or whole name, with or without an @.

    Slack's names for people ("@ann.lee") are known to Slack alone, which makes mentions of them where it can.
    Raises NotFound(NO_SUCH_PERSON, HANDLE_UNKNOWN), InvalidInput(SEVERAL_PEOPLE).
    """
    text = text.strip()
    if mention := _MENTION.fullmatch(text):
        found = await people.by_slack_id(tx, mention[1])
        if found is None:
            raise NotFound(Code.NO_SUCH_PERSON, name=text)
        return found
    mail = _MAIL.fullmatch(text)
    name = mail[1] if mail else text.removeprefix("@")
    several = await people.called(tx, name)
    if not several:
        raise NotFound(Code.HANDLE_UNKNOWN if text.startswith("@") else Code.NO_SUCH_PERSON, name=text)
    if len(several) > 1:
        raise InvalidInput(Code.SEVERAL_PEOPLE, name=name, found=[p.email or p.employee_number for p in several])
    return several[0]


async def _latest(deps: Deps, who: Person, person_id: str) -> Explained:
    async with deps.read() as tx:
        decided = await approvals.of_person(tx, person_id)
    if person_id == who.id:
        decided = [a for a in decided if a.state in OUT]
    if not decided:
        raise NotFound(Code.NO_RESULT_YET if person_id == who.id else Code.NOT_SCORED)
    return await why(deps, who, decided[0].cycle_id, person_id)


def _reader(deps: Deps, who: Person | None, approval: Approval) -> Reader:
    """As what this person may read. Raises NotAllowed(OWN_RESULT_WAITS, NOT_YOUR_APPROVAL, INACTIVE_PERSON)."""
    if who is None:
        return Reader.HR
    if not who.active:
        raise NotAllowed(Code.INACTIVE_PERSON)
    if who.id == approval.person_id:
        if approval.state not in OUT:
            raise NotAllowed(Code.OWN_RESULT_WAITS)
        return Reader.EMPLOYEE
    if who.id == approval.approver_id:
        return Reader.MANAGER
    if deps.is_hr(who):
        return Reader.HR
    raise NotAllowed(Code.NOT_YOUR_APPROVAL)


async def _found(tx: Tx, cycle_id: str, person_id: str) -> tuple[Cycle, Approval]:
    cycle = await cycles.get(tx, cycle_id)
    if cycle is None:
        raise NotFound(Code.NO_SUCH_CYCLE)
    approval = await approvals.get(tx, cycle_id, person_id)
    if approval is None:
        raise NotFound(Code.NOT_SCORED)
    return await cycles.with_form(tx, cycle, person_id), approval


async def _explained(
    tx: Tx, deps: Deps, cycle: Cycle, approval: Approval, reader: Reader, reader_id: str | None
) -> Explained:
    card = await scores.get(tx, cycle.id, approval.person_id)
    person = await people.get(tx, approval.person_id)
    if card is None or person is None:
        raise NotFound(Code.NOT_SCORED)
    is_before_told = reader is Reader.HR and card.corrected
    as_given = await recompute(tx, cycle, person.id, as_given=True) if is_before_told else None
    told = explain(
        cycle,
        person.name,
        card,
        await scores.basis(tx, cycle.id),
        reader=reader,
        final=final_total(card, approval),
        heard=await _heard(tx, cycle, approval, card),
        changes=await changes_of(tx, card, approval, reader_id=reader_id),
        is_same=await recompute(tx, cycle, person.id) == card,
        as_given=as_given.total if as_given else None,
    )
    declared = (deps.sources.get(m.source) for m in card.metrics)
    return Explained(cycle, told, {s.key: s.name for s in declared if s})


async def _heard(tx: Tx, cycle: Cycle, approval: Approval, card: ScoreCard) -> dict[str, Sequence[OtherFigure]]:
    """What else is said about the metrics of a card, and about the goals in them."""
    said = await metrics.all_of_period(tx, cycle.period_start, cycle.period_end, person_ids=[card.person_id])
    decided = approval.state not in UNDECIDED

    def besides(counted: MetricResult | GoalLevel, key: str) -> tuple[OtherFigure, ...]:
        return other_figures(counted, [(rank, f) for rank, f in said if f.metric == key], decided=decided)

    return {
        m.metric: tuple(o for g in m.goals for o in besides(g, g.goal)) if m.goals else besides(m, m.metric)
        for m in card.metrics
    }
