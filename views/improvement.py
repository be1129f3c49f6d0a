"""Improvement actions: the form, the employee's card, the answer, and the list on other cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from appraisal.actions import Action, ActionCard, ActionState
from appraisal.approval import ManagerCard
from views import forms, ids
from views.blocks import (
    Block,
    Rendered,
    View,
    actions,
    bold,
    bullet,
    button,
    context,
    header,
    joined,
    paragraphs,
    quotes,
    section,
)
from views.causes import missed_with_cause
from views.scores import item_name
from views.text import Words, cut, short

DAYS_TO_IMPROVE = 60  # proposed time for an action: most of a quarter
MOST_ACTIONS = 5
MOST_IDEAS = 5
EXCERPT = 200  # characters of an action's parts on the cards that list several
COMMENT = 500


def action_modal(card: ManagerCard, w: Words, today: date) -> View:
    """An improvement action to propose, with what suggests itself: missed targets first, then the weakest items.

    Where the employee asked for a change, the form begins with the old proposal and replaces it.
    """
    old = next((a for a in card.actions if a.state is ActionState.COMMENTED), None)
    field, text = ids.Field, partial(forms.text, max_length=1000)
    blocks = [
        section(w.md("action-intro", name=short(card.person.name))),
        *(_ideas(card, w) if not old else []),
        *(quotes(w("their-comment", name=short(card.person.name)), [old.comment]) if old else []),
        forms.input_(field.WHAT, w("action-what"), text(old.what if old else ""), hint=w("action-what-hint")),
        forms.input_(field.WHY, w("action-why"), text(old.why if old else _missed(card, w))),
        forms.input_(
            field.MEASURE, w("action-measure"), text(old.measure if old else ""), hint=w("action-measure-hint")
        ),
        forms.input_(
            field.BY, w("action-by"), forms.day(old.due_on if old else today + timedelta(days=DAYS_TO_IMPROVE))
        ),
        forms.input_(
            field.HELP, w("action-help"), text(old.help if old else ""), hint=w("action-help-hint"), optional=True
        ),
    ]
    replaces = {"replaces": old.id} if old else {}
    return forms.modal(
        w("action-title"),
        blocks,
        callback=ids.Callback.PROPOSE_ACTION,
        submit=w("action-submit"),
        close=w("cancel"),
        metadata=ids.pack(cycle=card.cycle.id, person=card.person.id, **replaces),
    )


def _missed(card: ManagerCard, w: Words) -> str:
    """How the reason begins where targets were missed."""
    return w("why-missed", what=w.sentences(missed_with_cause(card, m, w) for m in card.missed)) if card.missed else ""


def _ideas(card: ManagerCard, w: Words) -> list[Block]:
    asked = {m.metric for m in card.missed}
    weakest = [h.item for h in card.highlights.growth if h.item not in asked]
    lists = (
        ("action-missed", [missed_with_cause(card, m, w) for m in card.missed]),
        ("action-ideas", [item_name(card.cycle.scheme, key, w) for key in weakest]),
    )
    lines: list[str] = []
    for heading, ideas in lists:
        if ideas:
            lines += [bold(w(heading)), *(bullet(short(idea, 300)) for idea in ideas[:MOST_IDEAS])]
    return paragraphs(lines)


def comment_modal(card: ActionCard, w: Words) -> View:
    """What the employee would like changed about an action."""
    blocks = [
        section(joined((bold(w("action-what")), short(card.action.what, 300)), "\n")),
        forms.input_(
            ids.Field.COMMENT,
            w("comment-label"),
            forms.text(max_length=1000),
            hint=w("comment-hint", name=short(card.proposer_name)),
        ),
    ]
    return forms.modal(
        w("comment-modal-title"),
        blocks,
        callback=ids.Callback.COMMENT_ACTION,
        submit=w("comment-submit"),
        close=w("cancel"),
        metadata=ids.pack(action=card.action.id),
    )


def action_card(card: ActionCard, w: Words) -> Rendered:
    """An action for the employee: to accept or comment on, and afterwards what became of it."""
    action, proposer = card.action, short(card.proposer_name)
    text = w("action-text", name=proposer, cycle=short(card.cycle_name))
    blocks = [header(w("action-header")), section(text)]
    for key, value in (("what", action.what), ("why", action.why), ("measure", action.measure), ("help", action.help)):
        if value.strip():
            blocks.append(section(joined((bold(w(f"action-{key}")), cut(value.strip(), 1000)), "\n")))
    blocks.append(section(joined((bold(w("action-by")), w.date(action.due_on)), "\n")))
    if action.state is ActionState.PROPOSED:
        accept = button(w("accept"), ids.Action.ACCEPT_ACTION, action.id, style="primary")
        return Rendered(text, [*blocks, *actions(accept, button(w("comment"), ids.Action.OPEN_COMMENT, action.id))])
    blocks.append(context(_answered(action, w)))
    if action.state is ActionState.COMMENTED and action.comment:
        blocks += [*quotes(w("your-comment"), [action.comment]), context(w.md("comment-sent", name=proposer))]
    return Rendered(text, blocks)


def action_answered(card: ActionCard, w: Words) -> Rendered:
    """For the one who proposed an action: it was accepted or commented on."""
    action = card.action
    agreed = action.state is ActionState.AGREED
    key = "answered-agreed" if agreed else "answered-commented"
    values = {"name": short(card.person_name), "what": short(action.what, EXCERPT)}
    blocks = [section(w.md(key, **values))]
    if agreed:
        return Rendered(w(key, **values), [*blocks, context(w.md("due", due=action.due_on))])
    blocks += quotes(w("their-comment", name=values["name"]), [action.comment])
    again = button(w("propose-again"), ids.Action.OPEN_ACTION, ids.pair(action.cycle_id, action.person_id))
    return Rendered(w(key, **values), [*blocks, *actions(again)])


def action_lines(given: Sequence[Action], w: Words, *, whose: str) -> list[Block]:
    """Actions in short, on the cards that list several; nothing where there are none.

    `whose`: the heading of what the employee would like changed, for as long as that has no answer.
    """
    if not given:
        return []
    blocks = paragraphs([bold(w("actions-heading"))])
    for action in given[:MOST_ACTIONS]:
        details = [
            w("action-detail", label=w(f"action-{key}"), text=short(value, EXCERPT))
            for key, value in (("measure", action.measure), ("help", action.help))
            if value.strip()
        ]
        state = joined((w("by-day", day=w.date(action.due_on)), w(f"action-state-{action.state.value}")))
        blocks += paragraphs([bold(short(action.what, EXCERPT)), *details, state])
        if action.state is ActionState.COMMENTED:
            blocks += quotes(whose, [cut(action.comment, COMMENT)])
    if len(given) > MOST_ACTIONS:
        blocks.append(context(w.md("and-more", n=len(given) - MOST_ACTIONS)))
    return blocks


def _answered(action: Action, w: Words) -> str:
    if action.state is ActionState.REPLACED:
        return w("replaced")
    if action.state is ActionState.COMMENTED:
        return w("commented")
    return w("agreed-on", day=w.day(action.answered_at)) if action.answered_at else w("agreed")
