"""App Home: what I have to do, my last result, and for HR the open cycles."""

from __future__ import annotations

from datetime import datetime

from appraisal.actions import ActionCard
from appraisal.approval import ApprovalState
from appraisal.home import Home, ToDecide
from views import ids, scores
from views.blocks import (
    MOST_IN_VIEW,
    Block,
    View,
    actions,
    bold,
    button,
    context,
    divider,
    header,
    joined,
    paragraphs,
    section,
)
from views.cycle import MOST_CYCLES, progress_blocks
from views.notices import hr_buttons
from views.text import Words, short
from views.todo import todo_lines

MOST_LISTS = 4
MOST_LINES = 20  # reviews of all lists together
MOST_CARDS = 10


def home_view(home: Home, w: Words, now: datetime, *, review_command: str, cycle_command: str) -> View:
    """The Home tab. `now` decides which buttons are offered."""
    blocks = [
        header(w("home-greeting", name=short(home.person.name))),
        *_todo(home, w, now),
        *_decisions(home, w),
        *_actions(home, w),
        *_to_change(home, w),
        *_agreed(home, w),
        *_result(home, w),
        *(_hr(home, w) if home.is_hr else []),
    ]
    commands = w.md("home-commands", command=review_command)
    if home.is_hr:
        commands = w.md("home-commands-hr", command=review_command, cycle=cycle_command)
    foot = [divider(), context(commands), *actions(button(w("help"), ids.Action.SHOW_HELP))]
    body = blocks[: MOST_IN_VIEW - len(foot)]
    return {"type": "home", "blocks": (body[:-1] if body[-1] == divider() else body) + foot}


def _todo(home: Home, w: Words, now: datetime) -> list[Block]:
    lists = home.todo[:MOST_LISTS]
    if not lists:
        return [section(w.md("todo-none"))]
    blocks: list[Block] = [section(bold(w("home-todo")))]
    for todo in lists:
        blocks += [context(short(todo.cycle.name)), *todo_lines(todo, w, now, most=MOST_LINES // len(lists))]
    return blocks


def _decisions(home: Home, w: Words) -> list[Block]:
    if not home.to_decide:
        return []
    blocks: list[Block] = [divider(), section(bold(w("home-decide", n=len(home.to_decide))))]
    blocks += [_decision(each, w) for each in home.to_decide[:MOST_CARDS]]
    return blocks + _rest(len(home.to_decide), w)


def _decision(each: ToDecide, w: Words) -> Block:
    waits = "waits-release" if each.approval.state is ApprovalState.APPROVED else "waits-decision"
    key = "waits-reviews" if each.approval.state is ApprovalState.RETURNED else waits
    text = joined((bold(short(each.person.name)), short(each.cycle.name), w(key)))
    return section(text, button(w("look"), ids.Action.SHOW_APPROVAL, ids.pair(each.cycle.id, each.person.id)))


def _actions(home: Home, w: Words) -> list[Block]:
    if not home.actions_to_answer:
        return []
    blocks: list[Block] = [divider(), section(bold(w("home-actions", n=len(home.actions_to_answer))))]
    for card in home.actions_to_answer[:MOST_CARDS]:
        blocks += _action(card, w)
    return blocks + _rest(len(home.actions_to_answer), w)


def _action(card: ActionCard, w: Words) -> list[Block]:
    text = joined((bold(short(card.action.what, 300)), w("by-day", day=w.date(card.action.due_on))))
    accept = button(w("accept"), ids.Action.ACCEPT_ACTION, card.action.id, style="primary")
    return [section(text), *actions(accept, button(w("comment"), ids.Action.OPEN_COMMENT, card.action.id))]


def _to_change(home: Home, w: Words) -> list[Block]:
    """What somebody would like changed about an action: the employee, or the reader who has not answered yet."""
    if not home.to_change:
        return []
    blocks: list[Block] = [divider(), section(bold(w("home-to-change")))]
    for card in home.to_change[:MOST_CARDS]:
        own = card.action.person_id == home.person.id
        whose = w("your-comment") if own else w("their-comment", name=short(card.person_name))
        said = w.md("named-line", name=whose, text=short(card.action.comment, 300))
        again = ids.pair(card.action.cycle_id, card.action.person_id)
        answer = None if own else button(w("propose-again"), ids.Action.OPEN_ACTION, again)
        waits = w.md("waits-for-answer", name=short(card.proposer_name)) if own else ""
        blocks.append(section(joined((bold(short(card.action.what, 300)), said, waits), "\n"), answer))
    return blocks + _rest(len(home.to_change), w)


def _agreed(home: Home, w: Words) -> list[Block]:
    if not home.agreed:
        return []
    lines = [
        joined((bold(short(action.what, 300)), w("by-day", day=w.date(action.due_on))))
        for action in home.agreed[:MOST_CARDS]
    ]
    return [divider(), section(bold(w("home-agreed"))), *paragraphs(lines), *_rest(len(home.agreed), w)]


def _result(home: Home, w: Words) -> list[Block]:
    result = home.last_result
    if result is None:
        return []
    band = scores.band_text(result.cycle.scheme, result.band, w)
    total = w("result-no-total")
    if result.total is not None:
        total = joined((bold(w.score(result.total)), band))
    show = button(w("show-result"), ids.Action.SHOW_RESULT, result.cycle.id)
    return [
        divider(),
        section(bold(w("home-result"))),
        section(joined((short(result.cycle.name), total)), show),
    ]


def _hr(home: Home, w: Words) -> list[Block]:
    blocks: list[Block] = [divider(), section(bold(w("home-hr"))), *actions(*hr_buttons(w))]
    for progress in home.progress[:MOST_CYCLES]:
        blocks += [section(bold(short(progress.cycle.name))), *progress_blocks(progress, w)]
    return blocks


def _rest(n: int, w: Words) -> list[Block]:
    return [context(w.md("and-more", n=n - MOST_CARDS))] if n > MOST_CARDS else []
