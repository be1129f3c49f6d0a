"""Uploads by HR: the file, what it would do, what it did."""

from __future__ import annotations

from collections.abc import Sequence

from appraisal.cycle import Cycle
from appraisal.intake.tables import ImportKind, MetricsPlan, PeoplePlan
from views.blocks import View
from views.text import Words


def upload_modal(kind: ImportKind, w: Words, cycles: Sequence[Cycle] = ()) -> View:
    raise NotImplementedError


def reading_modal(file_name: str, w: Words) -> View:
    raise NotImplementedError


def people_plan_modal(plan: PeoplePlan, import_id: str, file_name: str, w: Words) -> View:
    raise NotImplementedError


def metrics_plan_modal(plan: MetricsPlan, import_id: str, file_name: str, w: Words) -> View:
    raise NotImplementedError


def applied_modal(plan: PeoplePlan | MetricsPlan, file_name: str, w: Words) -> View:
    raise NotImplementedError
