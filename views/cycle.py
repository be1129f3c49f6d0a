"""What HR sees of a cycle: start, preview, status, close, release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from appraisal.cycle import FEWEST_FOR_A_GROUP, Preview, Progress
from appraisal.scheme import Relation, Scheme
from views.blocks import Rendered, View
from views.text import Words


@dataclass(frozen=True)
class StartDefaults:
    """What the start form is filled with. `scheme` is a scheme key; None selects the first."""

    name: str
    period_start: date
    period_end: date
    due: date
    scheme: str | None = None
    relations: tuple[Relation, ...] = tuple(Relation)
    peers: int = 4
    threshold: int = FEWEST_FOR_A_GROUP


def start_modal(schemes: Sequence[Scheme], departments: Sequence[str], w: Words, *, defaults: StartDefaults) -> View:
    raise NotImplementedError


def preview_modal(preview: Preview, w: Words) -> View:
    raise NotImplementedError


def launched_modal(preview: Preview, w: Words) -> View:
    raise NotImplementedError


def status(progress: Sequence[Progress], w: Words) -> Rendered:
    raise NotImplementedError


def close_modal(progress: Sequence[Progress], w: Words) -> View:
    raise NotImplementedError


def release_modal(candidates: Sequence[Progress], w: Words) -> View:
    raise NotImplementedError


def done_modal(title: str, text: str, w: Words) -> View:
    raise NotImplementedError
