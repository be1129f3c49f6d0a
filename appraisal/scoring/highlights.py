"""Strengths and growth areas: the few items worth naming in a talk."""

from __future__ import annotations

from math import fsum

from appraisal.scheme import RatingItem, Scheme, Source
from appraisal.scoring.card import Highlight, Highlights, ScoreCard
from appraisal.scoring.composite import NO_BASIS, others, weights_of

MOST = 2  # items of each kind
CLEARLY = 5.0  # points below the person's own average that are worth a word
LOW = 60.0  # below this an item is a growth area even if all others are like it
NOISE = 1e-6  # of the last bits, which decides nothing


def highlights(scheme: Scheme, card: ScoreCard) -> Highlights:
    """Up to two strengths and two growth areas among the rating items, by what others say, best and lowest first.

    Growth: clearly below the person's own average, or below 60 and not above that average. Strength: at least that
    average, and not growth. Between equals the scheme's order decides. Only what the card shows is looked at, so
    hidden groups stay hidden.
    """
    found = [h for item in scheme.items() if isinstance(item, RatingItem) and (h := _highlight(scheme, item, card))]
    if not found:
        return Highlights((), ())
    average = fsum(h.others for h in found) / len(found)
    growth = [h for h in found if _is_growth(h.others, average)]
    strengths = [h for h in found if h.others > average - NOISE and h not in growth]
    return Highlights(
        strengths=tuple(sorted(strengths, key=lambda h: -h.others)[:MOST]),
        growth=tuple(sorted(growth, key=lambda h: h.others)[:MOST]),
    )


def _is_growth(others: float, average: float) -> bool:
    return others < average - CLEARLY + NOISE or (others < LOW and others < average + NOISE)


def _highlight(scheme: Scheme, item: RatingItem, card: ScoreCard) -> Highlight | None:
    """What others and the person say about an item; None where nobody else is shown."""
    scored = next((i for i in card.items() if i.item == item.key), None)
    if scored is None:
        return None
    given = others(weights_of(scheme, item, card.merged), scored.parts)
    if not given:
        return None
    view = fsum(w * (p.score or 0.0) for w, p in given) / fsum(w for w, _ in given)
    own = next((p.score for p in scored.parts if p.source is Source.SELF), None)
    gap = scored.gap
    if own is not None and card.formula == 1:  # which did not look for gaps
        gap = NO_BASIS.gap(item.key, own - view, 0.0)
    return Highlight(item.key, view, own, gap)
