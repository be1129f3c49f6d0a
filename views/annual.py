"""The result of a year in words: one line on a card, and cycle by cycle for who wants to know."""

from __future__ import annotations

from collections.abc import Iterator

from appraisal.scoring.explain import stated
from appraisal.scoring.year import Annual, Counted
from views.blocks import Block, context, joined
from views.text import Mrkdwn, Words, short


def annual_line(found: Annual | None, w: Words) -> Mrkdwn | None:
    """ "2026 so far: 76, from 2 of 4 cycles." None where it would say nothing beside the result itself."""
    if found is None or (found.so_far and found.counted < 2):
        return None
    if found.score is None:
        return None if found.so_far or found.insufficient is None else _none(found, w)
    return _figure(found, w)


def _figure(found: Annual, w: Words) -> Mrkdwn:
    """The number, and how sure it is where that is known."""
    key = "annual-so-far" if found.so_far else "annual-whole"
    line = w.md(key, year=str(found.year), score=w.score(found.score), n=found.counted, of=found.of)
    bounds = stated(found) if found.se else None
    return joined((line, w.md("likely", low=bounds[0], high=bounds[1]) if bounds else ""), w("sentence-gap"))


def annual_blocks(found: Annual | None, w: Words) -> list[Block]:
    """The line in small print, or nothing."""
    line = annual_line(found, w)
    return [context(line)] if line else []


def annual_lines(found: Annual, w: Words) -> Iterator[str]:
    """How the figure came about: each cycle with its days and share, or why it is left out."""
    yield _none(found, w) if found.score is None else _figure(found, w)
    for cycle in found.cycles:
        yield w.md("named-line", name=short(cycle.name), text=_cycle(cycle, w))
    for key, score in found.by_dimension.items():
        yield w.md("annual-dimension", name=w.text(found.dimension_names[key]), score=w.score(score))
    yield w.md("annual-coverage", share=w.percent(found.coverage), until=found.until)
    if found.weights_ignored:
        yield w.md("annual-weights-ignored")


def _none(found: Annual, w: Words) -> Mrkdwn:
    why = w(f"annual-insufficient-{found.insufficient.value}") if found.insufficient else ""
    return w.md("annual-none", year=str(found.year), why=why)


def _cycle(cycle: Counted, w: Words) -> str:
    if cycle.score is None:
        return w(f"annual-skipped-{cycle.skipped.value}") if cycle.skipped else w("not-scored")
    values = {"score": w.score(cycle.score), "n": cycle.days, "share": w.percent(cycle.weight)}
    if cycle.stands_in:
        return w("annual-stands-in", name=short(cycle.stands_in), **values)
    return w("annual-cycle", **values)
