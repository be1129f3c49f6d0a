"""That somebody who decides on a score would like to hear more: the message, what becomes of it, the page."""

from __future__ import annotations

from datetime import datetime

from appraisal.review import Request, Task, Todo
from appraisal.scheme import Relation
from views.blocks import Block, Rendered, actions, button, quotes, section
from views.ids import Action
from views.text import Words, short


def returned(todo: Todo, request: Request, w: Words) -> Rendered:
    """For the reviewer: what is asked of them, and the way to it."""
    values = {"by": _by(request, w), "name": short(todo.reviewee.name), "until": request.until}
    key = _asks(todo.task)
    open_ = button(w("open-review"), Action.OPEN_REVIEW, todo.task.id, style="primary")
    row = actions(open_, button(w("show-list"), Action.SHOW_TODO))
    return Rendered(w(key, **values), [section(w.md(key, **values)), *_note(request, w), *row])


def over(todo: Todo, at: datetime, w: Words) -> Rendered:
    """The same message when nothing is asked any more: sent since `at`, or not. No button: reviews are closed."""
    own, sent = todo.task.relation is Relation.SELF, todo.task.submitted_at
    review = w("review-own") if own else w("review-of", name=short(todo.reviewee.name))
    key = "returned-sent" if sent and sent > at else "returned-over" if sent else "returned-over-unsent"
    return Rendered(w(key, review=review), [section(w.md(key, review=review))])


def request_blocks(task: Task, name: str, request: Request, w: Words) -> list[Block]:
    """On top of the review: who asks for it again, and what they would like to know."""
    asks = w.md(_asks(task), by=_by(request, w), name=short(name), until=request.until)
    return [section(asks), *_note(request, w)]


def _asks(task: Task) -> str:
    is_first = task.submitted_at is None
    if task.relation is Relation.SELF:
        return "returned-own-first" if is_first else "returned-own"
    return "returned-first" if is_first else "returned"


def _by(request: Request, w: Words) -> str:
    return short(request.by) if request.by else w("who-decides")


def _note(request: Request, w: Words) -> list[Block]:
    return quotes(w("returned-note"), [request.note.strip()]) if request.note.strip() else []
