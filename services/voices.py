"""What people wrote about in a cycle, for HR: worked out when HR first looks, and kept for good.

Kept, because figures of two days would tell what was written in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from appraisal.cycle import Cycle
from appraisal.language.themes import Topic, all_topics
from appraisal.language.voices import CycleVoices, Spoken, of_departments, spoken
from appraisal.scheme import Source, TextItem, Visibility
from appraisal.scoring.comments import readable
from services.deps import Deps
from storage import cycles, scores
from storage import voices as store
from storage.engine import Tx
from storage.voices import Commented


async def of_cycle(deps: Deps, cycle: Cycle) -> CycleVoices | None:
    """Of the comments that people may read about themselves. Who may ask is checked by the caller.

    None where the cycle's texts are not analysed, or not everybody has a score yet.
    """
    if not cycle.reads_texts:
        return None
    async with deps.read() as tx:
        if found := await store.get(tx, cycle.id):
            return found
        scoring = await scores.scoring(tx, cycle.id)
        if scoring is None or scoring.done_at is None:
            return None
        fresh = await _read(tx, cycle)
    async with deps.begin() as tx:
        await store.keep(tx, cycle.id, deps.now(), fresh)
        return await store.get(tx, cycle.id)


async def _read(tx: Tx, cycle: Cycle) -> CycleVoices:
    departments = {p.person_id: p.department for p in await cycles.participants(tx, cycle.id)}
    topics = all_topics(cycle.scheme)
    people: list[tuple[str, Spoken]] = []
    async for some in store.commented(tx, cycle.id):
        forms = await cycles.forms_of(tx, cycle, [each.person_id for each in some if each.person_id in departments])
        told = await asyncio.to_thread(_spoken, [each for each in some if each.person_id in forms], forms, topics)
        people += [(departments[person_id], each) for person_id, each in told.items()]
    return of_departments(cycle, people)


def _spoken(some: Sequence[Commented], forms: Mapping[str, Cycle], topics: Sequence[Topic]) -> dict[str, Spoken]:
    """By person id; whoever has too few comments is left out."""
    found = {each.person_id: _about(each, forms[each.person_id], topics) for each in some}
    return {person_id: told for person_id, told in found.items() if told}


def _about(comments: Commented, cycle: Cycle, topics: Sequence[Topic]) -> Spoken | None:
    """From what the person may read: it passes the same gate as on the result, `cycle` with the person's own form."""
    items = {i.key for i in cycle.scheme.items() if isinstance(i, TextItem) and i.visible is Visibility.EMPLOYEE}
    written = [w for w in comments.written if w.source is not Source.SELF and w.item in items]
    shown = readable(cycle, written, merged=comments.merged, insiders=comments.insiders).shown
    return spoken(cycle, shown, topics)
