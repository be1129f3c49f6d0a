"""What a file would do, or did, in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from appraisal.intake.tables import Apply, Conflict, Layout, MappedBy, MetricsPlan, PeoplePlan, Problem, Reason, Table
from appraisal.review import Figure
from bot.import_json import fields
from services.imports import DryRun
from services.rolling_back import RolledBack
from views.problems import problem_text
from views.text import Words

MOST = 5  # lines of one kind
W = Words("en")

_MAPPED_BY = {
    MappedBy.HR: "Read with the given mapping.",
    MappedBy.MEMORY: "Read as the last file of {source}.",
    MappedBy.NOT_MEMORY: "The mapping of the last file of {source} does not fit and was not used.",
}
_WHY = {"precedence": "its source has precedence", "as-of": "it is of a later day", "later": "it came later"}


def understood(run: DryRun) -> Iterator[str]:
    """How the file was read."""
    yield f"{run.file.file_name}: {_format(run.table)}"
    for layout in run.table.layouts:
        yield from _layout(layout)
    if run.table.skipped:
        yield f"  not read: {', '.join(run.table.skipped)}"
    if remark := _MAPPED_BY.get(run.mapped_by):
        yield f"  {remark.format(source=run.file.source)}"


def _format(table: Table) -> str:
    separator = {"\t": "tab"}.get(table.separator, table.separator)
    parts = [table.format, table.encoding, f'separated by "{separator}"' if separator else ""]
    return ", ".join(p for p in parts if p)


def _layout(layout: Layout) -> Iterator[str]:
    where = [f'sheet "{layout.sheet}"'] if layout.sheet else []
    where += [f"header in row {layout.header_row}"] if layout.header_row else []
    yield f"  {', '.join([*where, _n(layout.rows, 'row')])}"
    yield "  " + ", ".join(f"{layout.header[n]} → {name}" for n, name in sorted(layout.columns.items()))
    if layout.ignored:
        yield f"  not used: {', '.join(layout.ignored)}"


def changes(run: DryRun) -> Iterator[str]:
    """What differs from what is known, where that is not simply new."""
    plan = run.plan
    if isinstance(plan, PeoplePlan):
        lines = (f"{c.after.name}: {_fields(fields(c, run.people))}" for c in plan.changed)
        yield from _listed("Changed", lines, len(plan.changed))
        return
    replaced = (f"{_who(run, new)}: {_values(old)} → {_values(new)}" for old, new in plan.replaced)
    yield from _listed("Replaced", replaced, len(plan.replaced))
    yield from _listed("Other sources disagree", (_conflict(run, c) for c in plan.conflicts), len(plan.conflicts))


def _fields(changed: dict[str, list[object]]) -> str:
    return ", ".join(f"{name} {_cell(old)} → {_cell(new)}" for name, (old, new) in changed.items())


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value in (None, "") else str(value)


def _conflict(run: DryRun, conflict: Conflict) -> str:
    fresh, other = conflict.fresh, conflict.other
    winner = "this file" if conflict.wins else other.source
    said = f"{_who(run, fresh)}: this file says {_values(fresh)}, {other.source} says {_values(other)}"
    return f"{said}; {winner} counts: {_WHY[conflict.why.value]}"


def _who(run: DryRun, figure: Figure) -> str:
    return f"{run.people[figure.person_id].name}, {figure.metric}"


def _values(figure: Figure) -> str:
    return f"{figure.actual:g} of {figure.target:g}"


def problems(run: DryRun, what: Apply) -> Iterator[str]:
    """Errors, doubts and notes, each reason with its first rows."""
    errors = [p for p in run.plan.problems if not p.is_doubt]
    yield from _grouped("Cannot be used", errors)
    heading = "Doubtful, left out without --all" if what is Apply.GOOD else "Doubtful, taken all the same"
    yield from _grouped(heading, [p for p in run.plan.problems if p.is_doubt])
    yield from _grouped("Notes", run.table.notes)


def _grouped(heading: str, found: Sequence[Problem]) -> Iterator[str]:
    if not found:
        return
    yield f"{heading}:"
    by_reason: dict[Reason, list[Problem]] = {}
    for problem in found:
        by_reason.setdefault(problem.reason, []).append(problem)
    for same in by_reason.values():
        yield from (f"  {problem_text(p, W)}" for p in same[:MOST])
        if len(same) > MOST:
            yield f"  … and {len(same) - MOST} more like this"


def _listed(heading: str, lines: Iterable[str], n: int) -> Iterator[str]:
    if n:
        yield f"{heading}:"
        yield from (f"  {line}" for line, _ in zip(lines, range(MOST), strict=False))
        if n > MOST:
            yield f"  … and {n - MOST} more"


def counts(run: DryRun, what: Apply) -> str:
    """One line: what is written, what is not."""
    plan = run.plan
    if isinstance(plan, PeoplePlan):
        new = f"{len(plan.added)} new {_people(len(plan.added))}"
        parts = [f"{new}, {len(plan.changed)} changed, {plan.unchanged} as before"]
    else:
        parts = [_figures(plan, what)]
    wrong = len({(p.sheet, p.row) for p in plan.problems if not p.is_doubt})
    doubtful = len(plan.doubtful) if isinstance(plan, MetricsPlan) and what is Apply.GOOD else 0
    others = plan.other_periods if isinstance(plan, MetricsPlan) else 0
    parts += [f"{plan.repeated} said twice"] if plan.repeated else []
    parts += [f"{others} of other periods"] if others else []
    parts += [f"{doubtful} doubtful left out"] if doubtful else []
    parts += [f"{_n(wrong, 'row')} left out"] if wrong else []
    return ", ".join(parts)


def _people(n: int) -> str:
    return "person" if n == 1 else "people"


def _n(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def _figures(plan: MetricsPlan, what: Apply) -> str:
    written = _n(len(plan.writes(what)), "figure")
    return f"{written} of {plan.people} {_people(plan.people)}, {plan.unchanged} as before"


def taken_back(back: RolledBack) -> Iterator[str]:
    """What a rollback did."""
    done = back.people
    if back.figures:
        yield f"{back.file.file_name}: {_n(back.figures, 'figure')} taken back."
        return
    parts = [(len(done.restored), "restored"), (len(done.removed), "removed"), (len(done.deactivated), "deactivated")]
    yield f"{back.file.file_name}: {', '.join(f'{n} {word}' for n, word in parts)}."
    left = (f"{x.person.name}: {x.field}" for x in done.left)
    yield from _listed("Changed again since, and left", left, len(done.left))
