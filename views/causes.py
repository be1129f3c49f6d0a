"""Why targets were missed: the form for the manager, and the words on cards and in actions."""

from __future__ import annotations

from appraisal.approval import MOST_NOTE, ManagerCard
from appraisal.scoring.card import MetricResult
from views import forms, ids, scores
from views.blocks import Block, View, section
from views.cautions import caution_blocks
from views.text import Words, short

EXCERPT = 150  # characters of another cause beside its metric
MOST_ASKED = 40  # metrics at once: two blocks each in a modal of a hundred


def causes_modal(card: ManagerCard, w: Words, *, then: ids.Action | None = None) -> View:
    """A cause for each missed metric, and words about it. `then`: what the manager pressed and what goes on after it.

    On the way to a decision only what has no cause yet is asked.
    """
    asked = card.unexplained if then else (*card.unexplained, *(m for m in card.missed if m not in card.unexplained))
    intro = section(w.md("causes-intro", n=len(asked), name=short(card.person.name)))
    hints = [w("cause-note-hint"), *[""] * (MOST_ASKED - 1)]  # said once
    questions = [_question(card, metric, w, hint=hint) for metric, hint in zip(asked, hints, strict=False)]
    heed = caution_blocks(card, w) if then is ids.Action.APPROVE else []
    blocks = [intro, *heed, *(block for question in questions for block in question)]
    submit = {ids.Action.APPROVE: w("approve"), ids.Action.OPEN_ADJUST: w("next")}
    return forms.modal(
        w("causes-title"),
        blocks,
        callback=ids.Callback.CAUSES,
        submit=submit[then] if then else w("causes-submit"),
        close=w("cancel"),
        metadata=ids.pack(
            cycle=card.cycle.id, person=card.person.id, then=then.value if then else "", revision=card.revision
        ),
    )


def missed_with_cause(card: ManagerCard, metric: MetricResult, w: Words) -> str:
    """ "Goal completion (Too few people)", or the metric alone while nobody has named a cause."""
    scheme = card.cycle.scheme
    name = scores.item_name(scheme, metric.metric, w)
    cause = next((c for c in card.causes if c.metric == metric.metric), None)
    if cause is None:
        return name
    return w("metric-and-cause", metric=name, cause=scores.cause_name(scheme, cause, w) or short(cause.note, EXCERPT))


def _question(card: ManagerCard, metric: MetricResult, w: Words, *, hint: str) -> list[Block]:
    scheme, key = card.cycle.scheme, metric.metric
    said = next((c for c in card.causes if c.metric == key), None)
    figure = w("figure-of", metric=scores.item_name(scheme, key, w), figure=scores.figure(metric, w))
    note = forms.text(said.note if said else "", max_length=MOST_NOTE)
    if not scheme.causes:
        return [forms.input_(ids.item_block(key), figure, note)]
    options = [forms.option(w.text(o.name), o.key) for o in scheme.causes]
    options.append(forms.option(w("cause-other"), ids.OTHER_CAUSE))
    chosen = (said.cause or ids.OTHER_CAUSE) if said else None
    return [
        forms.input_(ids.cause_block(key), figure, forms.select(options, chosen)),
        forms.input_(ids.item_block(key), w("cause-note"), note, hint=hint, optional=True),
    ]
