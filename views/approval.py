"""The manager's card and what its buttons open; improvement actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from appraisal.actions import ActionCard
from appraisal.approval import ManagerCard
from views.blocks import Rendered, View
from views.text import Words


def manager_card(card: ManagerCard, w: Words, now: datetime) -> Rendered:
    raise NotImplementedError


def adjust_modal(card: ManagerCard, w: Words) -> View:
    raise NotImplementedError


def return_modal(card: ManagerCard, w: Words) -> View:
    raise NotImplementedError


def action_modal(card: ManagerCard, suggestions: Sequence[str], w: Words, today: date) -> View:
    raise NotImplementedError


def comment_modal(card: ActionCard, w: Words) -> View:
    raise NotImplementedError


def action_card(card: ActionCard, w: Words) -> Rendered:
    raise NotImplementedError


def action_answered(card: ActionCard, w: Words) -> Rendered:
    raise NotImplementedError
