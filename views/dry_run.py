"""What a file would do: how it was understood, what is wrong with it, and what would be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from appraisal.intake.tables import (
    Apply,
    Change,
    Conflict,
    Import,
    ImportKind,
    ImportState,
    MappedBy,
    MetricsPlan,
    PeoplePlan,
    Problem,
    Table,
)
from appraisal.people import Person
from appraisal.review import Figure
from views import forms, ids
from views.blocks import Block, View, actions, bold, button, confirm, context, fields, paragraphs, section
from views.file_columns import Metrics, column_name, understood
from views.ids import Action
from views.problems import problem_blocks
from views.text import NOTHING, Mrkdwn, Words, short

MOST_LINES = 10  # of changes, conflicts and the like
MOST_NAMES = 10


@dataclass(frozen=True)
class Reading:
    """A file as it was read and what applying it would do. `names`: of the people in it, by id."""

    file: Import
    plan: PeoplePlan | MetricsPlan
    table: Table
    mapped_by: MappedBy = MappedBy.NOTHING
    names: Mapping[str, str] = field(default_factory=dict)
    metrics: Metrics = field(default_factory=dict)
    repeats: Import | None = None  # the import that took the same bytes before

    @property
    def errors(self) -> list[Problem]:
        return [p for p in self.plan.problems if not p.is_doubt]

    @property
    def doubts(self) -> list[Problem]:
        return [p for p in self.plan.problems if p.is_doubt]


def dry_run_modal(reading: Reading, w: Words) -> View:
    """What is there, and the ways on: submitting applies the good rows."""
    file, plan = reading.file, reading.plan
    good = file.state is ImportState.PENDING and plan.has_news(Apply.GOOD)
    blocks = [section(_intro(reading, w)), fields(_counts(plan, reading, w)), *_remarks(reading, w)]
    blocks += understood(reading.table.layouts, reading.table.skipped, reading.metrics, w)
    if file.state is ImportState.PENDING:
        blocks += actions(button(w("correct-columns"), Action.OPEN_COLUMNS, file.id))
    blocks += problem_blocks(w("to-correct"), reading.errors, w, reading.metrics)
    blocks += problem_blocks(w("to-check"), reading.doubts, w, reading.metrics)
    blocks += actions(*_ways_on(reading, w))
    blocks += problem_blocks(w("plan-notes"), reading.table.notes, w)
    blocks += _news(reading, w)
    blocks.append(section(_outlook(reading, w)))
    return forms.modal(
        w("people-title" if file.kind is ImportKind.PEOPLE else "metrics-title"),
        blocks,
        callback=ids.Callback.IMPORT_CONFIRM,
        submit=w("apply-good" if plan.problems else "apply") if good else None,
        close=w("cancel" if good else "close"),
        metadata=ids.pack(**{"import": file.id}),
    )


def _intro(reading: Reading, w: Words) -> str:
    file = reading.file
    key = f"import-{file.state.value}-intro"
    return w.md(key, file=short(file.file_name), on=w.day(file.rolled_back_at or file.applied_at or file.created_at))


def _counts(plan: PeoplePlan | MetricsPlan, reading: Reading, w: Words) -> list[tuple[str, str]]:
    if isinstance(plan, PeoplePlan):
        counts = {"plan-added": len(plan.added), "plan-changed": len(plan.changed), "plan-unchanged": plan.unchanged}
    else:
        counts = {"plan-figures": len(plan.figures), "plan-unchanged": plan.unchanged, "plan-people": plan.people}
    counts["to-correct"] = len(reading.errors)
    some = {"to-check": len(reading.doubts), "plan-repeated": plan.repeated}
    if isinstance(plan, MetricsPlan):
        some["plan-other-periods"] = plan.other_periods
    return [(w(key), w.number(n)) for key, n in {**counts, **{k: n for k, n in some.items() if n}}.items()]


def _remarks(reading: Reading, w: Words) -> list[Block]:
    """How the file was read, its period and its day."""
    file = reading.file
    lines = [w.md(f"mapped-by-{reading.mapped_by.value}", source=short(file.source))]
    if file.period_start and file.period_end:
        lines.append(w.md("figures-of-period", period=w.period(file.period_start, file.period_end)))
    if file.as_of:
        lines.append(w.md("figures-as-of", day=file.as_of))
    return [context(*lines)]


def _ways_on(reading: Reading, w: Words) -> list[dict[str, object]]:
    """Beside the problems: what can be done about them, and the way back from what was imported."""
    file, plan = reading.file, reading.plan
    buttons = [button(w("download-problems"), Action.SEND_PROBLEMS, file.id)] if plan.problems else []
    if isinstance(plan, MetricsPlan) and plan.doubtful and file.state is not ImportState.ROLLED_BACK:
        ask = confirm(w("apply-all"), w("apply-all-sure", n=len(reading.doubts)), w("apply-all"), w("cancel"))
        buttons.append(button(w("apply-all"), Action.APPLY_ALL, file.id, confirm=ask))
    if isinstance(plan, MetricsPlan) and file.state is ImportState.APPLIED:
        buttons.append(undo_button(file, w))
    return buttons


def undo_button(file: Import, w: Words) -> dict[str, object]:
    """Asks before it takes an import back."""
    sure = w("undo-sure", file=short(file.file_name))
    ask = confirm(w("undo-title"), sure, w("undo-yes"), w("cancel"))
    return button(w("undo-import"), Action.UNDO_IMPORT, file.id, confirm=ask)


def _news(reading: Reading, w: Words) -> list[Block]:
    plan = reading.plan
    if isinstance(plan, PeoplePlan):
        return [
            *_named("plan-added", [p.name for p in plan.added], w),
            *_listed(
                "plan-changed", [_change(c, reading.names, w) for c in plan.changed[:MOST_LINES]], plan.changed, w
            ),
        ]
    conflicts = [_conflict(c, reading, w) for c in plan.conflicts[:MOST_LINES]]
    replaced = [_replaced(old, new, reading, w) for old, new in plan.replaced[:MOST_LINES]]
    return [
        *_listed("plan-conflicts", conflicts, plan.conflicts, w),
        *_listed("plan-replaced", replaced, plan.replaced, w),
    ]


def _named(key: str, names: Sequence[str], w: Words) -> list[Block]:
    if not names:
        return []
    rest = len(names) - MOST_NAMES
    shown = w.list([short(n) for n in names[:MOST_NAMES]] + ([w("n-more", n=rest)] if rest > 0 else []))
    return paragraphs([bold(w("heading-and-number", heading=w(key), n=len(names))), shown])


def _listed(key: str, lines: Sequence[str], everything: Sequence[object], w: Words) -> list[Block]:
    if not lines:
        return []
    rest = len(everything) - len(lines)
    heading = bold(w("heading-and-number", heading=w(key), n=len(everything)))
    return [*paragraphs([heading, *lines]), *([context(w.md("and-more", n=rest))] if rest > 0 else [])]


def _change(change: Change, names: Mapping[str, str], w: Words) -> Mrkdwn:
    """ "Ann Lee: department Sales → Service"."""
    return w.md(
        "change-line",
        name=short(change.after.name),
        fields=w.list(_field(f, change.before, change.after, names, w) for f in change.fields()),
    )


def _field(field: str, before: Person, after: Person, names: Mapping[str, str], w: Words) -> str:
    old, new = (_value(getattr(p, field), field, names, w) for p in (before, after))
    return w("change-field", field=column_name(field.removesuffix("_id"), w), old=old, new=new)


def _value(value: object, field: str, names: Mapping[str, str], w: Words) -> str:
    match value:
        case bool():
            return w("yes" if value else "no")
        case date():
            return w.date(value)
        case str() if field == "manager_id":
            return short(names.get(value, value), 40)
        case None | "":
            return NOTHING
    return short(str(value), 40)


def _conflict(conflict: Conflict, reading: Reading, w: Words) -> Mrkdwn:
    """ "Ann Lee, Goal completion: this file says 95 %, CRM 92 %. CRM counts."."""
    fresh, other = conflict.fresh, conflict.other
    return w.md(
        "conflict-wins" if conflict.wins else "conflict-loses",
        who=_who(fresh, reading, w),
        fresh=_figure(fresh, other, reading, w),
        other=_figure(other, fresh, reading, w),
        source=short(other.source or other.file_name, 40),
        why=w(f"conflict-why-{conflict.why.value}"),
    )


def _replaced(old: Figure, new: Figure, reading: Reading, w: Words) -> Mrkdwn:
    old_said, new_said = _figure(old, new, reading, w), _figure(new, old, reading, w)
    return w.md("replaced-line", who=_who(new, reading, w), old=old_said, new=new_said)


def _who(figure: Figure, reading: Reading, w: Words) -> str:
    item = reading.metrics.get(figure.metric)
    name = short(reading.names.get(figure.person_id, figure.person_id), 40)
    return w("person-and-metric", name=name, metric=w.text(item.name) if item else figure.metric)


def _figure(figure: Figure, beside: Figure, reading: Reading, w: Words) -> str:
    """The actual value; with the target where that is what differs."""
    item = reading.metrics.get(figure.metric)
    unit = item.unit if item else ""
    actual = w.quantity(figure.actual, unit)
    if figure.target == beside.target:
        return actual
    return w("actual-of-target", actual=actual, target=w.quantity(figure.target, unit))


def _outlook(reading: Reading, w: Words) -> str:
    """What happens next, or why nothing can."""
    plan = reading.plan
    if reading.file.state is not ImportState.PENDING:
        return w.md("look-only" if plan.problems else "look-nothing")
    if plan.has_news(Apply.GOOD):
        return w.md("plan-good-rows" if plan.problems else "plan-all-good")
    if plan.has_news(Apply.ALL):
        return w.md("plan-doubts-only")
    if reading.repeats:
        return w.md("plan-repeats", on=w.day(reading.repeats.applied_at or reading.repeats.created_at))
    return w.md("plan-nothing-usable" if plan.problems else "plan-nothing" if plan.unchanged else "plan-no-rows")
