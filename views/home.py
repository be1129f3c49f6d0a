"""App Home: what I have to do, my last result, and for HR the open cycles."""

from __future__ import annotations

from datetime import datetime

from appraisal.home import Home
from views.blocks import View
from views.text import Words


def home_view(home: Home, w: Words, now: datetime, *, review_command: str, cycle_command: str) -> View:
    raise NotImplementedError
