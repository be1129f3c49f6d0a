"""The parts of a score in words: dimensions with items, metrics, what was put together, where the error comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from appraisal.scheme import Scheme, Text
from appraisal.scoring.agreement import FAR_APART
from appraisal.scoring.card import LeftOut
from appraisal.scoring.composite import shown
from appraisal.scoring.explain import stated
from appraisal.scoring.explanation import (
    DimensionOf,
    Explanation,
    ItemOf,
    MetricOf,
    OtherFigure,
    PartOf,
    Reader,
    SourceOf,
)
from views import goals, scores
from views.blocks import Block, bold, bullet, context, header, joined, paragraphs
from views.text import Mrkdwn, Words, short


@dataclass(frozen=True)
class Page:
    """One explanation, and how to say it. `scheme`: the person's own form; `sources`: what HR calls declared ones."""

    told: Explanation
    scheme: Scheme
    sources: Mapping[str, Text]
    w: Words
    now: datetime


def dimension(p: Page, of: DimensionOf) -> list[Block]:
    """A heading with what it adds, and its items."""
    w = p.w
    items = paragraphs((_item(p, item) for item in of.items), "\n\n")
    head = header(w("named-line", name=w.text(of.name), text=w.score(of.score)))
    if of.score is None:
        return [head, context(w.md("not-scored")), *items]
    bounds = stated(of)
    between = w("why-range", low=bounds[0], high=bounds[1]) if bounds and of.se else ""
    share = w("share-of-total", share=w.percent(of.share))
    adds = w("why-adds", n=shown(of.points or 0.0))
    return [head, context(joined((share, adds, between))), *items]


def _item(p: Page, of: ItemOf) -> Mrkdwn:
    """Its name and score, and each group's view in a line of its own."""
    w = p.w
    if all(each.score is None and each.left_out is not LeftOut.TOO_FEW for each in of.parts):
        return w.md("why-left-out", source=bold(w.text(of.name)), why=w("why-nothing-came"))
    share = w("why-of-dimension", share=w.percent(of.share)) if of.share else w("not-scored")
    gap = scores.gap_text(of.gap, w, own=p.told.reader is Reader.EMPLOYEE)
    head = w.text(of.name) if of.score is None else w("named-line", name=w.text(of.name), text=w.score(of.score))
    first = w.md("opinion-of", item=bold(head), group=share)
    return joined((first, gap, *(bullet(_part(p, each, of)) for each in of.parts)), "\n")


def _part(p: Page, part: PartOf, item: ItemOf) -> Mrkdwn:
    """ "Colleagues 69 (3.8 of 5, 4 answers, strong agreement, counts 30%)"."""
    w, name = p.w, p.w(f"source-{part.source.value}")
    if part.score is None:
        why = w("why-too-few-answers" if part.left_out is LeftOut.TOO_FEW else "why-nothing-came")
        return w.md("why-left-out", source=name, why=why)
    details = [
        w("why-scale", mean=round(part.mean, 1), highest=item.scale[1]) if part.mean and item.scale else "",
        w("why-answers", n=part.n) if part.n > 1 else "",
        w(f"agreement-{part.agreement.value}") if part.agreement else "",
        w("why-counts", share=w.percent(part.share)) if part.share else w("why-compared"),
    ]
    return w.md("why-part", source=name, score=w.score(part.score), details=_listed(details, w))


def metrics(p: Page) -> Iterator[Mrkdwn]:
    told, w = p.told, p.w
    for metric in told.metrics[: scores.MOST_METRICS]:
        yield _metric(p, metric)
    for key, names in (("metrics-missing", told.missing_metrics), ("metrics-bad", told.bad_metrics)):
        if names:
            yield w.md(key, names=w.list([scores.item_name(p.scheme, n, w) for n in names]))


def _metric(p: Page, of: MetricOf) -> Mrkdwn:
    w, result = p.w, of.result
    worth = (
        w("goals-score", score=round(result.actual, 1), agreed=result.target)
        if result.goals
        else w("attainment", share=w.percent(result.attainment)),
        w("why-capped", share=w.percent(result.cap)) if result.attainment >= result.cap else "",
        w("why-worth", points=w.score(result.score)),
    )
    lines = (
        bold(w("named-line", name=w.text(of.name), text=scores.figure(result, w))),
        bullet(joined(worth, w("comma"))),
        bullet(scores.along(result.points, w)) if result.points else "",
        bullet(origin) if (origin := scores.origin(result, p.sources, w, p.now)) else "",
        *goals.reached(p.scheme, result, w),
        *(_other(p, of, other) for other in of.others),
    )
    return joined(lines, "\n")


def _other(p: Page, of: MetricOf, other: OtherFigure) -> Mrkdwn:
    w, unit = p.w, of.result.unit
    named = w.text(p.sources[other.source]) if other.source in p.sources else other.source or other.file_name
    actual = w.quantity(other.actual, unit)
    if other.goal:
        actual = w("figure-of", metric=scores.item_name(p.scheme, other.goal, w), figure=actual)
    values = {"actual": actual, "source": short(named)}
    return w.md("why-too-late" if other.is_late else "why-replaced", **values)


def together(p: Page) -> Iterator[Mrkdwn]:
    """Groups that count together, groups that are hidden, and whether strict reviewers were evened out."""
    told, w = p.told, p.w
    if told.merged:
        yield scores.merged_text(told.merged, w)
    if any(p.left_out is LeftOut.TOO_FEW for i in told.items() for p in i.parts):
        yield w.md("why-too-few", threshold=told.threshold)
    if any(p.left_out is LeftOut.NO_DATA for i in told.items() for p in i.parts if p.weight):
        yield w.md("why-rest-counts-more")
    if any(p.agreement in FAR_APART for i in told.items() for p in i.parts):
        yield w.md("why-agreement-means")
    yield from _evened(p)


def _evened(p: Page) -> Iterator[Mrkdwn]:
    evening, w = p.told.evening_out, p.w
    if evening.applied:
        yield w.md("were-evened-out")
        if evening.before is not None:
            yield w.md("why-before-evening-out", points=evening.before)
    elif not evening.wanted:
        yield w.md("why-not-evened")
    else:
        reason = f"uncorrected-{evening.reason.value}" if evening.reason else "why-nothing-to-even"
        yield w.md(reason)
    known = evening.figures
    if known and known.share_of_reviewer is not None:
        yield w.md("why-severity", n=known.reviewers, share=w.percent(known.share_of_reviewer))


def uncertainty(p: Page) -> Iterator[Mrkdwn]:
    """What each kind of reviewer adds to it in whole points, and where that is known from."""
    return (_error(p, s) for s in p.told.sources if s.error and shown(s.error) and s.spread)


def _error(p: Page, of: SourceOf) -> Mrkdwn:
    w, spread = p.w, of.spread
    assert spread is not None, "asked for sources with an error only"
    values = {
        "source": w(f"source-{of.source.value}"),
        "answers": w("why-answers", n=of.n),
        "off": w.score(spread.error_sd),
        "n": shown(of.error or 0.0),
    }
    known = w.md("why-from-here", n=spread.people) if spread.people else w.md("why-from-research")
    return w.md("why-error", known=known, **values)


def _listed(details: Iterable[str], w: Words) -> str:
    return w("comma").join(d for d in details if d)
