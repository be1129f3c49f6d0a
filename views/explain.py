""" "Why this score?": short first, then every part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from appraisal.scheme import Scheme, Source, Text
from appraisal.scoring.explanation import Explanation, Happened, Reader
from views import explain_parts, forms, scores
from views.blocks import Block, View, bold, context, divider, header, joined, paragraphs, quotes, section
from views.explain_history import adjusted_text, history
from views.explain_parts import Page, tenths
from views.ids import Callback, Field
from views.text import Mrkdwn, Words, cut, short

WORTH_A_WORD = 0.5  # points by which an item moves the total
LONGEST_REASON = 2000


def explanation_modal(told: Explanation, scheme: Scheme, sources: Mapping[str, Text], w: Words, now: datetime) -> View:
    """To read over whatever it was asked in. `scheme` is the person's own form, `sources` names declared sources."""
    p = Page(told, scheme, sources, w, now)
    blocks = [
        header(_heading(told, w)),
        section(_total(p)),
        *_adjusted(p),
        section(joined(_in_short(p), "\n")),
        divider(),
        *(block for d in told.dimensions for block in explain_parts.dimension(p, d)),
        divider(),
        *_headed(p, "metrics-heading", explain_parts.metrics(p)),
        *_headed(p, "why-together-heading", explain_parts.together(p)),
        *_headed(p, "why-sure-heading", explain_parts.uncertainty(p)),
        *_headed(p, "why-changes-heading", history(p)),
        divider(),
        context(*_foot(p)),
    ]
    return forms.modal(w("why"), blocks, callback=Callback.MESSAGE, close=w("close"))


def choose_modal(w: Words) -> View:
    """Whose score HR would like to have explained."""
    person = forms.input_(Field.PERSON, w("why-whose"), forms.person())
    noted = context(w.md("why-noted"))
    return forms.modal(w("why"), [person, noted], callback=Callback.WHY, submit=w("why-show"), close=w("cancel"))


def _heading(told: Explanation, w: Words) -> str:
    if told.reader is Reader.EMPLOYEE:
        return short(told.cycle)
    return w("approval-header", name=short(told.person), cycle=short(told.cycle))


def _total(p: Page) -> Mrkdwn:
    told, w = p.told, p.w
    if told.final is None:
        return w.md("why-no-total")
    band = scores.band_text(p.scheme, told.final_band, w)
    return w.md("why-total", total=bold(w.score(told.final)), band=band)


def _adjusted(p: Page) -> list[Block]:
    """From what to what, by whom and why."""
    adjusted = [c for c in p.told.changes if c.what is Happened.ADJUSTED and c.reason]
    return [b for c in adjusted for b in quotes(adjusted_text(p, c), [cut(c.reason, LONGEST_REASON)])]


def _in_short(p: Page) -> Iterator[Mrkdwn]:
    """What counted most, what pulled up or down, how sure the number is."""
    told, w = p.told, p.w
    if told.total is None:
        return
    source = max(told.sources, key=lambda s: s.share)
    dimension = max(told.dimensions, key=lambda d: d.share)
    yield w.md(
        "why-most",
        source=_source(p, source.source),
        share=w.percent(source.share),
        dimension=w.text(dimension.name),
        weight=w.percent(dimension.share),
    )
    yield _pulled(p)
    yield _sure(p)


def _pulled(p: Page) -> Mrkdwn:
    w, items = p.w, [i for i in p.told.items() if i.pull is not None]
    up = max(items, key=lambda i: i.pull or 0, default=None)
    down = min(items, key=lambda i: i.pull or 0, default=None)
    said: dict[str, object] = {}
    if up and (up.pull or 0) >= WORTH_A_WORD:
        said |= {"up": w.text(up.name), "plus": tenths(up.pull or 0)}
    if down and (down.pull or 0) <= -WORTH_A_WORD:
        said |= {"down": w.text(down.name), "minus": tenths(-(down.pull or 0))}
    if "up" in said and "down" in said:
        return w.md("why-pulled-both", **said)
    if said:
        return w.md("why-pulled-up" if "up" in said else "why-pulled-down", **said)
    return w.md("why-level")


def _sure(p: Page) -> Mrkdwn:
    told, w = p.told, p.w
    if told.stated is None:
        return w.md("why-error-unknown")
    if not told.se:
        return w.md("why-exact")
    own = told.reader is Reader.EMPLOYEE
    low, high = told.stated
    said = w.md("likely-own" if own else "likely", low=low, high=high)
    reach = told.reach if told.final == told.total else ()  # what was decided has its band
    return joined((said, scores.reach_text(reach, w, own=own)), w("sentence-gap"))


def _source(p: Page, source: Source) -> str:
    return p.w("why-figures" if source is Source.METRIC else f"group-{source.value}")


def _foot(p: Page) -> Iterator[Mrkdwn]:
    told, w = p.told, p.w
    if told.formula_since:
        yield w.md("why-formula", version=str(told.formula), day=w.date(w.local_day(told.formula_since)))
    else:
        yield w.md("formula", version=str(told.formula))
    yield w.md("why-same" if told.is_same else "why-not-same")


def _headed(p: Page, heading: str, lines: Iterator[Mrkdwn]) -> list[Block]:
    """A heading with what stands under it; nothing where nothing does."""
    said = list(lines)
    return paragraphs([bold(p.w(heading)), *said]) if said else []
