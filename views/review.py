"""The review modal: a page per dimension, a page to check, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from appraisal.cycle import State
from appraisal.language.coach import Hint
from appraisal.review import Answer, Page, Sheet, TaskState, Todo
from appraisal.scheme import (
    AnyQuestion,
    ChoiceItem,
    Disclosure,
    GoalsItem,
    MetricItem,
    NumberItem,
    RatingItem,
    Relation,
    Scheme,
    TextItem,
    Visibility,
)
from views import forms, goals, ids
from views.asked import request_blocks
from views.blocks import (
    Block,
    View,
    actions,
    bold,
    bullet,
    button,
    context,
    divider,
    header,
    joined,
    paragraphs,
    quotes,
    section,
)
from views.promise import Rules, promise
from views.text import Mrkdwn, Words, short

SUMMARY = 600  # characters of a written answer on the page to check
COPIED = 30_000  # characters of answers shown for copying: a view over 250 kB is refused


def page_modal(sheet: Sheet, number: int, w: Words, now: datetime, *, note: str | None = None) -> View:
    """Page `number` (0-based) of the review; `note` stands above it, for instance what is still to be answered."""
    last = number + 1 == len(sheet.pages)
    blocks = [
        context(joined((w.md("page", n=number + 1, of=len(sheet.pages)), _due(sheet, w, now), w("saved-as-you-go")))),
        *([section(joined((":point_right:", note), " "))] if note else []),
        *_request(sheet, number, w),
        *page_blocks(sheet, number, w),
        *_back(number, w),
    ]
    return forms.modal(
        _title(sheet, w),
        blocks,
        callback=ids.Callback.REVIEW_PAGE,
        submit=w("check" if last else "next"),
        close=w("close"),
        metadata=ids.pack(task=sheet.task.id, page=number, revision=sheet.task.revision),
    )


def page_blocks(sheet: Sheet, number: int, w: Words) -> list[Block]:
    """What page `number` asks, with who will see the answers and the figures to know."""
    page = sheet.pages[number]
    return [
        header(w.text(page.dimension.name)),
        section(w.text(page.dimension.about)),
        context(_promise(sheet, w)),
        *_last_actions(sheet, number, w),
        *_figures(sheet, page, w),
        *(_question(item, sheet, w) for item in page.items),
    ]


def check_modal(sheet: Sheet, hints: Sequence[Hint], w: Words, now: datetime) -> View:
    """The answers once more, who will see them, and hints; `page` in the metadata is the one after the last."""
    own = sheet.task.relation is Relation.SELF
    again = sheet.task.state is TaskState.SUBMITTED or sheet.task.submitted_at is not None
    intro = {
        (False, False): "check-intro",
        (False, True): "check-intro-again",
        (True, False): "check-intro-self",
        (True, True): "check-intro-self-again",
    }[own, again]
    blocks = [
        section(w.md(intro, name=short(sheet.reviewee.name))),
        context(joined((_due(sheet, w, now), "" if _can_change(sheet, now) else w("send-once")))),
        *_summary(sheet, w),
        divider(),
        section(joined((bold(w("who-sees")), _promise(sheet, w)), "\n")),
        *_hints(sheet, hints, w),
        *_back(len(sheet.pages), w),
    ]
    return forms.modal(
        w("check-title"),
        blocks,
        callback=ids.Callback.REVIEW_CHECK,
        submit=w("send-again" if again else "send"),
        close=w("close"),
        metadata=ids.pack(task=sheet.task.id, page=len(sheet.pages), revision=sheet.task.revision),
    )


def sent_modal(sheet: Sheet, w: Words, following: Todo | None = None) -> View:
    """Thanks, until when the review can still be changed, and the way to the next one."""
    own = sheet.task.relation is Relation.SELF
    blocks = [section(w.md("sent-self" if own else "sent", name=short(sheet.reviewee.name)))]
    if _can_change(sheet, sheet.task.submitted_at or sheet.cycle.due_at):
        blocks.append(context(w.md("sent-editable", due=sheet.cycle.due_at)))
    if following:
        own_next = following.task.relation is Relation.SELF
        label = w("next-review-self") if own_next else w("next-review", name=short(following.reviewee.name))
        blocks += actions(button(label, ids.Action.NEXT_REVIEW, following.task.id, style="primary"))
    return forms.modal(w("sent-title"), blocks, callback=ids.Callback.MESSAGE, close=w("close"))


def too_late_modal(error: str, answers: Mapping[str, Answer], scheme: Scheme, w: Words) -> View:
    """Why the review could not be saved, and what was typed, so that it can be copied."""
    blocks = [section(error), section(w.md("draft-kept"))]
    room = COPIED
    for key, answer in answers.items():
        item = scheme.item(key)
        if item is None or isinstance(item, GoalsItem) or answer.empty or room <= 0:
            continue
        said = answer_text(item, answer, w, limit=room)
        room -= len(said)
        blocks += quotes(w.text(item.name), [said])
    return forms.modal(w("too-late-title"), blocks, callback=ids.Callback.MESSAGE, close=w("close"))


def answer_text(item: AnyQuestion, answer: Answer, w: Words, *, limit: int = SUMMARY, own: bool = False) -> str:
    """An answer as the reviewer reads it, `own` in the self-review; words for none where there is none."""
    if answer.cant_say:
        return w("cant-say-self" if own else "cant-say")
    match item:
        case RatingItem() | MetricItem():
            label = next((w.text(a.label) for a in item.anchors if a.point == answer.number), "")
            return f"{w.number(answer.number or 0)} · {label}" if answer.number is not None else w("no-answer")
        case ChoiceItem():
            return next((w.text(o.name) for o in item.options if o.key == answer.text), w("no-answer"))
        case NumberItem():
            return w.quantity(answer.number, item.unit) if answer.number is not None else w("no-answer")
        case TextItem():
            whole = (answer.text or "").strip()
            return (short(whole, limit) if limit <= SUMMARY else whole[:limit]) if whole else w("no-answer")


def _can_change(sheet: Sheet, sent: datetime) -> bool:
    """Whether what is sent at that moment can be sent anew."""
    return sheet.cycle.state is State.COLLECTING and sent <= sheet.cycle.due_at


def _request(sheet: Sheet, number: int, w: Words) -> list[Block]:
    if number or not sheet.request:
        return []
    return request_blocks(sheet.task, sheet.reviewee.name, sheet.request, w)


def _title(sheet: Sheet, w: Words) -> str:
    return w("review-self") if sheet.task.relation is Relation.SELF else short(sheet.reviewee.name, forms.TITLE)


def _due(sheet: Sheet, w: Words, now: datetime) -> Mrkdwn:
    until = sheet.task.reopened_until
    if sheet.task.state is TaskState.REOPENED and until:
        return w.md("due", due=until)
    return w.md("due-past" if now > sheet.cycle.due_at else "due", due=sheet.cycle.due_at)


def _promise(sheet: Sheet, w: Words) -> str:
    return promise(sheet.task.relation, sheet.disclosure, sheet.group_size, Rules.of(sheet.cycle), w)


def _last_actions(sheet: Sheet, number: int, w: Words) -> list[Block]:
    if number or not sheet.last_actions:
        return []
    return paragraphs([bold(w("agreed-last-time")), *(bullet(short(a, 300)) for a in sheet.last_actions)])


def _figures(sheet: Sheet, page: Page, w: Words) -> list[Block]:
    """What files say, for who is asked about it; goals and their levels for the person and the manager."""
    metrics = [i for i in page.items if isinstance(i, MetricItem)]
    knows_goals = sheet.task.relation in (Relation.SELF, Relation.MANAGER)
    with_goals = [i for i in page.dimension.items if isinstance(i, GoalsItem) and knows_goals]
    if not (metrics or with_goals):
        return []
    by_metric = {f.metric: f for f in sheet.figures}
    lines: list[str] = [bold(w("figures-of-the-period"))]
    for item in metrics:
        figure = by_metric.get(item.key)
        said = (
            w.md("figure", actual=w.quantity(figure.actual, item.unit), target=w.quantity(figure.target, item.unit))
            if figure
            else w.md("figure-missing")
        )
        lines.append(w.md("named-line", name=w.text(item.name), text=said))
    for item in with_goals:
        lines += [bold(w.text(item.name)), *goals.with_levels(item, {k: f.actual for k, f in by_metric.items()}, w)]
    return paragraphs(lines)


def _question(item: AnyQuestion, sheet: Sheet, w: Words) -> Block:
    answer = sheet.answers.get(item.key, Answer(item.key))
    block = forms.input_(
        ids.item_block(item.key),
        w.text(item.question_for(sheet.task.relation), name=short(sheet.reviewee.name)),
        _element(item, answer, w, own=sheet.task.relation is Relation.SELF),
        hint=_who_reads(item, sheet, w),
        optional=isinstance(item, TextItem | NumberItem),
        live=True,
    )
    block["element"]["action_id"] = ids.Action.TYPE_ANSWER.value
    return block


def _who_reads(item: AnyQuestion, sheet: Sheet, w: Words) -> str:
    if getattr(item, "visible", None) is not Visibility.MANAGER:
        return ""
    if sheet.disclosure is not Disclosure.ANONYMOUS:
        return w("only-the-manager")
    return w("only-the-manager-unsigned", group=w(f"group-{sheet.task.relation.value}"))


def _element(item: AnyQuestion, answer: Answer, w: Words, *, own: bool) -> Block:
    match item:
        case RatingItem() | MetricItem():
            options = [
                forms.option(f"{a.point} · {w.text(a.label)}", str(a.point), w.text(a.behaviour)) for a in item.anchors
            ]
            chosen = None if answer.number is None else f"{answer.number:g}"
            return _radio(options, answer, chosen, w, own=own)
        case ChoiceItem():
            return _radio([forms.option(w.text(o.name), o.key) for o in item.options], answer, answer.text, w, own=own)
        case NumberItem():
            return forms.as_typed(forms.number(item.low, item.high, answer.number, decimal=True))
        case TextItem():
            return forms.as_typed(forms.text(answer.text or "", max_length=item.max_length))


def _radio(options: list[Block], answer: Answer, chosen: str | None, w: Words, *, own: bool) -> Block:
    key = "cant-say-self" if own else "cant-say"
    means = w("cant-say-self-means" if own else "cant-say-means")
    cant_say = forms.option(w(key), ids.CANT_SAY, means)
    return forms.radio([*options, cant_say], ids.CANT_SAY if answer.cant_say else chosen)


def _back(number: int, w: Words) -> list[Block]:
    return actions(button(w("back"), ids.Action.REVIEW_BACK, str(number))) if number else []


def _summary(sheet: Sheet, w: Words) -> list[Block]:
    own, blocks = sheet.task.relation is Relation.SELF, list[Block]()
    for page in sheet.pages:
        lines: list[str] = [bold(w.text(page.dimension.name))]
        for item in page.items:
            said = answer_text(item, sheet.answers.get(item.key, Answer(item.key)), w, own=own)
            lines.append(w.md("answer-line", name=w.text(item.name), text=said))
        blocks += paragraphs(lines)
    return blocks


def _hints(sheet: Sheet, hints: Sequence[Hint], w: Words) -> list[Block]:
    if not hints:
        return []
    lines: list[str] = [bold(w("hints-intro"))]
    for hint in hints:
        item = sheet.cycle.scheme.item(hint.item)
        name = w.text(item.name) if item else hint.item
        lines.append(w.md("hint-line", name=name, text=w(f"hint-{hint.kind.value}")))
    return paragraphs(lines)
