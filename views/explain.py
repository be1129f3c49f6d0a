""" "Why this score?": short first, then every part of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from appraisal.scheme import Scheme, Text
from appraisal.scoring.composite import shown
from appraisal.scoring.explanation import Explanation, Happened, ItemOf, Reader
from appraisal.scoring.highlights import CLEARLY
from views import explain_parts, forms, scores
from views.blocks import Block, View, bold, bullet, context, divider, header, joined, paragraphs, quotes, section
from views.explain_history import adjusted_text, history
from views.explain_parts import Page
from views.ids import Callback, Field
from views.text import Mrkdwn, Words, cut, short

LONGEST_REASON = 2000


def explanation_modal(told: Explanation, scheme: Scheme, sources: Mapping[str, Text], w: Words, now: datetime) -> View:
    """To read over whatever it was asked in. `scheme` is the person's own form, `sources` names declared sources."""
    p = Page(told, scheme, sources, w, now)
    blocks = [
        header(_heading(told, w)),
        section(_total(p)),
        *_adjusted(p),
        *paragraphs(map(bullet, _in_short(p))),
        *(block for d in told.dimensions for block in (divider(), *explain_parts.dimension(p, d))),
        divider(),
        *_headed(p, "metrics-heading", explain_parts.metrics(p), gap="\n\n"),
        *_headed(p, "why-together-heading", map(bullet, explain_parts.together(p))),
        *_headed(p, "why-sure-heading", map(bullet, explain_parts.uncertainty(p))),
        *_headed(p, "why-changes-heading", map(bullet, history(p))),
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
    """How sure the number is, what counted most, what pulled up or down."""
    told, w = p.told, p.w
    if told.total is None:
        return
    yield _sure(p)
    dimension = max(told.dimensions, key=lambda d: d.share)
    weight = w.percent(dimension.share)
    weight = w("why-half") if weight == w.percent(0.5) else weight
    yield w.md("why-most", counts=_counts_most(p), dimension=w.text(dimension.name), weight=weight)
    yield _pulled(p)


def _counts_most(p: Page) -> str:
    """The source with the largest share, or those that have it together."""
    w, shares = p.w, {s.source: p.w.percent(s.share) for s in p.told.sources}
    largest = w.percent(max(s.share for s in p.told.sources))
    first, *more = [source for source, share in shares.items() if share == largest]
    if not more:
        return w(f"counts-most-{first.value}", share=largest)
    return w("count-most-alike", sources=w.list([w(f"source-{s.value}") for s in (first, *more)]), share=largest)


def _pulled(p: Page) -> Mrkdwn:
    w, items = p.w, [i for i in p.told.items() if i.pull is not None and i.share]
    up = max(items, key=lambda i: i.pull or 0.0)
    down = min(items, key=lambda i: i.pull or 0.0)
    said: dict[str, object] = {}
    if (plus := shown(up.pull or 0.0)) > 0:
        said |= {"up": w.text(up.name), "plus": plus}
    if (minus := shown(-(down.pull or 0.0))) > 0:
        said |= {"down": w.text(down.name), "minus": minus}
    if "up" in said and "down" in said:
        return w.md("why-pulled-both", **said)
    if said:
        return w.md("why-pulled-up" if "up" in said else "why-pulled-down", **said)
    return _apart(items, w)


def _apart(items: Sequence[ItemOf], w: Words) -> Mrkdwn:
    """The highest and the lowest item where none moves the total, as far as they differ clearly."""
    up = max(items, key=lambda i: i.score or 0.0)
    down = min(items, key=lambda i: i.score or 0.0)
    high, low = shown(up.score or 0.0), shown(down.score or 0.0)
    if high - low < CLEARLY:
        return w.md("why-level")
    return w.md("why-apart", up=w.text(up.name), high=high, down=w.text(down.name), low=low)


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


def _foot(p: Page) -> Iterator[Mrkdwn]:
    told, w = p.told, p.w
    added = sum(shown(d.points) for d in told.dimensions if d.points is not None)
    if told.total is not None and added != shown(told.total):
        yield w.md("why-rounded")
    if told.formula_since:
        yield w.md("why-formula", version=str(told.formula), day=w.date(w.local_day(told.formula_since)))
    else:
        yield w.md("formula", version=str(told.formula))
    yield w.md("why-same" if told.is_same else "why-not-same")


def _headed(p: Page, heading: str, lines: Iterable[Mrkdwn], gap: str = "\n") -> list[Block]:
    """A heading with what stands under it; nothing where nothing does."""
    said = list(lines)
    return [header(p.w(heading)), *paragraphs(said, gap)] if said else []
