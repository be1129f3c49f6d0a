"""What the employee is told on release."""

from __future__ import annotations

from datetime import datetime

from appraisal.approval import Result
from views.blocks import Rendered
from views.text import Words


def result_card(result: Result, w: Words, now: datetime) -> Rendered:
    raise NotImplementedError
