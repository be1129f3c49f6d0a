"""What to know at the moment of a decision, in short: of whom the score rests, and what the employee still asks for."""

from __future__ import annotations

from appraisal.actions import ActionState
from appraisal.approval import ManagerCard
from appraisal.scoring.explain import reviewers
from views.blocks import Block, context
from views.text import Words, short

EXCERPT = 50  # characters of a request; the whole question before a decision has 300
NAME = 20  # beside a request


def cautions(card: ManagerCard, w: Words) -> list[str]:
    """A sentence each; none where there is nothing to heed."""
    return [*(_few(card, w)), *open_requests(card, w)]


def open_requests(card: ManagerCard, w: Words) -> list[str]:
    """That the employee asked for a change of an action and has had no answer yet."""
    asked = [a for a in card.actions if a.state is ActionState.COMMENTED]
    if not asked:
        return []
    return [w("asked-for-change", name=short(card.person.name, NAME), text=short(asked[0].comment, EXCERPT))]


def caution_blocks(card: ManagerCard, w: Words) -> list[Block]:
    """The same in a form on the way to the decision."""
    return [context(*said)] if (said := [w.md("caution", text=t) for t in cautions(card, w)]) else []


def _few(card: ManagerCard, w: Words) -> list[str]:
    return [w("rests-on-one")] if card.score.total is not None and reviewers(card.score) == 1 else []
