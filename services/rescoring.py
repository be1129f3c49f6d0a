"""Scoring one person again, where that may change what was shown before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from appraisal.cycle import Cycle
from appraisal.scheme import Source
from appraisal.scoring.comments import reissue_written
from appraisal.scoring.protection import anonymous, reissue
from services.history import note_scored_again
from services.scoring import composed, gather, numbers_asked, signed
from storage import cycles, scores, tallies
from storage.engine import Tx


async def rescore(tx: Tx, cycle: Cycle, person_id: str, *, since: datetime, now: datetime) -> None:
    """Score one person again: figures and texts of an anonymous group change only as a group (see `reissue`).

    `since`: when the reviews were reopened; those sent from then on are new.
    """
    fresh = (await gather(tx, cycle, [person_id]))[person_id]
    old = await scores.scored(tx, cycle.id, person_id)
    renewed = {Source(r.value): n for r, n in (await tallies.renewed(tx, cycle.id, person_id, since)).items()}
    own = await cycles.with_form(tx, cycle, person_id)
    hidden = anonymous(own.scheme)
    stats = reissue(old.evidence.stats if old else (), fresh.stats, renewed, cycle.threshold, anonymous=hidden)
    wrote = await tallies.written(tx, cycle.id, [person_id], numbers=numbers_asked(cycle))
    texts = signed(cycle, wrote.get(person_id, []))
    kept = old.written if old else ()
    written = reissue_written(kept, texts, renewed, cycle.comment_threshold, anonymous=hidden)
    evidence = {person_id: replace(fresh, stats=tuple(stats))}
    await scores.save(tx, await composed(tx, cycle, evidence, {person_id: tuple(written)}))
    if old:
        await note_scored_again(tx, cycle.id, person_id, old.evidence, evidence[person_id], at=now)
