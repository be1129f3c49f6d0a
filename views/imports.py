"""Uploads by HR: the file, what became of it, and the imports before."""

from __future__ import annotations

from collections.abc import Sequence

from appraisal.cycle import Cycle
from appraisal.intake.tables import Apply, Import, ImportKind, ImportState, PeoplePlan
from appraisal.intake.taking_back import TakenBack
from views import forms, ids
from views.blocks import Block, View, actions, bold, button, context, divider, joined, paragraphs, section
from views.dry_run import Reading, undo_button
from views.file_columns import column_name
from views.ids import Action, Field
from views.notices import message_modal
from views.text import Words, short

FILE_TYPES = ("csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods", "json")
MOST_RECENT = 3
MOST_NAMES = 10


def upload_modal(
    kind: ImportKind, w: Words, cycles: Sequence[Cycle] = (), recent: Sequence[Import] = (), *, megabytes: int = 20
) -> View:
    """The file to read; for metrics also the cycle whose period they belong to. Below it the last imports."""
    people = kind is ImportKind.PEOPLE
    if not people and not cycles:
        return message_modal(w("metrics-title"), w("error-no-open-cycle"), w)
    blocks = [section(w.md("people-intro" if people else "metrics-intro"))]
    if not people:
        blocks.append(context(w.md("metrics-allowed", names=w.list(_metric_names(cycles, w)))))
        options = [forms.option(short(c.name, 75), c.id, w.period(c.period_start, c.period_end)) for c in cycles]
        initial = options[0]["value"] if len(options) == 1 else None
        blocks.append(forms.input_(Field.CYCLE, w("which-cycle"), forms.select(options, initial)))
    limits = w("people-columns" if people else "metrics-columns", limit=megabytes)
    blocks.append(forms.input_(Field.FILE, w("file"), forms.file(*FILE_TYPES), hint=limits))
    if not people:
        blocks.append(forms.input_(Field.AS_OF, w("as-of"), forms.day(), hint=w("as-of-hint"), optional=True))
        blocks += actions(button(w("metrics-status"), Action.SHOW_METRICS))
    return forms.modal(
        w("people-title" if people else "metrics-title"),
        [*blocks, *_recent(recent, w)],
        callback=ids.Callback.PEOPLE_UPLOAD if people else ids.Callback.METRICS_UPLOAD,
        submit=w("read-file"),
        close=w("cancel"),
    )


def reading_modal(file_name: str, w: Words) -> View:
    """Shown while the file is read."""
    text = w.md("reading", file=short(file_name))
    return forms.modal(w("reading-title"), [section(text)], callback=ids.Callback.WAITING, close=w("close"))


def applied_modal(reading: Reading, what: Apply, w: Words) -> View:
    """What was written, with the way back."""
    file, plan = reading.file, reading.plan
    name = short(file.file_name)
    if not plan.has_news(what):
        return message_modal(w("applied-title"), w.md("applied-nothing", file=name), w)
    if isinstance(plan, PeoplePlan):
        said = w.md("applied-people", file=name, added=len(plan.added), changed=len(plan.changed))
    else:
        said = w.md("applied-metrics", file=name, n=len(plan.writes(what)))
    blocks = [section(said), *([section(w.md("rows-left-out", n=_left_out(file)))] if _left_out(file) else [])]
    return forms.modal(
        w("applied-title"), [*blocks, *_ways_back(file, w)], callback=ids.Callback.MESSAGE, close=w("close")
    )


def undone_modal(file: Import, people: TakenBack, figures: int, w: Words) -> View:
    """What an import that was undone gave back, and what was left because it was changed since."""
    name = short(file.file_name)
    if file.kind is ImportKind.METRICS:
        return message_modal(w("undone-title"), w.md("undone-metrics", file=name, n=figures), w)
    counts = {
        "undone-restored": [c.after.name for c in people.restored],
        "undone-removed": [p.name for p in people.removed],
        "undone-deactivated": [p.name for p in people.deactivated],
        "undone-left": [w("undone-field", name=x.person.name, field=_field_name(x.field, w)) for x in people.left],
    }
    lines = [w.md("named-line", name=w(key), text=_some(names, w)) for key, names in counts.items() if names]
    text = section(w.md("undone-people", file=name))
    return forms.modal(w("undone-title"), [text, *paragraphs(lines)], callback=ids.Callback.MESSAGE, close=w("close"))


def _field_name(field: str, w: Words) -> str:
    return column_name(field.removesuffix("_id"), w)


def _some(names: Sequence[str], w: Words) -> str:
    rest = len(names) - MOST_NAMES
    return w.list([short(n) for n in names[:MOST_NAMES]] + ([w("n-more", n=rest)] if rest > 0 else []))


def making_workbook_modal(w: Words) -> View:
    """Shown while the workbook of problems is made."""
    text = section(w.md("problems-working"))
    return forms.modal(w("problems-sent-title"), [text], callback=ids.Callback.WAITING, close=w("close"))


def problems_sent_modal(file_name: str, n: int, w: Words) -> View:
    """Where the workbook is."""
    return message_modal(w("problems-sent-title"), w.md("problems-sent", file=short(file_name), n=n), w)


def no_problems_modal(file_name: str, w: Words) -> View:
    return message_modal(w("problems-sent-title"), w.md("problems-none", file=short(file_name)), w)


def _ways_back(file: Import, w: Words) -> list[Block]:
    problems = [button(w("download-problems"), Action.SEND_PROBLEMS, file.id)] if _left_out(file) else []
    return actions(undo_button(file, w), *problems)


def _left_out(file: Import) -> int:
    """Rows that were not applied for what is wrong with them."""
    if file.counts is None:
        return 0
    return file.counts.errors + (file.counts.doubtful if file.what is Apply.GOOD else 0)


def _recent(recent: Sequence[Import], w: Words) -> list[Block]:
    if not recent:
        return []
    blocks = [divider(), section(bold(w("recent-imports")))]
    last = next((f.id for f in recent if f.state is ImportState.APPLIED), None)
    for file in recent[:MOST_RECENT]:
        blocks.append(section(_one_recent(file, w)))
        # Of people only the last import can be undone: later ones rest on what it wrote.
        undone = file.state is not ImportState.APPLIED or (file.kind is ImportKind.PEOPLE and file.id != last)
        problems = [button(w("problems"), Action.SEND_PROBLEMS, file.id)] if _left_out(file) else []
        blocks += actions(*([] if undone else [undo_button(file, w)]), *problems)
    return blocks


def _one_recent(file: Import, w: Words) -> str:
    counts = file.counts
    when = file.rolled_back_at or file.applied_at or file.created_at
    period = w.period(file.period_start, file.period_end) if file.period_start and file.period_end else ""
    undone = file.state is ImportState.ROLLED_BACK
    became = w("import-rolled-back" if undone else "import-applied", on=w.day(when))
    rows = w("rows-applied", n=counts.applied) if counts and not undone else ""
    wrong = w("rows-left-out", n=_left_out(file)) if _left_out(file) and not undone else ""
    return joined((bold(short(file.file_name)), period, became, rows, wrong))


def _metric_names(cycles: Sequence[Cycle], w: Words) -> list[str]:
    metrics = {m.key: m for c in cycles for m in c.scheme.all_metrics()}
    return [w("metric-names", name=w.text(m.name), code=m.key) for m in metrics.values()]
