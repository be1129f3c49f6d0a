"""Comments as people read them: grouped by question and by group, in the order given, which tells nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from appraisal.approval import Comment, Comments
from appraisal.cycle import Cycle
from appraisal.scheme import AnyItem, ChoiceItem, NumberItem, Scheme, Source
from views import forms, ids
from views.blocks import Block, View, actions, button, context, quotes, section
from views.scores import opinions
from views.text import Words, cut, short
from views.voices import voice_blocks

MOST_IN_MESSAGE = 12
EXCERPT = 300  # characters; with the rest of a card twelve of them stay below what Slack takes in a message
COPIED = 45_000  # characters of comments in the modal: a view over 250 kB is refused


def comment_blocks(comments: Comments, cycle: Cycle, person_id: str, w: Words) -> list[Block]:
    """The comments for a message, what they are about before them; a button opens all where they do not fit."""
    shown = comments.comments[:MOST_IN_MESSAGE]
    whole = len(shown) == len(comments.comments) and all(len(c.text) <= EXCERPT for c in shown)
    excerpts = [replace(c, text=cut(c.text, EXCERPT)) for c in shown]
    blocks = voice_blocks(comments.voices, cycle.scheme, w) + _grouped(excerpts, cycle.scheme, w)
    if not whole:
        blocks += actions(
            button(
                w("read-all-comments", n=len(comments.comments)),
                ids.Action.SHOW_COMMENTS,
                ids.pair(cycle.id, person_id),
            )
        )
    return blocks + _hidden(comments.hidden, cycle, w)


def comments_modal(comments: Comments, cycle: Cycle, w: Words) -> View:
    """All comments in full, for whoever may read them."""
    kept, room = [], COPIED
    for comment in comments.comments:
        text = comment.text[:room]
        room -= len(text)
        if text:
            kept.append(replace(comment, text=text))
    blocks = _grouped(kept, cycle.scheme, w) + _hidden(comments.hidden, cycle, w)
    if not blocks:
        blocks = [section(w.md("no-comments"))]
    return forms.modal(w("comments"), blocks, callback=ids.Callback.MESSAGE, close=w("close"))


def _grouped(comments: Iterable[Comment], scheme: Scheme, w: Words) -> list[Block]:
    order = {item.key: n for n, item in enumerate(scheme.items())}
    sources = list(Source)
    ordered = sorted(comments, key=lambda c: (order.get(c.item, len(order)), sources.index(c.source)))
    blocks: list[Block] = []
    for (key, source), group in groupby(ordered, key=lambda c: (c.item, c.source)):
        item = scheme.item(key)
        title = w("comment-title", item=w.text(item.name) if item else key, group=w(f"group-{source.value}"))
        blocks += quotes(short(title, 200), [_signed(c, _said(c.text, item, w), w) for c in group])
    return blocks


def _said(text: str, item: AnyItem | None, w: Words) -> str:
    """A text as it was written, a choice by its name, a number with its unit."""
    match item:
        case ChoiceItem():
            return next((w.text(o.name) for o in item.options if o.key == text), text)
        case NumberItem():
            return w.quantity(float(text), item.unit)
        case _:
            return text


def _signed(comment: Comment, said: str, w: Words) -> str:
    if not comment.author or comment.source is Source.SELF:
        return said
    return w("signed", text=said, author=short(comment.author))


def _hidden(hidden: Sequence[tuple[str, Source]], cycle: Cycle, w: Words) -> list[Block]:
    if not hidden:
        return []
    what = opinions(cycle.scheme, hidden, w)
    return [context(w.md("comments-hidden", what=what, threshold=cycle.comment_threshold))]
