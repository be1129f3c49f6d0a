"""Who may not look at a card although they may look at others: whoever knows too much already.

Of a group just as large as the threshold, one's own answer leaves the others' as too small a sum. Who decides on a
score is taken care of when the card is made (`Evidence.insiders`); this is for everybody else who may look.
"""

from __future__ import annotations

from collections.abc import Collection

from appraisal.cycle import Cycle
from appraisal.errors import Code, NotAllowed
from appraisal.people import Person
from appraisal.scheme import Source
from appraisal.scoring.card import ScoreCard
from appraisal.scoring.protection import anonymous
from appraisal.scoring.renewal import told
from storage import answerers, cycles, scores
from storage.engine import Tx


async def check_reader(tx: Tx, cycle: Cycle, person_id: str, who: Person) -> None:
    """Refuse to show a card to somebody to whom it would give others' answers away. Raises NotAllowed(AMONG_FEW)."""
    inside = await answerers.answered_by(tx, cycle.id, {person_id: who.id})
    if await _gives_away(tx, cycle, person_id, who, inside.get(person_id, ())):
        raise NotAllowed(Code.AMONG_FEW)


async def hidden_from(tx: Tx, cycle: Cycle, who: Person) -> frozenset[str]:
    """The people whose cards, and no figure that could be traced to them, may be shown to `who`.

    For overviews of a whole cycle: `check_reader` for everybody at once.
    """
    about = await answerers.answered_about(tx, cycle.id, who.id)
    return frozenset([p for p, inside in sorted(about.items()) if await _gives_away(tx, cycle, p, who, inside)])


async def _gives_away(tx: Tx, cycle: Cycle, person_id: str, who: Person, inside: Collection[Source]) -> bool:
    """Whether a shown figure of a group in which they answered leaves too few others, or figures of before do."""
    own = await cycles.with_form(tx, cycle, person_id)
    mine = anonymous(own.scheme) & set(inside)
    card = await scores.get(tx, cycle.id, person_id) if mine else None
    if card is None:
        return False
    seen = await scores.disclosed_before(tx, cycle.id, person_id)
    return _leaves_too_few(card, mine, own.threshold) or told(seen, who.id)


def _leaves_too_few(card: ScoreCard, mine: Collection[Source], threshold: int) -> bool:
    shown_in = {Source.OTHERS if s in card.merged else s for s in mine}
    return any(p.source in shown_in and 0 < p.n <= threshold for item in card.items() for p in item.parts)
