"""Short messages, errors in words, and help."""

from __future__ import annotations

from datetime import date
from typing import Any

from appraisal.cycle import Progress
from appraisal.errors import AppraisalError, Code
from appraisal.scheme_reasons import SchemeProblem
from views import forms
from views.blocks import (
    Rendered,
    View,
    actions,
    bold,
    button,
    paragraphs,
    section,
)
from views.ids import Action, Callback
from views.scheme import scheme_problem_text
from views.text import Words, short

MOST_PROBLEMS = 10


def all_reviews_in(progress: Progress, w: Words) -> Rendered:
    """For HR: nothing is left to collect."""
    values = {"name": short(progress.cycle.name), "n": progress.submitted}
    close = button(w("close-cycle"), Action.OPEN_CLOSE, progress.cycle.id, style="primary")
    return Rendered(w("all-reviews-in", **values), [section(w.md("all-reviews-in", **values)), *actions(close)])


def all_approved(progress: Progress, w: Words) -> Rendered:
    """For HR: nothing is left to approve."""
    values = {"name": short(progress.cycle.name), "n": progress.approvals}
    release = button(w("release-results"), Action.OPEN_RELEASE, progress.cycle.id, style="primary")
    return Rendered(w("all-approved", **values), [section(w.md("all-approved", **values)), *actions(release)])


def acknowledged(person_name: str, w: Words) -> Rendered:
    """For the approver: an employee has read the result."""
    name = short(person_name)
    return Rendered(w("acknowledged", name=name), [section(w.md("acknowledged", name=name))])


def help_text(is_hr: bool, w: Words, review_command: str, cycle_command: str) -> Rendered:
    """What the commands do, with buttons for the same."""
    lines: list[str] = [bold(w("help-heading")), w.md("help-review", command=review_command)]
    buttons = [button(w("show-list"), Action.SHOW_TODO, style="primary")]
    if is_hr:
        lines += [bold(w("help-hr-heading")), w.md("help-cycle", command=cycle_command)]
        buttons += hr_buttons(w)
    return Rendered(w("help-heading"), [*paragraphs(lines), *actions(*buttons)])


def hr_buttons(w: Words) -> list[dict[str, Any]]:
    """What HR can do at any time."""
    return [
        button(w("start-cycle"), Action.OPEN_START),
        button(w("show-status"), Action.SHOW_STATUS),
        button(w("metrics-status"), Action.SHOW_METRICS),
        button(w("import-people"), Action.OPEN_PEOPLE),
        button(w("import-metrics"), Action.OPEN_METRICS),
        button(w("schemes"), Action.OPEN_SCHEMES),
        button(w("figures-button"), Action.SHOW_FIGURES),
        button(w("why"), Action.OPEN_WHY),
    ]


def error_text(error: AppraisalError | Code, w: Words, **values: object) -> str:
    """What went wrong and what to do about it. A value that the error does not carry shows as a dash."""
    code, given = (error, values) if isinstance(error, Code) else (error.code, {**error.values, **values})
    key = f"error-{code.value}"
    said = {name: _said(name, value, w) for name, value in given.items()}
    return w(key, **{**w.blank(key), **said})


def reading_modal(message: Rendered, w: Words) -> View:
    """A message to read over Home, where there is no conversation; modals take no charts and tables."""
    blocks = message.plain or message.blocks
    return forms.modal("Fullcircle", blocks, callback=Callback.MESSAGE, close=w("close"))


def working_modal(w: Words) -> View:
    """That something takes longer; replaced when it is done."""
    text = section(w.md("working"))
    return forms.modal(w("working-title"), [text], callback=Callback.WAITING, close=w("close"))


def message_modal(title: str, text: str, w: Words) -> View:
    """Something to read."""
    return forms.modal(title, [section(text)], callback=Callback.MESSAGE, close=w("close"))


def _said(name: str, value: object, w: Words) -> object:
    if name == "problems" and isinstance(value, list | tuple):
        rows = [scheme_problem_text(p, w) if isinstance(p, SchemeProblem) else str(p) for p in value]
        rest = [w("and-more", n=len(rows) - MOST_PROBLEMS)] if len(rows) > MOST_PROBLEMS else []
        return "\n".join(rows[:MOST_PROBLEMS] + rest)
    if name == "column" and w.has(f"column-{value}"):
        return w(f"column-{value}")
    if name == "state" and isinstance(value, str) and w.has(f"state-{value}"):
        return w(f"state-{value}")
    if isinstance(value, list | tuple):
        return w.list([short(str(v)) for v in value[:20]])
    return value if isinstance(value, int | float | date) else short(str(value), 500)
