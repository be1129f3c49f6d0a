"""The manager's card, and the modals to adjust a score and to ask for more."""

from __future__ import annotations

from datetime import datetime

from appraisal.actions import ActionState
from appraisal.approval import (
    LEAST_REASON,
    UNDECIDED,
    ApprovalState,
    ManagerCard,
    adjustment_range,
    final_band,
    final_total,
    late_may_answer,
    to_ask_again,
)
from appraisal.scheme import Relation, Scheme, Source
from views import forms, ids, scores
from views.annual import annual_blocks
from views.blocks import (
    Block,
    Rendered,
    View,
    actions,
    bold,
    button,
    confirm,
    context,
    header,
    joined,
    paragraphs,
    quotes,
    section,
    table,
)
from views.cautions import NAME, caution_blocks, cautions, open_requests
from views.comments import comment_blocks
from views.improvement import action_lines
from views.news import news_blocks
from views.text import NOTHING, Words, cut, short

MISSING = "missing"  # option value of a return: whoever has not sent a review yet


def manager_card(card: ManagerCard, w: Words, now: datetime) -> Rendered:
    """All the manager needs to decide, and afterwards what was decided."""
    name, scheme = short(card.person.name), card.cycle.scheme
    total = final_total(card.score, card.approval)
    text = _summary(card, total, w)
    head = [
        header(w("approval-header", name=name, cycle=short(card.cycle.name))),
        _total(card, w),
        *news_blocks(card, w),
        *annual_blocks(card.year, w),
        *_decision(card, w),
        *_counts(card, w),
        *_doubts(card, w),
    ]
    tail = [
        *scores.metric_blocks(card, w, now, stale=card.stale),
        *scores.highlight_blocks(scheme, w("strengths"), card.highlights.strengths, w, own=False),
        *scores.highlight_blocks(scheme, w("growth"), card.highlights.growth, w, own=False),
        *scores.how_counted_blocks(card.score, w),
        *scores.left_out_blocks(scheme, card.score, card.cycle.threshold, w),
        *comment_blocks(card.comments, card.cycle, card.person.id, w),
        *action_lines(card.actions, w, whose=w("their-comment", name=name)),
        *_cautions(card, w),
        *_buttons(card, w),
    ]
    lines = paragraphs(scores.dimension_line(scheme, d, w) for d in card.score.dimensions)
    if not card.score.dimensions:
        return Rendered(text, head + tail)
    return Rendered(text, [*head, _dimension_table(card, w), *tail], [*head, *lines, *tail])


def adjust_modal(
    card: ManagerCard, w: Words, *, typed: tuple[float, str] | None = None, note: str | None = None
) -> View:
    """A new total within the scheme's limit, and the reason. `typed`: both as they were; `note`: why it comes again."""
    total = card.score.total or 0.0
    low, high = adjustment_range(card.cycle.scheme, total)
    value, reason = typed or (int(w.score(total)), "")
    blocks = [
        *([section(joined((":point_right:", note), " "))] if note else []),
        section(w.md("adjust-intro", name=short(card.person.name), total=w.score(total), low=low, high=high)),
        *caution_blocks(card, w),
        forms.input_(ids.Field.VALUE, w("adjust-value"), forms.number(low, high, min(high, max(low, value)))),
        forms.input_(
            ids.Field.REASON,
            w("adjust-reason"),
            forms.text(reason, min_length=LEAST_REASON, max_length=2000),
            hint=w("adjust-reason-hint", least=LEAST_REASON),
        ),
    ]
    return _modal(w("adjust-title"), blocks, ids.Callback.ADJUST, w("adjust-submit"), card, w)


def return_modal(card: ManagerCard, w: Words) -> View:
    """Whom to ask again: those who are missing, or a whole group; never one anonymous reviewer."""
    options = []
    late = to_ask_again(card.cycle, card.counts, None)
    if missing := sum(c.asked - c.submitted for c in card.counts if c.relation in late):
        options.append(forms.option(w("return-missing"), MISSING, w("return-missing-means", n=missing)))
    for count in card.counts:
        if to_ask_again(card.cycle, card.counts, count.relation):
            several = count.relation in (Relation.PEER, Relation.REPORT)
            group = w("return-group", group=w(f"group-{count.relation.value}"))
            name = group if several else w(f"source-{count.relation.value}")
            n = count.asked if late_may_answer(card.cycle, card.counts, count.relation) else count.submitted
            options.append(forms.option(name, count.relation.value, w("return-group-means", n=n)))
    if not options:
        nothing = [section(w.md("return-nobody")), *_too_few(card, w)]
        return forms.modal(w("return-title"), nothing, callback=ids.Callback.MESSAGE, close=w("close"))
    blocks = [
        section(w.md("return-intro", name=short(card.person.name))),
        forms.input_(ids.Field.GROUP, w("return-whom"), forms.radio(options, options[0]["value"])),
        *_too_few(card, w),
        forms.input_(ids.Field.NOTE, w("return-note"), forms.text(max_length=1000), hint=w("return-note-hint")),
    ]
    return _modal(w("return-title"), blocks, ids.Callback.RETURN, w("return-submit"), card, w)


def _too_few(card: ManagerCard, w: Words) -> list[Block]:
    """Why reviews that are missing are not offered."""
    texts = [
        w.md("return-too-few", n=c.asked - c.submitted, group=w(f"group-{c.relation.value}"))
        for c in card.counts
        if c.asked > c.submitted and not late_may_answer(card.cycle, card.counts, c.relation)
    ]
    return [context(*texts)] if texts else []


def _modal(title: str, blocks: list[Block], callback: ids.Callback, submit: str, card: ManagerCard, w: Words) -> View:
    metadata = ids.pack(cycle=card.cycle.id, person=card.person.id, revision=card.revision)
    return forms.modal(title, blocks, callback=callback, submit=submit, close=w("cancel"), metadata=metadata)


def _summary(card: ManagerCard, total: float | None, w: Words) -> str:
    values = {"name": short(card.person.name), "cycle": short(card.cycle.name)}
    if total is None:
        return w("approval-text-none", **values)
    undecided = card.approval.state in UNDECIDED
    return w("approval-text" if undecided else "approval-text-decided", total=w.score(total), **values)


def _cautions(card: ManagerCard, w: Words) -> list[Block]:
    """What to know before a decision: what the score rests on, and what asking again can change."""
    blocks: list[Block] = []
    state = card.approval.state
    if scores.figures_only(card.score):
        blocks.append(section(w.md("figures-only-waiting" if state is ApprovalState.PENDING else "figures-only")))
    # What was asked stays with the approval until it is decided.
    if state in UNDECIDED and card.approval.reason:
        blocks.append(context(w.md("later-together")))
    return blocks


def _total(card: ManagerCard, w: Words) -> Block:
    scheme = card.cycle.scheme
    if card.score.total is None:
        return section(w.md("no-total"))
    band = scores.band_text(scheme, card.score.band, w)
    return section(
        joined(
            (
                w.md("proposed-total", total=bold(w.score(card.score.total)), band=band),
                scores.likely_text(scheme, card.score, w, own=False),
                "" if scores.figures_only(card.score) else _suggested(scheme, card.score.band, w),
            ),
            "\n",
        )
    )


def _suggested(scheme: Scheme, key: str | None, w: Words) -> str:
    band = next((b for b in scheme.bands if b.key == key), None)
    if not band or not band.consequences:
        return ""
    return w.md("band-suggests", what=w.list([w(f"consequence-{c.value}") for c in band.consequences]))


def _decision(card: ManagerCard, w: Words) -> list[Block]:
    approval = card.approval
    blocks: list[Block] = []
    if approval.state is ApprovalState.RETURNED:
        blocks.append(section(w.md("returned-waiting")))
    elif approval.state is not ApprovalState.PENDING:
        total = final_total(card.score, approval)
        band = scores.band_text(card.cycle.scheme, final_band(card.cycle.scheme, total), w)
        key = "decided-adjusted" if approval.adjusted is not None else "decided-approved"
        blocks.append(section(w.md(key, total=bold(w.score(total)), band=band)))
    if approval.reason.strip() and (approval.state is ApprovalState.RETURNED or approval.adjusted is not None):
        heading = "reason-return" if approval.state is ApprovalState.RETURNED else "reason-adjust"
        blocks += quotes(w(heading), [cut(approval.reason.strip(), 2000)])
    if approval.state is ApprovalState.ACKNOWLEDGED and approval.acknowledged_at:
        blocks.append(context(w.md("acknowledged-on", day=w.day(approval.acknowledged_at))))
    elif approval.state is ApprovalState.RELEASED and approval.released_at:
        blocks.append(context(w.md("released-on", day=w.day(approval.released_at))))
    return blocks


def _counts(card: ManagerCard, w: Words) -> list[Block]:
    texts = [
        w("count", group=w(f"group-{c.relation.value}"), submitted=c.submitted, asked=c.asked)
        for c in card.counts
        if c.asked
    ]
    return [context(w.md("counts", counts=joined(texts)))] if texts else []


def _doubts(card: ManagerCard, w: Words) -> list[Block]:
    said = scores.doubts(card.score, card.cycle.scheme, w)
    return [context(*said)] if said else []


def _dimension_table(card: ManagerCard, w: Words) -> Block:
    """Rows: dimensions; columns: the score, then each source that any of them has."""
    dimensions = card.score.dimensions
    sources = [s for s in Source if any(p.source is s for d in dimensions for p in d.by_source)]
    rows = [[w("dimension"), w("score"), *(w(f"source-{s.value}") for s in sources)]]
    for d in dimensions:
        parts = [scores.part(d, s) for s in sources]
        name = scores.dimension_name(card.cycle.scheme, d.dimension, w)
        rows.append([name, w.score(d.score), *(w.score(p.score) if p else NOTHING for p in parts)])
    return table(rows)


def _buttons(card: ManagerCard, w: Words) -> list[Block]:
    state, value = card.approval.state, ids.pair(card.cycle.id, card.person.id)
    needed = card.cycle.scheme.action_required and not card.actions
    first = needed and state is ApprovalState.PENDING
    asks_why = first and bool(card.unexplained)
    primary = "primary" if first and not asks_why else ""
    why = button(w("why"), ids.Action.SHOW_WHY, value)
    propose = button(w("propose-action"), ids.Action.OPEN_ACTION, value, style=primary)
    if state is ApprovalState.PENDING:
        seen = ids.seen_pair(card.cycle.id, card.person.id, card.revision)
        style = "" if first else "primary"
        approve = button(w("approve"), ids.Action.APPROVE, seen, style=style, confirm=_sure(card, w))
        adjust = button(w("adjust"), ids.Action.OPEN_ADJUST, value)
        back = button(w("return"), ids.Action.OPEN_RETURN, value)
        may_adjust = card.score.total is not None and card.cycle.scheme.adjustment_limit > 0
        decide = [approve, adjust] if may_adjust else [approve]
        causes = _causes(card, value, w, style="primary" if asks_why else "")
        if first:
            hint = w.md("causes-first" if asks_why else "action-first")
            return [context(hint), *actions(*causes, propose, *decide, back, why)]
        return actions(*decide, back, propose, *causes, why)
    if state is ApprovalState.RETURNED:
        return actions(propose, why)
    if state is ApprovalState.APPROVED:
        means = w("release-sure-text", name=short(card.person.name))
        text = w("sentence-gap").join([*open_requests(card, w), means])
        sure = confirm(w("release-sure"), text, w("release"), w("cancel"))
        release = button(w("release"), ids.Action.RELEASE_ONE, value, style="primary", confirm=sure)
        return actions(release, propose, why)
    is_asked = any(a.state is ActionState.COMMENTED for a in card.actions)
    return actions(*([propose] if is_asked else []), why)


def _causes(card: ManagerCard, value: str, w: Words, *, style: str) -> list[Block]:
    """The button to name the causes of missed targets, or to change what was named."""
    if not card.missed:
        return []
    label = w("name-causes" if card.unexplained else "change-causes")
    return [button(label, ids.Action.OPEN_CAUSES, value, style=style)]


def _sure(card: ManagerCard, w: Words) -> Block | None:
    """What approving means, where nothing else is asked on the way to it."""
    if card.unexplained or (card.cycle.scheme.action_required and not card.actions):
        return None
    heed = cautions(card, w)
    means = w("approve-sure-text", name=short(card.person.name, NAME if heed else 75))
    text = w("sentence-gap").join([*heed, means])
    return confirm(w("approve-sure"), text, w("approve"), w("cancel"))
