"""What HR sees of a cycle: start, preview, status, close, release."""

from __future__ import annotations

from collections.abc import Sequence

from appraisal.cycle import Cycle, Notice, Preview, Progress, State, Warning
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
    divider,
    fields,
    header,
    joined,
    paragraphs,
    section,
)
from views.notices import message_modal
from views.promise import Rules, settings
from views.text import Mrkdwn, Words, short

MOST_CYCLES = 6
MOST_NAMES = 10
MOST_DEPARTMENTS = 20
BAR = 10  # segments of a progress bar


def preview_modal(preview: Preview, w: Words, figures: Sequence[Block] = ()) -> View:
    """What launching would do, and what HR should know before, also about `figures`; submitting launches."""
    cycle = preview.cycle
    blocks = [
        section(joined((bold(short(cycle.name)), w.text(cycle.scheme.name)), "\n")),
        fields(
            [
                (w("preview-people"), w.number(preview.people)),
                (w("preview-reviews"), w.number(preview.reviews)),
                (w("preview-load"), w("reviews-each", n=preview.highest_load)),
                (w("preview-minutes"), w("about-minutes", n=preview.minutes_each)),
                (w("start-due"), w.deadline(cycle.due_at, year=True)),
                (w("preview-period"), w.period(cycle.period_start, cycle.period_end)),
                (w("start-threshold"), w.number(cycle.threshold)),
                (w("start-comment-threshold"), w.number(cycle.comment_threshold)),
            ]
        ),
        context(joined(w("count-of", group=w(f"asks-{r.value}"), n=n) for r, n in preview.by_relation.items())),
        *paragraphs([bold(w("start-settings")), *map(bullet, settings(Rules.of(cycle), w))]),
        *([context(w.md("preview-forms", forms=w.list(_forms(preview, w))))] if preview.by_form else []),
        *([context(w.md("preview-busiest", names=_names(preview.busiest, w)))] if preview.busiest else []),
        *_notices(preview, w),
        *figures,
        section(w.md("preview-nothing-sent")),
    ]
    return forms.modal(
        w("preview-title"),
        blocks,
        callback=ids.Callback.CYCLE_PREVIEW,
        submit=w("launch"),
        close=w("cancel"),
        metadata=ids.pack(cycle=cycle.id),
    )


def _forms(preview: Preview, w: Words) -> list[str]:
    """How many people get which form of the scheme."""
    names = {v.key: short(w.text(v.name)) for v in preview.cycle.scheme.variants} | {"": w("form-common")}
    return [w("count-of", group=names[key], n=n) for key, n in preview.by_form]


def launched_modal(preview: Preview, w: Words) -> View:
    cycle = preview.cycle
    text = w.md("launched", name=short(cycle.name), people=preview.people, reviews=preview.reviews, due=cycle.due_at)
    return forms.modal(w("launched-title"), [section(text)], callback=ids.Callback.MESSAGE, close=w("close"))


def status(progress: Sequence[Progress], w: Words) -> Rendered:
    """Where every open cycle stands, with the buttons for the next step."""
    if not progress:
        start = button(w("start-cycle"), ids.Action.OPEN_START, style="primary")
        return Rendered(w("no-open-cycles"), [section(w.md("no-open-cycles")), *actions(start)])
    blocks: list[Block] = []
    for each in progress[:MOST_CYCLES]:
        blocks += [header(short(each.cycle.name, 150)), *progress_blocks(each, w)]
    if len(progress) > MOST_CYCLES:
        blocks.append(context(w.md("and-more", n=len(progress) - MOST_CYCLES)))
    lines = (w("status-line", name=short(p.cycle.name), state=state(p, w)) for p in progress[:MOST_CYCLES])
    return Rendered(w.sentences(lines), blocks)


def progress_blocks(p: Progress, w: Words) -> list[Block]:
    """One cycle for HR: how far it is, whom it waits for, and what HR can do next."""
    lines: list[str] = [
        joined((bold(state(p, w)), w("due", due=p.cycle.due_at))),
        _reviews(p, w),
    ]
    if p.cycle.state is not State.COLLECTING and p.approvals:
        lines.append(w.md("progress-approvals", bar=bar(p.approved, p.approvals), done=p.approved, n=p.approvals))
    if p.released:
        lines.append(w.md("progress-released", n=p.released, read=p.acknowledged))
    lines.append(w.md("progress-metrics", done=p.metrics_people, n=p.people))
    blocks = paragraphs(lines)
    if p.cycle.state is State.COLLECTING and p.waiting_on:
        blocks.append(context(w.md("waiting-on", names=_waiting(p, w))))
    if p.cycle.state is State.COLLECTING and len(p.by_department) > 1:
        shown = p.by_department[:MOST_DEPARTMENTS]
        each = [w("department-progress", name=short(d), done=done, n=n) for d, done, n in shown]
        rest = len(p.by_department) - len(shown)
        blocks.append(context(joined([*each, w("departments-more", n=rest) if rest else ""])))
    return [*blocks, *_next_step(p, w), divider()]


def close_modal(progress: Sequence[Progress], w: Words, figures: Sequence[Block] = ()) -> View:
    """Which cycle to close, what would be lost, and which `figures` are out of date."""
    if not progress:
        return message_modal(w("close-title"), w("error-no-open-cycle"), w)
    lines = [_closing(p, w) for p in progress]
    blocks = [
        _which(progress, w, seen=True),
        *paragraphs(lines),
        *figures,
        *([context(w.md("close-intro"))] if any(p.cycle.state is State.COLLECTING for p in progress) else []),
    ]
    return forms.modal(
        w("close-title"), blocks, callback=ids.Callback.CYCLE_CLOSE, submit=w("close-submit"), close=w("cancel")
    )


def release_modal(candidates: Sequence[Progress], w: Words) -> View:
    """Which cycle's approved results to send."""
    if not candidates:
        return message_modal(w("release-title"), w("error-nothing-to-release"), w)
    lines = [
        w.md("release-line", name=bold(short(p.cycle.name)), n=max(0, p.approved - p.released), of=p.approvals)
        for p in candidates
    ]
    blocks = [section(w.md("release-intro")), _which(candidates, w), *paragraphs(lines)]
    return forms.modal(
        w("release-title"), blocks, callback=ids.Callback.CYCLE_RELEASE, submit=w("release"), close=w("cancel")
    )


def done_modal(title: str, text: str, w: Words) -> View:
    """That something was done."""
    return message_modal(title, text, w)


def closed_modal(closed: Cycle, w: Words) -> View:
    """That the reviews of a cycle were closed, or the cycle for good; `closed` as it is now."""
    if closed.state is State.APPROVING:
        return done_modal(w("closed-reviews-title"), w.md("closed-collecting", name=short(closed.name)), w)
    return done_modal(w("closed-title"), w.md("closed-for-good", name=short(closed.name)), w)


def state(p: Progress, w: Words) -> str:
    return w(f"state-{p.cycle.state.value}")


def bar(done: int, of: int) -> Mrkdwn:
    """Ten segments; full only when all is done, empty only when nothing is."""
    full = 0 if of <= 0 or done <= 0 else max(1, min(BAR, done * BAR // of))
    return Mrkdwn("▰" * full + "▱" * (BAR - full))


def _notices(preview: Preview, w: Words) -> list[Block]:
    if not preview.notices:
        return [context(w.md("preview-all-well"))]
    lines = [joined((":warning:", _notice(n, w)), " ") for n in preview.notices]
    return paragraphs([bold(w("preview-notices")), *lines])


def _notice(notice: Notice, w: Words) -> Mrkdwn:
    names, n = notice.names, len(notice.names)
    if notice.warning is Warning.FEW_TO_EVEN_OUT:
        reviewers, fewest = names
        return w.md("warning-few-to-even-out", n=int(reviewers), fewest=fewest)
    if notice.warning is Warning.NO_METRICS and n == 1 and names[0].isdecimal():  # too many to name: how many
        n = int(names[0])
    return w.md(f"warning-{notice.warning.value}", n=n, names=_names(names, w))


def _reviews(p: Progress, w: Words) -> Mrkdwn:
    """How many reviews are in. Once reviews are closed those that never came are gone, so there is no share left."""
    if p.cycle.state in (State.APPROVING, State.RELEASED, State.CLOSED):
        return w.md("progress-counted", n=p.submitted)
    key = "progress-reviews-drafts" if p.started else "progress-reviews"
    return w.md(key, bar=bar(p.submitted, p.reviews), done=p.submitted, n=p.reviews, started=p.started)


def _waiting(p: Progress, w: Words) -> str:
    """Names with the reviews each has to write, and how many there are from others."""
    shown = p.waiting_on[:MOST_NAMES]
    rest = p.reviews - p.submitted - sum(n for _, n in shown)
    names = [w("name-and-count", name=short(name), n=n) for name, n in shown]
    return w.list([*names, w("reviews-more", n=rest)] if rest > 0 else names)


def _names(names: Sequence[str], w: Words) -> str:
    rest = len(names) - MOST_NAMES
    return w.list([short(n) for n in names[:MOST_NAMES]] + ([w("n-more", n=rest)] if rest > 0 else []))


def _which(progress: Sequence[Progress], w: Words, *, seen: bool = False) -> Block:
    """`seen`: the value also carries the state the reader has seen, so that one click is one step."""
    options = [
        forms.option(short(p.cycle.name, 75), ids.pair(p.cycle.id, p.cycle.state.value) if seen else p.cycle.id)
        for p in progress
    ]
    initial = options[0]["value"] if len(options) == 1 else None
    return forms.input_(ids.Field.CYCLE, w("which-cycle"), forms.select(options, initial))


def _closing(p: Progress, w: Words) -> str:
    name = bold(short(p.cycle.name))
    if p.cycle.state is not State.COLLECTING:
        return w.md("close-for-good", name=name)
    if missing := p.reviews - p.submitted:
        return w.md("close-missing", name=name, n=missing, names=_waiting(p, w))
    return w.md("close-complete", name=name, n=p.reviews)


def _next_step(p: Progress, w: Words) -> list[Block]:
    buttons: dict[State, list[Block]] = {
        State.COLLECTING: [
            button(w("close-cycle"), ids.Action.OPEN_CLOSE, p.cycle.id),
            button(w("import-metrics"), ids.Action.OPEN_METRICS, p.cycle.id),
        ],
        State.RELEASED: [
            button(w("close-cycle-for-good"), ids.Action.OPEN_CLOSE, p.cycle.id),
            button(w("figures-button"), ids.Action.SHOW_FIGURES, p.cycle.id),
        ],
        State.APPROVING: [
            button(w("release-results"), ids.Action.OPEN_RELEASE, p.cycle.id),
            button(w("figures-button"), ids.Action.SHOW_FIGURES, p.cycle.id),
            button(w("import-metrics"), ids.Action.OPEN_METRICS, p.cycle.id),
        ],
    }
    return actions(*buttons.get(p.cycle.state, []))
