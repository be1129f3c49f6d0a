"""Figures of a score card in words: what the manager's card and the employee's result have in common."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from math import fsum

from appraisal.approval import Cause, ManagerCard, Result
from appraisal.scheme import Point, Scheme, ScoredItem, Source, Text
from appraisal.scoring import composite
from appraisal.scoring.agreement import FAR_APART
from appraisal.scoring.card import DimensionScore, Gap, Highlight, LeftOut, MetricResult, Part, ScoreCard
from appraisal.scoring.explain import FEWEST_FOR_CALM, reach, reviewers, stated
from views import goals
from views.blocks import Block, bold, context, joined, paragraphs
from views.text import Mrkdwn, Words, short

MOST_METRICS = 12
GAPS: dict[Gap | None, tuple[str, str]] = {  # what to say of it to the person, and to the manager
    Gap.BLIND_SPOT: ("gap-blind-spot", "gap-blind-spot-manager"),
    Gap.HIDDEN_STRENGTH: ("gap-hidden-strength", "gap-hidden-strength-manager"),
}


def item_name(scheme: Scheme, key: str, w: Words) -> str:
    """Of an item, a metric or a goal."""
    item = scheme.item(key) or scheme.metric(key)
    return w.text(item.name) if item else key


def dimension_name(scheme: Scheme, key: str, w: Words) -> str:
    return next((w.text(d.name) for d in scheme.dimensions if d.key == key), key)


def band_text(scheme: Scheme, key: str | None, w: Words) -> str:
    """ "A · Very good", or nothing where there is no band."""
    band = next((b for b in scheme.bands if b.key == key), None)
    return w("band", band=band.key, name=w.text(band.name)) if band else ""


def part(dimension: DimensionScore, source: Source) -> Part | None:
    return next((p for p in dimension.by_source if p.source is source), None)


def others(dimension: DimensionScore) -> float | None:
    """What all but the person say, by the weight of each group (equal where none has a weight); None if nobody does.

    Only figures that are shown go in, so that it gives nothing away.
    """
    given = composite.others({p.source: p.share for p in dimension.by_source}, dimension.by_source)
    return fsum(n * (p.score or 0.0) for n, p in given) / fsum(n for n, _ in given) if given else None


def dimension_line(scheme: Scheme, dimension: DimensionScore, w: Words) -> Mrkdwn:
    """One dimension: its score, its share of the total, and every group's view of it."""
    parts = [
        w("source-score", source=w(f"source-{p.source.value}"), score=w.score(p.score))
        for p in dimension.by_source
        if p.score is not None
    ]
    share = w("share-of-total", share=w.percent(dimension.share)) if dimension.score is not None else w("not-scored")
    head = w.md("named-line", name=dimension_name(scheme, dimension.dimension, w), text=bold(w.score(dimension.score)))
    return joined((head, share, *parts))


def figure(metric: MetricResult, w: Words) -> str:
    """ "96%, target 100%"; of goals how much of what was agreed they come to."""
    if metric.goals:
        return w("goals-reached", share=w.percent(metric.attainment))
    return w("figure", actual=w.quantity(metric.actual, metric.unit), target=w.quantity(metric.target, metric.unit))


def along(points: Iterable[Point], w: Words) -> str:
    """What single attainments are worth."""
    worth = [w("point-at", score=w.number(p.score), share=w.percent(p.attainment)) for p in points]
    return w("points-at", points=w.list(worth))


def origin(metric: MetricResult, names: Mapping[str, Text], w: Words, now: datetime | None) -> str:
    """ "CRM export, Sep 30, 2026 (12 days old)": of the day the figure is of, else of its import.

    `names` are those of declared sources by key. Cards of before know the source only; a day that is still to come
    has no age, nor has any without `now`.
    """
    named = w.text(names[metric.source]) if metric.source in names else metric.source or metric.file_name
    source, since = short(named), metric.as_of or metric.imported_at
    if since is None:
        return source if named else ""
    day = w.date(w.local_day(since))
    days = w.days_since(since, now) if now else -1
    if days < 0:
        return w("figure-from", source=source, day=day)
    return w("figure-from-aged", source=source, day=day, age=w("days-old", n=days) if days else w("of-today"))


def metric_blocks(of: ManagerCard | Result, w: Words, now: datetime, *, stale: Collection[str] = ()) -> list[Block]:
    """Every metric against its target, where its figure comes from and why it was missed; and those without one.

    `stale`: the metrics whose figure is flagged as old.
    """
    scheme, card = of.cycle.scheme, of.score
    aged = None if isinstance(of, Result) else now  # an employee's message stays as it is while figures grow old
    lines: list[str] = []
    for metric in card.metrics[:MOST_METRICS]:
        reached = "" if metric.goals else w("attainment", share=w.percent(metric.attainment))
        flag = w("stale") if metric.metric in stale else ""
        text = joined((figure(metric, w), reached, joined((flag, origin(metric, of.sources, w, aged)), " ")))
        lines.append(w.md("named-line", name=item_name(scheme, metric.metric, w), text=text))
        lines += goals.reached(scheme, metric, w)
        lines += [cause_line(scheme, c, w) for c in of.causes if c.metric == metric.metric]
    if stale:
        lines.append(w.md("stale-means"))
    missing = "metrics-missing-only" if card.total is None else "metrics-missing"
    for key, keys in ((missing, card.missing_metrics), ("metrics-bad", card.bad_metrics)):
        if keys:
            lines.append(w.md(key, names=w.list([item_name(scheme, k, w) for k in keys[:MOST_METRICS]])))
    return paragraphs([bold(w("metrics-heading")), *lines]) if lines else []


def cause_line(scheme: Scheme, cause: Cause, w: Words) -> Mrkdwn:
    """Why a target was missed, in the words of the one who says so."""
    return w.md("cause-line", author=short(cause.author), text=cause_text(scheme, cause, w))


def cause_text(scheme: Scheme, cause: Cause, w: Words) -> str:
    """A cause by its name in the scheme's list, with what was said about it."""
    name, note = cause_name(scheme, cause, w), " ".join(cause.note.split())
    return w("cause-with-note", cause=name, note=note) if name and note else name or note


def cause_name(scheme: Scheme, cause: Cause, w: Words) -> str:
    """Its name in the scheme's list; empty for another cause."""
    return next((w.text(o.name) for o in scheme.causes if o.key == cause.cause), "")


def highlight_blocks(
    scheme: Scheme, heading: str, highlights: Sequence[Highlight], w: Words, *, own: bool
) -> list[Block]:
    """Items worth naming under a heading, with what others and the person say. `own`: the person is the reader."""
    if not highlights:
        return []
    return paragraphs([bold(heading), *(_highlight(scheme, h, w, own=own) for h in highlights)])


def weighty(scheme: Scheme) -> set[Source]:
    """The sources that count for something."""
    return {s for i in scheme.items() if isinstance(i, ScoredItem) for s, n in scheme.weights_of(i).items() if n}


def figures_only(card: ScoreCard) -> bool:
    """Whether there is a score, and nobody's rating is in it."""
    counted = {p.source for i in card.items() if i.score is not None for p in i.parts if p.share}
    return card.total is not None and counted == {Source.METRIC}


def reach_text(reach: Sequence[str], w: Words, *, own: bool) -> str:
    """Which other bands are possible, for those who decide; to the person, that the edge between two is no cliff."""
    if not reach:
        return ""
    return w("reach-own") if own else w("reach", n=len(reach), bands=w.list(reach))


def likely_text(scheme: Scheme, card: ScoreCard, w: Words, *, own: bool) -> Mrkdwn:
    """ "Most likely between 66 and 78." with the bands that this touches; empty where no error is known, or none is."""
    bounds = stated(card)
    if bounds is None or not card.se:
        return Mrkdwn("")
    said = w.md("likely-own" if own else "likely", low=bounds[0], high=bounds[1])
    return joined((said, reach_text(reach(scheme, card), w, own=own)), w("sentence-gap"))


def merged_text(merged: Sequence[Source], w: Words) -> Mrkdwn:
    """That small groups count together."""
    return w.md("merged", groups=w.list([w(f"group-{s.value}") for s in merged]))


def how_counted_blocks(card: ScoreCard, w: Words) -> list[Block]:
    """In small print: which groups were put together, and that strict and lenient reviewers were evened out."""
    together = [merged_text(card.merged, w)] if card.merged else []
    evened = [w.md("were-evened-out")] if card.corrected else []
    return [context(*together, *evened)] if together or evened else []


def doubts(card: ScoreCard, scheme: Scheme, w: Words) -> list[Mrkdwn]:
    """What whoever decides should know of the reviewers: that they are few, that they do not agree."""
    said: list[Mrkdwn] = []
    if 0 < (n := reviewers(card)) < FEWEST_FOR_CALM:
        said.append(w.md("few-reviewers", n=n))
    differ = [(i, p) for i in card.items() for p in i.parts if p.agreement in FAR_APART]
    items = opinions(scheme, [(i.item, p.source) for i, p in differ], w)
    return [*said, w.md("opinions-differ", items=items)] if items else said


def opinions(scheme: Scheme, of: Sequence[tuple[str, Source]], w: Words) -> str:
    """ "Teamwork (colleagues) and Innovation (manager)", of (item, group)."""
    named = [w("opinion-of", item=item_name(scheme, i, w), group=w(f"group-{source.value}")) for i, source in of]
    return _most(named, w)


def left_out_blocks(scheme: Scheme, card: ScoreCard, threshold: int, w: Words) -> list[Block]:
    """What does not count and why, in small print; nothing where all counts. Each source is named once a reason.

    A source without a weight is never missed: it would not have counted.
    """
    parts = [(i.item, p) for i in card.items() for p in i.parts if p.source is not Source.METRIC]  # has its own line
    missed = weighty(scheme) if card.total is not None else set()
    nothing = [(item, p.source) for item, p in parts if p.left_out is LeftOut.NO_DATA and p.source in missed]
    there = {p.source for _, p in parts if p.left_out is not LeftOut.NO_DATA}
    reasons = {
        LeftOut.NO_DATA: {s for _, s in nothing} - there,
        **{r: {p.source for _, p in parts if p.left_out is r} for r in (LeftOut.TOO_FEW, LeftOut.NO_WEIGHT)},
    }
    texts = [
        w.md(
            f"left-out-{reason.value}",
            sources=w.list([w(f"group-{s.value}") for s in Source if s in sources]),
            threshold=threshold,
        )
        for reason, sources in reasons.items()
        if sources
    ]
    for source in (s for s in Source if s in there):
        if items := [item_name(scheme, item, w) for item, of in nothing if of is source]:
            texts.append(w.md("left-out-some", source=w(f"source-{source.value}"), items=_most(items, w)))
    return [context(*texts)] if texts else []


def _most(names: Sequence[str], w: Words) -> str:
    """As many as stand well in a sentence, and how many more there are."""
    rest = len(names) - MOST_METRICS
    return w.list([*names[:MOST_METRICS], *([w("items-more", n=rest)] if rest > 0 else [])])


def gap_text(gap: Gap | None, w: Words, *, own: bool) -> str:
    """How own and others' view compare; empty where there is no clear gap."""
    to_self, to_manager = GAPS.get(gap, ("", ""))
    return w(to_self if own else to_manager) if to_self else ""


def _highlight(scheme: Scheme, highlight: Highlight, w: Words, *, own: bool) -> Mrkdwn:
    said = w.md("others-say", score=w.score(highlight.others))
    myself = ""
    if highlight.self_score is not None:
        myself = w.md("you-say" if own else "self-says", score=w.score(highlight.self_score))
    gap = gap_text(highlight.gap, w, own=own)
    return w.md("named-line", name=item_name(scheme, highlight.item, w), text=joined((said, myself, gap)))
