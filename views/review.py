"""The review modal: a page per dimension, a page to check, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from appraisal.language.coach import Hint
from appraisal.review import Answer, Sheet
from appraisal.scheme import Disclosure, Relation, Scheme
from views.blocks import View
from views.text import Words


def page_modal(sheet: Sheet, number: int, w: Words, now: datetime, *, note: str | None = None) -> View:
    raise NotImplementedError


def check_modal(sheet: Sheet, hints: Sequence[Hint], w: Words, now: datetime) -> View:
    raise NotImplementedError


def sent_modal(sheet: Sheet, w: Words) -> View:
    raise NotImplementedError


def too_late_modal(error: str, answers: Mapping[str, Answer], scheme: Scheme, w: Words) -> View:
    raise NotImplementedError


def promise(relation: Relation, disclosure: Disclosure, group_size: int, threshold: int, w: Words) -> str:
    raise NotImplementedError
