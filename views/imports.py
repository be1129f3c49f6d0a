"""Uploads by HR: the file, what it would do, what it did."""

from __future__ import annotations

from collections.abc import Sequence

from appraisal.cycle import Cycle
from appraisal.intake.tables import ImportKind, MetricsPlan, PeoplePlan, Problem, Reason
from views import forms, ids
from views.blocks import Block, View, bold, context, fields, paragraphs, section
from views.notices import message_modal
from views.text import Words, short

MOST_PROBLEMS = 10
MOST_NAMES = 10
FILE_TYPES = ("csv", "tsv", "txt")


def upload_modal(kind: ImportKind, w: Words, cycles: Sequence[Cycle] = ()) -> View:
    """The file to read; for metrics also the cycle whose period they belong to."""
    people = kind is ImportKind.PEOPLE
    if not people and not cycles:
        return message_modal(w("metrics-title"), w("error-no-open-cycle"), w)
    blocks = [section(w.md("people-intro" if people else "metrics-intro"))]
    if not people:
        blocks.append(context(w.md("metrics-allowed", names=w.list(_metric_names(cycles, w)))))
        options = [forms.option(short(c.name, 75), c.id, w.period(c.period_start, c.period_end)) for c in cycles]
        initial = options[0]["value"] if len(options) == 1 else None
        blocks.append(forms.input_(ids.Field.CYCLE, w("which-cycle"), forms.select(options, initial)))
    columns = w("people-columns" if people else "metrics-columns")
    blocks.append(forms.input_(ids.Field.FILE, w("file"), forms.file(*FILE_TYPES), hint=columns))
    return forms.modal(
        w("people-title" if people else "metrics-title"),
        blocks,
        callback=ids.Callback.PEOPLE_UPLOAD if people else ids.Callback.METRICS_UPLOAD,
        submit=w("read-file"),
        close=w("cancel"),
    )


def reading_modal(file_name: str, w: Words) -> View:
    """Shown while the file is read."""
    text = w.md("reading", file=short(file_name))
    return forms.modal(w("reading-title"), [section(text)], callback=ids.Callback.WAITING, close=w("close"))


def people_plan_modal(plan: PeoplePlan, import_id: str, file_name: str, w: Words) -> View:
    """What an import of people would do. With any problem there is nothing to apply: no half imports."""
    counts = [
        (w("plan-added"), w.number(len(plan.added))),
        (w("plan-changed"), w.number(len(plan.changed))),
        (w("plan-unchanged"), w.number(plan.unchanged)),
        (w("plan-problems"), w.number(len(plan.problems))),
    ]
    blocks = [section(w.md("plan-intro", file=short(file_name))), fields(counts)]
    blocks += _people("plan-added", [p.name for p in plan.added], w)
    blocks += _people("plan-changed", [c.after.name for c in plan.changed], w)
    blocks += _problems(plan.problems, w)
    useful = bool(plan.added or plan.changed)
    submit = None
    if plan.problems:
        blocks.append(section(w.md("people-fix-first")))
    elif not useful:
        blocks.append(section(w.md("plan-nothing" if plan.unchanged else "plan-no-rows")))
    else:
        blocks.append(section(w.md("plan-nothing-written")))
        submit = w("apply")
    return _plan(w("people-title"), blocks, ids.Callback.PEOPLE_CONFIRM, submit, import_id, w)


def metrics_plan_modal(plan: MetricsPlan, import_id: str, file_name: str, w: Words) -> View:
    """What an import of metrics would do; the good rows can be applied alone."""
    counts = [
        (w("plan-figures"), w.number(len(plan.figures))),
        (w("plan-unchanged"), w.number(plan.unchanged)),
        (w("plan-people"), w.number(plan.people)),
        (w("plan-problems"), w.number(len(plan.problems))),
    ]
    blocks = [section(w.md("plan-intro", file=short(file_name))), fields(counts), *_problems(plan.problems, w)]
    submit = None
    if not plan.figures:
        rows = plan.unchanged or plan.problems
        blocks.append(section(w.md("plan-nothing" if rows else "plan-no-rows")))
    else:
        blocks.append(section(w.md("metrics-good-rows" if plan.problems else "plan-nothing-written")))
        submit = w("apply")
    return _plan(w("metrics-title"), blocks, ids.Callback.METRICS_CONFIRM, submit, import_id, w)


def applied_modal(plan: PeoplePlan | MetricsPlan, file_name: str, w: Words) -> View:
    """What was written."""
    file = short(file_name)
    if isinstance(plan, PeoplePlan):
        return message_modal(
            w("applied-title"),
            w.md("applied-people", file=file, added=len(plan.added), changed=len(plan.changed)),
            w,
        )
    return message_modal(w("applied-title"), w.md("applied-metrics", file=file, n=len(plan.figures)), w)


def problem_text(problem: Problem, w: Words) -> str:
    """One problem in words, with its row."""
    value = short(problem.value or problem.column, 80)
    reason = w(f"problem-{problem.reason.value}", value=value, detail=short(_detail(problem, w), 80))
    return w("problem-row", row=problem.row, text=reason)


def _metric_names(cycles: Sequence[Cycle], w: Words) -> list[str]:
    metrics = {m.key: m for c in cycles for m in c.scheme.metrics()}
    return [w("metric-names", name=w.text(m.name), code=m.key) for m in metrics.values()]


def _detail(problem: Problem, w: Words) -> str:
    if problem.reason is Reason.MISSING:
        column = problem.detail or problem.column
        return w(f"column-{column}") if w.has(f"column-{column}") else column
    return problem.detail or problem.column


def _problems(problems: Sequence[Problem], w: Words) -> list[Block]:
    if not problems:
        return []
    first = sorted(problems, key=lambda p: p.row)[:MOST_PROBLEMS]
    blocks = paragraphs([bold(w("problems-heading")), *(problem_text(p, w) for p in first)])
    rest = len(problems) - MOST_PROBLEMS
    return [*blocks, context(w.md("and-more", n=rest))] if rest > 0 else blocks


def _people(key: str, names: Sequence[str], w: Words) -> list[Block]:
    if not names:
        return []
    rest = len(names) - MOST_NAMES
    shown = w.list([short(n) for n in names[:MOST_NAMES]] + ([w("n-more", n=rest)] if rest > 0 else []))
    return [context(w.md("named-line", name=w(key), text=shown))]


def _plan(
    title: str, blocks: list[Block], callback: ids.Callback, submit: str | None, import_id: str, w: Words
) -> View:
    close = w("cancel" if submit else "close")
    metadata = ids.pack(**{"import": import_id})
    return forms.modal(title, blocks, callback=callback, submit=submit, close=close, metadata=metadata)
