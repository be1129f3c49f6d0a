"""Every view and message of the product, and what Slack would say to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from appraisal.actions import ActionState
from appraisal.approval import ApprovalState
from appraisal.cycle import State
from appraisal.errors import Code
from appraisal.language.coach import Hint, HintKind
from appraisal.news import News
from appraisal.reminders import Rule
from appraisal.review import Request, TaskState, Todo
from appraisal.scheme import Relation
from appraisal.scoring.explanation import FigureChange
from sandbox.kit.blocks import Surface
from sandbox.kit.limits import check_message, check_view
from tests.views import cast
from tests.views.files import file_views
from views import approval, asked, causes, comments, cycle, home, ids, improvement, news, notices, result, review, todo
from views.blocks import MESSAGE_CHARACTERS, Rendered, characters
from views.scheme import scheme_modal
from views.start import StartDefaults, start_modal
from views.text import Words

UNKNOWN_TO_SDK = {"data_visualization", "data_table"}
Make = Callable[[Words], Any]


def accept(shown: Any) -> None:
    """Raise what Slack would refuse: a view by its type, a Rendered as a message, both with and without chart."""
    if isinstance(shown, Rendered):
        for blocks in (shown.blocks, shown.plain or shown.blocks):
            check_message(shown.text, blocks)
            assert characters(blocks) <= MESSAGE_CHARACTERS
            known = [b for b in blocks if b["type"] not in UNKNOWN_TO_SDK]
            assert [b.to_dict() for b in Block.parse_all(known)] == known
        return
    check_view(shown, Surface(shown["type"]))
    assert View(**shown).to_dict() == shown


def defaults(name: str = "Q1 2026") -> StartDefaults:
    return StartDefaults(name, date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 10))


def everything() -> Iterator[tuple[str, Make]]:
    """(name, how to make it) of every view and message in its usual states."""
    now, day = cast.NOW, cast.NOW.date()
    for state in (TaskState.OPEN, TaskState.DRAFT, TaskState.SUBMITTED):
        yield f"todo card {state}", lambda w, s=state: todo.todo_card(cast.todos(state=s), w, now)
    for state in (State.PAUSED, State.APPROVING):
        yield f"todo card of a {state} cycle", lambda w, s=state: todo.todo_card(cast.todos(state_of_cycle=s), w, now)
    yield "todo reply", lambda w: todo.todo_reply([cast.todos(), cast.todos(9)], w, now)
    yield "todo reply with nothing", lambda w: todo.todo_reply([], w, now)
    for rule in Rule:
        yield f"reminder {rule}", lambda w, r=rule: todo.reminder(cast.todos(), r, w, now)
    asking = Request("林晓", "More about March?", now)
    for relation in (Relation.SELF, Relation.PEER):
        for sent in (None, now):
            about = Todo(replace(cast.task(relation, TaskState.REOPENED), submitted_at=sent), cast.PERSON)
            name = f"{relation}, sent {sent}"
            yield f"returned, {name}", lambda w, a=about: asked.returned(a, asking, w)
            yield f"returned and over, {name}", lambda w, a=about: asked.over(a, cast.DUE, w)
            again = cast.sheet(relation, request=asking, task=about.task)
            yield f"first page of a returned review, {name}", lambda w, s=again: review.page_modal(s, 0, w, now)
    for relation in Relation:
        sheet = cast.sheet(relation)
        for n in range(len(sheet.pages)):
            yield f"page {n} for {relation}", lambda w, s=sheet, n=n: review.page_modal(s, n, w, now)
        answered = cast.sheet(relation, answers=cast.full_answers(relation))
        yield f"filled page for {relation}", lambda w, s=answered: review.page_modal(s, 0, w, now, note="Look")
        yield f"check for {relation}", lambda w, s=answered: review.check_modal(s, [], w, now)
    hints = [Hint(kind, "attitude_grow") for kind in HintKind]
    yield "check with hints", lambda w: review.check_modal(cast.sheet(), hints, w, now)
    yield "sent", lambda w: review.sent_modal(cast.sheet(), w)
    answers = cast.full_answers(Relation.PEER)
    yield "too late", lambda w: review.too_late_modal("Too late", answers, cast.SCHEME, w)
    yield "start", lambda w: start_modal([cast.SCHEME], ["A", "B"], w, defaults=defaults())
    yield "start without departments", lambda w: start_modal([cast.SCHEME], [], w, defaults=defaults())
    yield "preview", lambda w: cycle.preview_modal(cast.preview(), w)
    yield "preview without notices", lambda w: cycle.preview_modal(cast.preview(notices=False), w)
    yield "launched", lambda w: cycle.launched_modal(cast.preview(), w)
    yield "status", lambda w: cycle.status([cast.progress(s) for s in State], w)
    yield "status with nothing", lambda w: cycle.status([], w)
    yield "close", lambda w: cycle.close_modal([cast.progress(), cast.progress(State.RELEASED, id="c2")], w)
    yield "close with nothing", lambda w: cycle.close_modal([], w)
    yield "release", lambda w: cycle.release_modal([cast.progress(State.APPROVING)], w)
    yield "release with nothing", lambda w: cycle.release_modal([], w)
    yield "done", lambda w: cycle.done_modal("Done", "It is done.", w)
    yield from file_views()
    for state in ApprovalState:
        yield f"manager card {state}", lambda w, s=state: approval.manager_card(cast.manager_card(s), w, now)
    figure = FigureChange("goal_completion", 97.5, None)
    for n, found in enumerate((News(now, True, True), News(now, False, False, 71.4, 74.6, (figure,) * 40))):
        told = cast.manager_card(news=found)
        yield f"manager card with news {n}", lambda w, c=told: approval.manager_card(c, w, now)
        yield (
            f"reviews answered {n}",
            lambda w, c=told: news.reviews_answered(c, w, in_time=c.news is not None and c.news.asked),
        )
    for then in (None, ids.Action.APPROVE, ids.Action.OPEN_ADJUST):
        yield f"causes, then {then}", lambda w, t=then: causes.causes_modal(cast.missed_card(), w, then=t)
    yield "manager card with causes", lambda w: approval.manager_card(cast.missed_card(named=True), w, now)
    yield "propose after missed targets", lambda w: improvement.action_modal(cast.missed_card(named=True), w, day)
    yield "adjust", lambda w: approval.adjust_modal(cast.manager_card(), w)
    yield "return", lambda w: approval.return_modal(cast.manager_card(), w)
    yield "return with nobody", lambda w: approval.return_modal(cast.manager_card(counts=()), w)
    yield "propose", lambda w: improvement.action_modal(cast.manager_card(), w, day)
    yield "comment", lambda w: improvement.comment_modal(cast.action_card(), w)
    for state in ActionState:
        yield f"action card {state}", lambda w, s=state: improvement.action_card(cast.action_card(s), w)
        yield f"action answered {state}", lambda w, s=state: improvement.action_answered(cast.action_card(s), w)
    for state in (ApprovalState.RELEASED, ApprovalState.ACKNOWLEDGED):
        yield f"result {state}", lambda w, s=state: result.result_card(cast.result(s), w, now)
    yield "comments", lambda w: comments.comments_modal(cast.comments(), cast.cycle(), w)
    asked_for = cast.home(to_change=(cast.action_card(ActionState.COMMENTED),) * 12)
    yield "home with changes asked for", lambda w: cast_home(asked_for, w)
    for is_hr in (True, False):
        yield f"home, hr {is_hr}", lambda w, i=is_hr: cast_home(cast.home(is_hr=i), w)
        yield f"help, hr {is_hr}", lambda w, i=is_hr: notices.help_text(i, w, "/review", "/cycle")
    yield "all in", lambda w: notices.all_reviews_in(cast.progress(), w)
    yield "all approved", lambda w: notices.all_approved(cast.progress(), w)
    yield "acknowledged", lambda w: notices.acknowledged("Li Wei", w)
    yield "scheme", lambda w: scheme_modal(cast.SCHEME, w)
    for code in Code:
        yield f"error {code}", lambda w, c=code: notices.message_modal("Oops", notices.error_text(c, w), w)


def cast_home(given: Any, w: Words) -> Any:
    return home.home_view(given, w, cast.NOW, review_command="/review", cycle_command="/cycle")
