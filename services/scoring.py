"""Scores of a cycle: aggregated by the database, composed by the domain, stored with what they were made from."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from appraisal.cycle import Cycle
from appraisal.errors import Code, NotFound
from appraisal.people import Directory
from appraisal.review import Figure
from appraisal.scheme import Disclosure, NumberItem, Source
from appraisal.scoring.basis import Basis
from appraisal.scoring.card import ItemStats, ScoreCard
from appraisal.scoring.comments import Written
from appraisal.scoring.composite import score
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.protection import anonymous
from storage import answerers, cycles, metrics, scores, tallies
from storage.engine import Tx
from storage.scores import Scored

NOBODY: Mapping[str, str] = {}


async def recompute(tx: Tx, cycle: Cycle, person_id: str, *, as_given: bool = False) -> ScoreCard:
    """The card made again from what the stored one was made of; by rights the same. Raises NotFound(NO_SCORE).

    `as_given`: without evening out strict and lenient reviewers.
    """
    stored = await scores.scored(tx, cycle.id, person_id)
    if stored is None:
        raise NotFound(Code.NO_SCORE)
    own = await cycles.with_form(tx, cycle, person_id)
    basis = await scores.basis(tx, cycle.id)
    return score(own, person_id, stored.evidence, replace(basis, evened=None) if as_given else basis)


async def follow_people(tx: Tx, cycle: Cycle, directory: Directory, moved: Collection[str]) -> None:
    """People moved while a cycle is being scored: it begins anew where somebody left, or may have got another approver.

    What is hidden from an approver who answered in a group, and what is about nobody's card, must not be in the basis.
    """
    scoring = await scores.scoring(tx, cycle.id)
    if scoring is None or scoring.done_at:
        return
    members = [directory[member.person_id] for member in await cycles.participants(tx, cycle.id)]
    if any({p.id, p.manager_id} & set(moved) or directory.manager_of(p) is None for p in members):
        await scores.begin_anew(tx, cycle.id)


async def gather(
    tx: Tx, cycle: Cycle, person_ids: Sequence[str], *, approvers: Mapping[str, str] = NOBODY
) -> dict[str, Evidence]:
    """What the scores of these people are made of, as it is now. `approvers`: who will decide, by person."""
    stats: dict[str, list[ItemStats]] = {p: [] for p in person_ids}
    for row in await tallies.item_stats(tx, cycle.id, person_ids):
        stats[row.reviewee_id].append(row)
    figures: dict[str, list[Figure]] = {p: [] for p in person_ids}
    for figure in await metrics.of_period(tx, cycle.period_start, cycle.period_end, person_ids=person_ids):
        figures[figure.person_id].append(figure)
    asked = await tallies.asked(tx, cycle.id, person_ids)
    sizes = await tallies.sizes(tx, cycle.id, person_ids)
    theirs = {p: approvers[p] for p in person_ids if p in approvers}
    inside = await answerers.answered_by(tx, cycle.id, theirs) if theirs else {}
    hidden = anonymous(cycle.scheme)
    return {
        p: Evidence(
            stats=tuple(stats[p]),
            figures=tuple(figures[p]),
            asked=frozenset(asked.get(p, ())),
            sizes=sizes.get(p, {}),
            insiders=hidden & inside.get(p, set()),
        )
        for p in person_ids
    }


async def texts_of(tx: Tx, cycle: Cycle, person_ids: Sequence[str]) -> dict[str, tuple[Written, ...]]:
    """What was written about these people, as it is kept with their cards."""
    written = await tallies.written(tx, cycle.id, person_ids, numbers=numbers_asked(cycle))
    return {p: tuple(signed(cycle, written.get(p, ()))) for p in person_ids}


def numbers_asked(cycle: Cycle) -> frozenset[str]:
    """The items of any form that ask for a number."""
    items = (i for form in cycle.scheme.forms().values() for i in form.items())
    return frozenset(i.key for i in items if isinstance(i, NumberItem))


def signed(cycle: Cycle, written: Sequence[Written]) -> list[Written]:
    """Without the author where nobody may know."""
    nobody = {Source(r.value) for r, how in cycle.scheme.disclosure.items() if how is Disclosure.ANONYMOUS}
    return [replace(w, author_id=None) if w.source in nobody else w for w in written]


async def composed(
    tx: Tx, cycle: Cycle, evidence: Mapping[str, Evidence], written: Mapping[str, tuple[Written, ...]]
) -> list[Scored]:
    """Cards from evidence, each by the person's own form."""
    basis = await scores.basis(tx, cycle.id)
    forms = await cycles.forms_of(tx, cycle, list(evidence))

    def compose() -> list[Scored]:
        return [_scored(forms[p], p, e, basis, written.get(p, ())) for p, e in evidence.items()]

    return await asyncio.to_thread(compose)  # about 1 ms a person: others are answered meanwhile


def _scored(cycle: Cycle, person_id: str, evidence: Evidence, basis: Basis, written: tuple[Written, ...]) -> Scored:
    return Scored(score(cycle, person_id, evidence, basis), evidence, written)
