"""The list of reviews to write: the card, the reply to the command, reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from appraisal.cycle import State
from appraisal.reminders import Rule
from appraisal.review import UNDONE, Todo, TodoList
from appraisal.review import TaskState as Task
from appraisal.scheme import Relation
from views.blocks import Block, Rendered, actions, bold, button, context, header, joined, section
from views.ids import Action
from views.text import Mrkdwn, Words, short

MOST_LINES = 15
MOST_NAMES = 10


def todo_card(todo: TodoList, w: Words, now: datetime) -> Rendered:
    """One card per person and cycle, updated in place."""
    text = headline(todo, w, now)
    explain = actions(button(w("show-scheme"), Action.SHOW_SCHEME, todo.cycle.id))
    return Rendered(text, [header(short(todo.cycle.name, 150)), *todo_lines(todo, w, now), *explain])


def todo_reply(lists: Sequence[TodoList], w: Words, now: datetime) -> Rendered:
    """The answer to the command: all that waits, over all open cycles."""
    if not lists:
        return Rendered(w("todo-none"), [section(w.md("todo-none"))])
    lines = max(1, MOST_LINES // len(lists))
    blocks: list[Block] = []
    for todo in lists[:6]:
        blocks += [header(short(todo.cycle.name, 150)), *todo_lines(todo, w, now, most=lines)]
    return Rendered(w.sentences([headline(todo, w, now) for todo in lists[:6]]), blocks)


def reminder(todo: TodoList, rule: Rule, w: Words, now: datetime) -> Rendered | None:
    """A reminder of what is still open; None where nothing is."""
    waiting = [t for t in todo.open if writable(t, todo, now)]
    if not waiting:
        return None
    about = w.list([who(t, w) for t in waiting[:3]] + _more(len(waiting) - 3, w))
    text = w(f"reminder-{rule.value}", n=len(waiting), cycle=short(todo.cycle.name), due=todo.cycle.due_at)
    blocks = [
        section(w.md(f"reminder-{rule.value}", n=len(waiting), cycle=short(todo.cycle.name), due=todo.cycle.due_at)),
        context(joined((w("about-minutes", n=max(1, todo.minutes_left)), about))),
        *actions(
            button(w("write-now"), Action.OPEN_REVIEW, waiting[0].task.id, style="primary"),
            button(w("show-list"), Action.SHOW_TODO),
        ),
    ]
    return Rendered(text, blocks)


def headline(todo: TodoList, w: Words, now: datetime) -> str:
    """How much is left and until when, in one line."""
    waiting = [t for t in todo.open if writable(t, todo, now)]
    if waiting:
        due = min(t.task.reopened_until or todo.cycle.due_at for t in waiting)
        parts = (
            w("reviews-to-write", n=len(waiting)),
            w("about-minutes", n=max(1, todo.minutes_left)),
            w("was-due" if now > due else "due", due=due),
        )
        return w("parts", first=parts[0], second=parts[1], third=parts[2])
    if todo.cycle.state is State.PAUSED:
        return w("todo-paused")
    if todo.cycle.state is not State.COLLECTING:
        return w("todo-closed" if todo.done else "todo-closed-unsent")
    return w("todo-all-sent")


def todo_lines(todo: TodoList, w: Words, now: datetime, *, most: int = MOST_LINES) -> list[Block]:
    """The headline, a line and a button per review (open ones first), and the rest in a sentence."""
    blocks = [section(bold(headline(todo, w, now)))]
    acting = [t for t in (*todo.open, *todo.done) if writable(t, todo, now)]
    blocks += [section(_line(t, w), _button(t, w)) for t in acting[:most]]
    if len(acting) > most:
        blocks.append(context(w.md("and-more", n=len(acting) - most)))
    sent = [who(t, w) for t in todo.done if t not in acting]
    if sent:
        names = w.list(sent[:MOST_NAMES] + _more(len(sent) - MOST_NAMES, w))
        blocks.append(context(w.md("sent-for", names=names)))
    return blocks


def writable(todo: Todo, todos: TodoList, now: datetime) -> bool:
    """Whether a button is offered. The service decides again when it is clicked."""
    task, cycle = todo.task, todos.cycle
    if task.state is Task.REOPENED and task.reopened_until:
        return now <= task.reopened_until
    if cycle.state is not State.COLLECTING:
        return False
    return task.state in UNDONE or (task.state is Task.SUBMITTED and now <= cycle.due_at)


def who(todo: Todo, w: Words) -> str:
    """The reviewee's name, or "yourself"."""
    return w("yourself") if todo.task.relation is Relation.SELF else short(todo.reviewee.name)


def _line(todo: Todo, w: Words) -> Mrkdwn:
    own = todo.task.relation is Relation.SELF
    name = w("review-self") if own else short(todo.reviewee.name)
    relation = "" if own else w(f"reviewee-{todo.task.relation.value}")
    state = w(f"task-{todo.task.state.value}")
    if todo.task.state is Task.SUBMITTED and todo.task.unsent:
        state = w("unsent-changes")
    if todo.task.state is Task.REOPENED and todo.task.reopened_until:
        state = w("task-reopened-until", until=todo.task.reopened_until)
    return joined((bold(name), relation, state))


def _button(todo: Todo, w: Words) -> Block:
    verb = {Task.OPEN: "write", Task.DRAFT: "continue", Task.SUBMITTED: "edit", Task.REOPENED: "continue"}
    style = "primary" if todo.task.state in UNDONE else ""
    return button(w(verb[todo.task.state]), Action.OPEN_REVIEW, todo.task.id, style=style)


def _more(n: int, w: Words) -> list[str]:
    return [w("n-more", n=n)] if n > 0 else []
