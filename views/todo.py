"""The list of reviews to write: the card, the reply to the command, reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from appraisal.reminders import Rule
from appraisal.review import TodoList
from views.blocks import Rendered
from views.text import Words


def todo_card(todo: TodoList, w: Words, now: datetime) -> Rendered:
    raise NotImplementedError


def todo_reply(lists: Sequence[TodoList], w: Words, now: datetime) -> Rendered:
    raise NotImplementedError


def reminder(todo: TodoList, rule: Rule, w: Words, now: datetime) -> Rendered | None:
    raise NotImplementedError


def returned(person_name: str, note: str, until: date, tasks: Sequence[str], w: Words) -> Rendered:
    raise NotImplementedError
