"""Improvement actions: proposed by the manager, agreed or commented on by the employee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ActionState(StrEnum):
    PROPOSED = "proposed"
    COMMENTED = "commented"  # the employee asked for a change; the manager proposes again
    AGREED = "agreed"
    REPLACED = "replaced"  # proposed again in other words, as an action of its own


@dataclass(frozen=True)
class Action:
    """What is to be done, why, how it is measured, by when, and what help is given."""

    id: str
    cycle_id: str
    person_id: str
    proposer_id: str
    what: str
    why: str
    measure: str
    due_on: date
    help: str = ""
    state: ActionState = ActionState.PROPOSED
    comment: str = ""
    proposed_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class ActionCard:
    """An action with the names the card needs."""

    action: Action
    cycle_name: str
    person_name: str
    proposer_name: str
