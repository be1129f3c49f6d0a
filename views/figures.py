"""HR's figures of a cycle, to be read: each with how sure it is, and plainly "too few" where it is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain

from appraisal.cycle import Cycle
from appraisal.figures import CycleFigures, FormWeights, Since, YearOfDepartments
from appraisal.scoring.basis import Evened
from appraisal.scoring.comparison import Departments, Estimate
from appraisal.scoring.composite import shown
from appraisal.scoring.flags import LITTLE
from appraisal.scoring.reliability import FEWEST_LARGE, Consistency, LargeGroups, Measured, Reliability
from appraisal.scoring.weights import FEWEST_FOR_WEIGHTS, Effective
from views import forms, ids
from views.blocks import Block, View, bold, context, divider, header, joined, paragraphs
from views.scores import band_text, dimension_name
from views.text import Mrkdwn, Words, short
from views.voices import cycle_voice_blocks

MOST_ROWS = 30  # departments, people by name
MOST_FORMS = 5
BAR = 20  # segments of the longest bar


def choose_modal(cycles: Sequence[Cycle], w: Words) -> View:
    """Which cycle to look at, the newest first."""
    options = [forms.option(short(c.name, 75), c.id) for c in cycles]
    which = forms.input_(ids.Field.CYCLE, w("which-cycle"), forms.select(options, options[0]["value"]))
    return forms.modal(
        w("figures-title"), [which], callback=ids.Callback.FIGURES, submit=w("figures-show"), close=w("cancel")
    )


def figures_modal(found: CycleFigures, w: Words) -> View:
    """All figures of one cycle."""
    parts = (
        _results(found, w),
        _departments(found.departments, w, several_forms=len(found.weights) > 1),
        year_blocks(found.year, w) if found.year else [],
        _weights(found, w),
        _reliability(found, w),
        _severity(found, w),
        _flags(found, w),
        cycle_voice_blocks(found.voices, found.cycle.scheme, w),
    )
    head: list[Block] = [header(short(found.cycle.name, 150)), *paragraphs(_head(found, w))]
    blocks = [*head, *chain.from_iterable([divider(), *part] for part in parts if part)]
    return forms.modal(w("figures-title"), blocks, callback=ids.Callback.MESSAGE, close=w("close"))


def _head(found: CycleFigures, w: Words) -> Iterator[str]:
    yield w.md("figures-people", n=found.people, decided=found.decided)
    if found.own_left_out:
        yield w.md("figures-own")
    if found.left_out:
        yield w.md("figures-reviewed", n=found.left_out)


def _results(found: CycleFigures, w: Words) -> list[Block]:
    lines: list[str] = [bold(w("figures-results"))]
    if found.mean and found.spread:
        spread = found.spread
        lines.append(w.md("figures-mean", **_range(found.mean, w)))
        points = (spread.low, spread.first, spread.median, spread.third, spread.high)
        names = ("low", "first", "median", "third", "high")
        lines.append(w.md("figures-box", **{n: w.score(p) for n, p in zip(names, points, strict=True)}))
    else:
        lines.append(w.md("figures-few-results"))
    most = max((b.people for b in found.bands), default=0)
    for band in found.bands:
        text = w.md("figures-band", bar=_bar(band.people, most), n=band.people, unsure=band.unsure)
        if not band.unsure:
            text = w.md("figures-band-sure", bar=_bar(band.people, most), n=band.people)
        lines.append(w.md("named-line", name=band_text(found.cycle.scheme, band.band, w), text=text))
    lines += _since(found.since, w)
    unsure = [w.md("figures-unsure")] if any(band.unsure for band in found.bands) else []
    return [*paragraphs(lines), context(*unsure, w.md("figures-no-quota"))]


def _since(since: Since | None, w: Words) -> Iterator[str]:
    if since is None:
        return
    cycle, change = short(since.cycle), since.change
    if change is None:
        yield w.md("figures-since-few", cycle=cycle)
        return
    mean = {
        k: _signed(v, w) for k, v in (("mean", change.mean.mean), ("low", change.mean.low), ("high", change.mean.high))
    }
    yield w.md("figures-since", cycle=cycle, n=change.people, up=change.up, down=change.down, **mean)


def _departments(found: Departments, w: Words, *, several_forms: bool) -> list[Block]:
    if not found.rows and not found.withheld:
        return []
    lines = [bold(w("figures-departments")), *_means(found, w, several_forms=several_forms)]
    small = [context(w.md("figures-drawn"), *([w.md("figures-t-means")] if several_forms else []))]
    return [*paragraphs(lines), *(small if found.rows else [])]


def _means(found: Departments, w: Words, *, several_forms: bool = False) -> Iterator[str]:
    for row in found.rows[:MOST_ROWS]:
        is_drawn = shown(row.mean) != shown(row.estimate.mean)
        parts = [
            w("figures-count", n=row.people),
            w("figures-range", **_range(row.estimate, w)),
            w("figures-plain-mean", mean=w.score(row.mean)) if is_drawn else "",
            w("figures-t", t=w.score(row.standardised)) if several_forms and row.standardised is not None else "",
        ]
        yield w.md("named-line", name=_department(row.department, w), text=joined(parts))
    yield from _more(len(found.rows) - MOST_ROWS, w)
    for key, names in (("figures-above", found.above), ("figures-below", found.below)):
        if names:
            yield w.md(key, names=_names([_department(n, w) for n in names], w))
    if len(found.rows) > 1 and not found.above and not found.below:
        yield w.md("figures-nobody-apart")
    if found.withheld:
        yield w.md("figures-withheld", names=_names([_department(n, w) for n in found.withheld], w))


def year_blocks(found: YearOfDepartments, w: Words) -> list[Block]:
    """How many have an annual result, and departments over the cycles that all of them took part in."""
    so_far = found.until < date(found.year, 12, 31)
    lines: list[str] = [bold(w("figures-year-so-far" if so_far else "figures-year", year=str(found.year)))]
    lines.append(w.md("figures-year-people", n=found.people, without=found.without))
    if not found.cycles:
        return paragraphs([*lines, w.md("figures-year-no-window")])
    if len(found.cycles) < 2:
        return paragraphs(lines)  # one cycle alone stands above already
    lines.append(w.md("figures-year-window", cycles=w.list([short(c) for c in found.cycles])))
    return paragraphs([*lines, *_means(found.departments, w)])


def _weights(found: CycleFigures, w: Words) -> list[Block]:
    lines: list[str] = [bold(w("figures-weights"))]
    names = {v.key: short(w.text(v.name)) for v in found.cycle.scheme.variants} | {"": w("form-common")}
    for of in found.weights[:MOST_FORMS]:
        if len(found.weights) > 1:
            lines.append(w.md("figures-form", name=names[of.form], n=of.people))
        lines += _weights_of(found, of, w)
    if not found.weights:
        lines.append(w.md("figures-weights-few", least=FEWEST_FOR_WEIGHTS))
    return [*paragraphs(lines), context(w.md("figures-weights-mean"))]


def _weights_of(found: CycleFigures, of: FormWeights, w: Words) -> Iterator[str]:
    if of.dimensions is None or of.sources is None:
        yield w.md("figures-weights-few", least=FEWEST_FOR_WEIGHTS)
        return
    for each in of.dimensions:
        yield _effective(dimension_name(found.cycle.scheme, each.part, w), each, w)
    for each in of.sources:
        yield _effective(w(f"source-{each.part}"), each, w)


def _effective(name: str, each: Effective, w: Words) -> Mrkdwn:
    key = "figures-dominates" if each.dominates else "figures-decides"
    return w.md(key, name=name, nominal=w.percent(each.nominal), effective=w.percent(max(0.0, each.effective)))


def _reliability(found: CycleFigures, w: Words) -> list[Block]:
    measured = found.measured
    lines: list[str] = [bold(w("figures-reliability"))]
    lines += [_reliable(r, w) for r in measured.reliability]
    lines += chain.from_iterable(_large(g, w) for g in measured.large_groups)
    lines += [_consistent(c, found, w) for c in measured.consistency[:MOST_FORMS]]
    lines += _straight(measured, w)
    if measured.left_out:
        lines.append(w.md("figures-left-out", n=measured.left_out))
    if len(lines) == 1:
        lines.append(w.md("figures-reliability-none"))
    return [*paragraphs(lines), context(w.md("figures-reliability-mean"))]


def _reliable(r: Reliability, w: Words) -> Mrkdwn:
    source = w(f"source-{r.source.value}")
    if r.single is None or r.mean is None or r.size is None:
        return w.md("figures-unreliable", source=source, people=r.people, reviews=r.reviews, wanted=r.wanted)
    figures = {"single": _two(r.single, w), "mean": _two(r.mean, w), "alpha": _two(r.alpha, w)}
    key = "figures-reliable-research" if r.from_research else "figures-reliable"
    size = w.number(round(r.size, 1))
    return w.md(key, source=source, people=r.people, reviews=r.reviews, size=size, wanted=r.wanted, **figures)


def _large(g: LargeGroups, w: Words) -> Iterator[str]:
    source = w(f"source-{g.source.value}")
    if not g.groups or g.r_wg is None or g.deviation is None:
        yield w.md("figures-large-few", source=source, least=FEWEST_LARGE)
        return
    skewed = w("figures-skewed", value=_two(g.skewed, w)) if g.skewed is not None else ""
    values = {"value": _two(g.r_wg, w), "deviation": w.number(round(g.deviation, 1)), "skewed": skewed}
    yield w.md("figures-large", source=source, n=g.groups, **values)


def _consistent(c: Consistency, found: CycleFigures, w: Words) -> Mrkdwn:
    names = {v.key: short(w.text(v.name)) for v in found.cycle.scheme.variants} | {"": w("form-common")}
    if c.alpha is None:
        return w.md("figures-consistency-few", form=names[c.form], n=c.reviews)
    return w.md("figures-consistency", form=names[c.form], n=c.reviews, items=c.items, alpha=_two(c.alpha, w))


def _straight(measured: Measured, w: Words) -> Iterator[str]:
    for counted in measured.straight:
        source = w(f"source-{counted.source.value}")
        yield w.md("figures-straight", source=source, n=counted.straight, of=counted.reviews)


def _severity(found: CycleFigures, w: Words) -> list[Block]:
    lines: list[str] = [bold(w("figures-severity"))]
    if found.evened is None:
        return paragraphs([*lines, w.md("figures-severity-unknown")])
    lines += _evened(found.evened, w)
    for each in found.leniency[:MOST_ROWS]:
        key = "figures-lenient" if each.points >= 0 else "figures-severe"
        lines.append(w.md(key, name=short(each.name), n=w.number(round(abs(each.points), 1))))
    lines += _more(len(found.leniency) - MOST_ROWS, w)
    if found.unsaid:
        lines.append(w.md("figures-unsaid", n=found.unsaid))
    return paragraphs(lines)


def _evened(evened: Evened, w: Words) -> Iterator[str]:
    if evened.reason is not None:
        yield w.md(f"uncorrected-{evened.reason.value}")
    else:
        yield w.md("figures-applied" if evened.applied else "figures-not-applied")
    if evened.share_of_reviewer is not None:
        yield w.md("figures-share", share=w.percent(evened.share_of_reviewer))
    if evened.sd is not None:
        yield w.md("figures-severity-sd", n=evened.reviewers, sd=w.number(round(evened.sd, 1)))
    if len(evened.parts) > 1:
        yield w.md("figures-parts", n=len(evened.parts), largest=evened.parts[0])


def _flags(found: CycleFigures, w: Words) -> list[Block]:
    lines: list[str] = []
    for each in found.flags[:MOST_ROWS]:
        flag, name = each.flag, short(each.name)
        if flag.straight:
            lines.append(w.md("figures-straight-named", name=name, n=flag.straight, of=flag.reviews))
        if flag.spread is not None and flag.spread < LITTLE:
            lines.append(w.md("figures-same-named", name=name, n=flag.reviews, spread=w.number(round(flag.spread, 1))))
    lines += _more(len(found.flags) - MOST_ROWS, w)
    if not lines:
        return []
    return [*paragraphs([bold(w("figures-flags")), *lines]), context(w.md("figures-flags-mean"))]


def _range(of: Estimate, w: Words) -> dict[str, str]:
    low, high = max(0.0, of.low), min(100.0, of.high)
    return {"mean": w.score(of.mean), "low": w.score(low), "high": w.score(high)}


def _bar(n: int, most: int) -> str:
    """Empty only where there is nobody."""
    return "▰" * max(1, round(BAR * n / most)) if n else "▱"


def _two(value: float | None, w: Words) -> str:
    return f"{value:.2f}" if value is not None else w("figures-none")


def _signed(value: float, w: Words) -> str:
    rounded = round(value, 1)
    return ("+" if rounded > 0 else "−" if rounded < 0 else "±") + w.number(abs(rounded))


def _names(names: Iterable[str], w: Words) -> str:
    listed = list(names)
    rest = [w("n-more", n=len(listed) - MOST_ROWS)] if len(listed) > MOST_ROWS else []
    return w.list([*listed[:MOST_ROWS], *rest])


def _more(rest: int, w: Words) -> list[str]:
    return [w.md("and-more", n=rest)] if rest > 0 else []


def _department(name: str, w: Words) -> str:
    return short(name) if name.strip() else w("figures-no-department")
