"""Short messages, errors in words, help, and the scheme to read."""

from __future__ import annotations

from appraisal.cycle import FEWEST_FOR_A_GROUP, Progress
from appraisal.errors import AppraisalError, Code
from appraisal.scheme import Scheme
from views.blocks import Rendered, View
from views.text import Words


def all_reviews_in(progress: Progress, w: Words) -> Rendered:
    raise NotImplementedError


def all_approved(progress: Progress, w: Words) -> Rendered:
    raise NotImplementedError


def acknowledged(person_name: str, w: Words) -> Rendered:
    raise NotImplementedError


def help_text(is_hr: bool, w: Words, review_command: str, cycle_command: str) -> Rendered:
    raise NotImplementedError


def error_text(error: AppraisalError | Code, w: Words, **values: object) -> str:
    raise NotImplementedError


def message_modal(title: str, text: str, w: Words) -> View:
    raise NotImplementedError


def scheme_modal(scheme: Scheme, w: Words, *, threshold: int = FEWEST_FOR_A_GROUP) -> View:
    raise NotImplementedError
