"""What HR reads about figures: how each source stands, which figures are missing or too old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from appraisal.errors import AppraisalError, Code
from appraisal.intake.freshness import Freshness, Late, Stale
from appraisal.intake.runs import Detail, Failure, History, Taken
from appraisal.intake.sources import AnySource, Fault, Push, SourceReason
from appraisal.intake.standing import CycleFigures, Gap, HandStatus, MetricsStatus, SourceStatus, Standing
from views import ids
from views.blocks import (
    Block,
    Rendered,
    View,
    actions,
    bold,
    button,
    context,
    divider,
    header,
    joined,
    paragraphs,
    section,
)
from views.notices import error_text, message_modal
from views.text import Mrkdwn, Words, short

MOST_SOURCES = 10
MOST_CYCLES = 4
MOST_GAPS = 8
MOST_NAMES = 20
MOST_FAULTS = 10
MARKS = {
    Standing.FRESH: "✓",
    Standing.IDLE: "○",
    Standing.NEW: "○",
    Standing.RUNNING: "…",
    Standing.STALE: ":warning:",
    Standing.LATE: ":warning:",
    Standing.FAILING: ":warning:",
}


def status(found: MetricsStatus, w: Words, now: datetime) -> Rendered:
    """How all sources stand and which figures are missing; the worst sources first."""
    order = list(Standing)
    sources = sorted(found.sources, key=lambda s: order.index(s.standing))
    blocks: list[Block] = [header(w("sources-title"))]
    if not found.sources and not found.faults:
        blocks.append(section(w.md("sources-none")))
    for each in sources[:MOST_SOURCES]:
        blocks += _source(each, w, now)
    blocks += _rest(len(sources) - MOST_SOURCES, w)
    blocks += _faults(found.faults, w)
    blocks += _by_hand(found.by_hand, w)
    for each in found.cycles[:MOST_CYCLES]:
        blocks += [divider(), *_cycle(each, found, w)]
    blocks += _rest(len(found.cycles) - MOST_CYCLES, w)
    said = [w("source-line", name=_name(s.source, w), standing=_standing(s, w)) for s in sources[:MOST_SOURCES]]
    return Rendered(w.sentences(said) or w("sources-title"), blocks)


def asked_modal(source: AnySource, w: Words, *, cycle_command: str) -> View:
    """That a source is being fetched."""
    text = w.md("fetch-asked", name=_name(source, w), command=cycle_command)
    return message_modal(w("fetch-asked-title"), text, w)


def before_closing(
    name: str, fresh: Freshness, gaps: Sequence[Gap], declared: Sequence[AnySource], w: Words
) -> list[Block]:
    """What HR should know before the cycle `name` is scored; nothing where all figures are there and fresh."""
    old = _freshness(fresh, names_of(declared, w), w)
    missing = [_gap(gap, w) for gap in gaps[:MOST_GAPS]]
    lines = [
        *([w.md("close-gaps", name=short(name)), *missing] if missing else []),
        *([w.md("close-stale"), *old] if old else []),
    ]
    return paragraphs([*lines, w.md("close-anyway")]) if lines else []


def before_launch(fresh: Freshness, declared: Sequence[AnySource], w: Words) -> list[Block]:
    """The same for a draft, whose scores are weeks away."""
    lines = _freshness(fresh, names_of(declared, w), w)
    return paragraphs([bold(w("preview-stale")), *lines]) if lines else []


def _freshness(fresh: Freshness, names: dict[str, str], w: Words) -> list[Mrkdwn]:
    """A line per source that is late or whose figures are too old. `names`: what declared sources are called."""
    lines = [_late(each, w) for each in fresh.late] + [_stale(each, names, w) for each in fresh.stale]
    return [joined((":warning:", line), " ") for line in lines]


def names_of(sources: Sequence[AnySource], w: Words) -> dict[str, str]:
    return {s.key: _name(s, w) for s in sources}


def failing(source: AnySource, history: History, w: Words) -> Rendered:
    """For HR: a source gives nothing."""
    came = history.success.ended_at if history.success else None
    since = w("source-failing-since", day=w.day(came)) if came else w("source-failing-nothing")
    name = _name(source, w)
    text = failure_text(history.last.detail, w) if history.last else ""
    show = button(w("metrics-status"), ids.Action.SHOW_METRICS)
    if isinstance(source, Push):
        said = w.md("source-failing-pushed", name=name, text=text, since=since)
        return Rendered(w("source-failing-pushed-heading", name=name), [section(said), *actions(show)])
    again = button(w("fetch-now"), ids.Action.FETCH_SOURCE, source.key)
    said = w.md("source-failing", name=name, text=text, since=since)
    return Rendered(w("source-failing-heading", name=name), [section(said), *actions(again, show)])


def rows_left_out(source: AnySource, taken: Taken, w: Words) -> Rendered:
    """For HR: rows of a source that are not in."""
    heading = w("rows-left-out-heading", name=_name(source, w), n=taken.left_out)
    parts = w("rows-left-out-parts", errors=taken.errors, doubtful=taken.doubtful)
    look = button(w("look-at-rows"), ids.Action.LOOK_IMPORT, taken.import_id, style="primary")
    text = joined((joined((bold(heading), parts)), w.md("rows-left-out-text")), "\n")
    return Rendered(heading, [section(text), *actions(look)])


def failure_text(detail: Detail, w: Words) -> str:
    """Why a run gave nothing, in a sentence."""
    failure, values = detail.failure, detail.values
    if failure is None:
        return ""
    if failure is Failure.NOT_READ:
        given = {k: v for k, v in values.items() if k != "code"}
        return w("failure-not-read", text=error_text(AppraisalError(Code(values["code"]), **given), w))
    return w(
        f"failure-{failure.value}", **{k: v if isinstance(v, int) else short(str(v), 200) for k, v in values.items()}
    )


def fault_reason(fault: Fault, w: Words) -> str:
    """What is wrong at one place of a declaration."""
    kind = "source" if isinstance(fault.reason, SourceReason) else "scheme"
    return w(f"{kind}-problem-{fault.reason.value}", detail=short(fault.detail, 200))


def fault_text(fault: Fault, w: Words) -> str:
    """One thing to correct in a declaration, with file, line and place."""
    text = fault_reason(fault, w)
    key = "fault-line" if fault.path else "fault-line-whole"
    values = {"place": short(fault.path, 100)} if fault.path else {}
    return w(key, file=short(fault.file, 200), line=str(fault.line), text=text, **values)


def _source(each: SourceStatus, w: Words, now: datetime) -> list[Block]:
    source = each.source
    title = joined((MARKS[each.standing], joined((bold(_name(source, w)), _standing(each, w)))), " ")
    fetch = None if isinstance(source, Push) else button(w("fetch-now"), ids.Action.FETCH_SOURCE, source.key)
    lines = [title, joined((_came(each, w, now), _amount(each, w), _next(each, w)))]
    last = each.history.last
    if each.standing is Standing.FAILING and last:
        text = failure_text(last.detail, w)
        lines.append(w.md("source-failures", n=each.history.failures, text=text))
    looks = [
        button(w("look-at-rows"), ids.Action.LOOK_IMPORT, t.import_id) for t in each.taken if t.applied or t.left_out
    ]
    return [section(joined(lines, "\n"), fetch), *actions(*looks[:1])]


def _standing(each: SourceStatus, w: Words) -> str:
    return w(f"standing-{each.standing.value}")


def _came(each: SourceStatus, w: Words, now: datetime) -> str:
    if each.came_at is None:
        return w("source-never-came")
    return w("source-came", when=_moment(each.came_at, w), age=_age(each.came_at.astimezone(UTC).date(), w, now))


def _age(day: date, w: Words, now: datetime) -> str:
    days = (now.astimezone(UTC).date() - day).days
    return w("came-days-ago", n=days) if days > 0 else w("came-today")


def _moment(moment: datetime, w: Words) -> str:
    return w("day-and-time", day=w.day(moment), time=w.time(moment))


def _amount(each: SourceStatus, w: Words) -> str:
    if not each.taken:
        return ""
    rows = w("source-rows", n=each.rows) if each.rows or not each.undone else ""
    left_out = w("source-left-out", n=each.left_out) if each.left_out else ""
    return joined((rows, left_out, w("source-undone") if each.undone else ""))


def _next(each: SourceStatus, w: Words) -> str:
    if each.next_due is None:
        return w("source-pushed")
    return "" if each.standing is Standing.RUNNING else w("source-next", when=_moment(each.next_due, w))


def _faults(faults: Sequence[Fault], w: Words) -> list[Block]:
    if not faults:
        return []
    lines = [joined((":warning:", fault_text(f, w)), " ") for f in faults[:MOST_FAULTS]]
    return [*paragraphs([bold(w("faults-heading")), *lines]), *_rest(len(faults) - MOST_FAULTS, w)]


def _by_hand(files: Sequence[HandStatus], w: Words) -> list[Block]:
    if not files:
        return []
    lines: list[str] = [bold(w("by-hand-heading"))]
    for each in files:
        file = each.file
        day = file.as_of or (file.applied_at or file.created_at).astimezone(UTC).date()
        rows = w("source-rows", n=file.counts.rows if file.counts else 0)
        line = w("by-hand-line", name=short(file.source), when=w.date(day), rows=rows)
        lines.append(joined((line, w("too-old") if each.is_stale else "")))
    return paragraphs(lines)


def _cycle(each: CycleFigures, found: MetricsStatus, w: Words) -> list[Block]:
    name = short(each.cycle.name)
    if each.complete == each.people:
        lines = [w.md("cycle-figures-complete", name=name, n=each.people)]
    else:
        lines = [w.md("cycle-figures", name=name, done=each.complete, n=each.people)]
    lines += [_gap(gap, w) for gap in each.gaps[:MOST_GAPS]]
    names = names_of([s.source for s in found.sources], w)
    lines += _freshness(Freshness(stale=each.stale), names, w)
    return [*paragraphs(lines), *_rest(len(each.gaps) - MOST_GAPS, w)]


def _gap(gap: Gap, w: Words) -> Mrkdwn:
    names = [short(n) for n in gap.names[:MOST_NAMES]]
    rest = len(gap.names) - len(names)
    return w.md(
        "gap-line", metric=w.text(gap.metric.name), names=w.list(names + ([w("n-more", n=rest)] if rest else []))
    )


def _stale(each: Stale, names: dict[str, str], w: Words) -> Mrkdwn:
    name = names.get(each.source) or short(each.source)
    return w.md("stale-line", source=name, n=each.figures, limit=each.fresh_days, day=each.oldest)


def _late(each: Late, w: Words) -> Mrkdwn:
    if each.since is None:
        return w.md("late-never", source=_name(each.source, w))
    return w.md("late-line", source=_name(each.source, w), day=w.day(each.since))


def _name(source: AnySource, w: Words) -> str:
    return short(w.text(source.name))


def _rest(n: int, w: Words) -> list[Block]:
    return [context(w.md("and-more", n=n))] if n > 0 else []
