"""What a file of figures is held against: the metrics of the period's forms, and what was said before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from appraisal.cycle import Cycle, State
from appraisal.intake.headers import METRIC_COLUMNS, PEOPLE_COLUMNS, Columns
from appraisal.intake.metrics import Background
from appraisal.intake.tables import Import, ImportKind
from appraisal.people import Directory
from appraisal.scheme import Measure
from services import schemes
from storage import cycles, metrics
from storage.engine import Tx


@dataclass(frozen=True)
class Period:
    """The days that metrics are about."""

    start: date
    end: date

    @classmethod
    def of(cls, file: Import) -> Period:
        """The period of a file with metrics."""
        assert file.period_start is not None, "metrics are stored with their period"
        assert file.period_end is not None, "metrics are stored with their period"
        return cls(file.period_start, file.period_end)


async def columns_of(tx: Tx, file: Import) -> Columns:
    """The columns that such a file may have; of metrics also one per metric."""
    if file.kind is ImportKind.PEOPLE:
        return PEOPLE_COLUMNS
    known = await _metrics(tx, await _cycles(tx, Period.of(file)))
    return METRIC_COLUMNS.with_metrics({name: metric.key for metric in known for name in metric.names()})


async def background_of(tx: Tx, file: Import, directory: Directory) -> Background:
    period = Period.of(file)
    using = await _cycles(tx, period)
    return Background(
        directory=directory,
        metrics=await _metrics(tx, using),
        forms=await _own_forms(tx, using),
        said=await metrics.all_of_period(tx, period.start, period.end),
        history=await metrics.history(tx, period.start, period.end),
    )


async def _cycles(tx: Tx, period: Period) -> list[Cycle]:
    """Those under way before those that are over, drafts last; of each the newest first."""
    found = [
        c
        for c in await cycles.all_cycles(tx)
        if (c.period_start, c.period_end) == (period.start, period.end) and c.state is not State.CANCELLED
    ]
    return sorted(found, key=lambda c: (c.state is State.DRAFT, c.state is State.CLOSED))


async def _metrics(tx: Tx, using: list[Cycle]) -> list[Measure]:
    """The metrics that these cycles score, or those of the schemes that a cycle could use where there is none.

    One key may stand for metrics that differ, in another cycle or form.
    """
    used = [c.scheme for c in using] or await schemes.offered(tx)
    found: list[Measure] = []
    for metric in (m for scheme in used for form in scheme.forms().values() for m in form.metrics()):
        if metric not in found:
            found.append(metric)
    return found


async def _own_forms(tx: Tx, using: list[Cycle]) -> dict[str, dict[str, Measure]]:
    """Person id -> metrics of the person's own form. Who takes part in several of these cycles: as the first says."""
    forms: dict[str, dict[str, Measure]] = {}
    for cycle in using:
        of_variant = {key: {m.key: m for m in form.metrics()} for key, form in cycle.scheme.forms().items()}
        for participant in await cycles.participants(tx, cycle.id):
            own = of_variant[participant.variant]
            forms[participant.person_id] = {**own, **forms.get(participant.person_id, {})}
    return forms
