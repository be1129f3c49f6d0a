"""Ids that travel through Slack and come back: what views write and handlers look up."""

from __future__ import annotations

import json
from enum import StrEnum

ANSWER = "answer"  # action id of every input; the block id says which
CANT_SAY = "cant-say"  # option value
OTHER_CAUSE = "other-cause"  # option value; no key of a scheme has a hyphen


class Action(StrEnum):
    """Buttons and live inputs. The value of a button is named beside it."""

    # to the reviewer
    OPEN_REVIEW = "review.open"  # task id
    NEXT_REVIEW = "review.next"  # task id; in the thanks, which it replaces
    TYPE_ANSWER = "review.answer"  # the inputs of a review page; saved as they are filled
    REVIEW_BACK = "review.back"
    SHOW_TODO = "review.list"
    SHOW_SCHEME = "review.scheme"  # cycle id: the form, the formula, who sees what
    SHOW_COMMENTS = "comments.show"  # pair(cycle id, person id): all comments, when they do not fit a message
    # to the manager (value: pair(cycle id, person id))
    APPROVE = "approval.approve"
    OPEN_ADJUST = "approval.adjust"
    OPEN_RETURN = "approval.return"
    OPEN_CAUSES = "approval.causes"
    OPEN_ACTION = "approval.action"
    RELEASE_ONE = "approval.release"
    SHOW_APPROVAL = "approval.show"  # from Home: the card in a modal
    # to the employee
    ACCEPT_ACTION = "action.accept"  # action id
    OPEN_COMMENT = "action.comment"  # action id
    ACKNOWLEDGE = "result.acknowledge"  # cycle id
    SHOW_RESULT = "result.show"  # cycle id
    # to HR
    OPEN_START = "cycle.start"
    SHOW_STATUS = "cycle.status"
    OPEN_CLOSE = "cycle.close"
    OPEN_RELEASE = "cycle.release"
    SHOW_FIGURES = "cycle.figures"  # cycle id, or empty to choose one
    OPEN_PEOPLE = "cycle.people"
    OPEN_METRICS = "cycle.metrics"
    SHOW_METRICS = "metrics.status"
    FETCH_SOURCE = "source.fetch"  # key of the source
    OPEN_SCHEMES = "scheme.list"
    SEE_FORM = "scheme.form"  # scheme key
    RETIRE_SCHEME = "scheme.retire"  # scheme key
    UPLOAD_SCHEME = "scheme.upload"
    UPLOAD_AGAIN = "scheme.upload-again"  # in the list of problems, which it replaces
    FORM_VARIANT = "scheme.form-variant"  # the menus of the preview
    FORM_RELATION = "scheme.form-relation"
    FORM_PAGE = "scheme.form-page"
    FORM_RULES = "scheme.form-rules"  # pair(scheme key, variant)
    # of an import (value: import id)
    LOOK_IMPORT = "import.look"
    OPEN_COLUMNS = "import.columns"
    APPLY_ALL = "import.apply-all"
    SEND_PROBLEMS = "import.problems"
    UNDO_IMPORT = "import.undo"
    OPEN_WHY = "why.open"  # whose score is to be explained
    # everybody
    SHOW_WHY = "why.show"  # pair(cycle id, person id)
    SHOW_HELP = "help"


class Callback(StrEnum):
    """Modals. What `private_metadata` holds (see `pack`) is named beside each."""

    REVIEW_PAGE = "review-page"  # task, page, revision; submit = next page
    REVIEW_CHECK = "review-check"  # task, revision; submit = send the review
    CYCLE_START = "cycle-start"  # submit = preview
    CYCLE_PREVIEW = "cycle-preview"  # cycle; submit = launch
    CYCLE_CLOSE = "cycle-close"  # submit = close the selected cycle
    CYCLE_RELEASE = "cycle-release"
    FIGURES = "figures"  # submit = the figures of the selected cycle
    PEOPLE_UPLOAD = "people-upload"  # submit = read and show
    METRICS_UPLOAD = "metrics-upload"
    IMPORT_CONFIRM = "import-confirm"  # import; submit = apply the good rows
    IMPORT_COLUMNS = "import-columns"  # import, or what the upload said; submit = read again
    ADJUST = "adjust"  # cycle, person
    RETURN = "return"  # cycle, person
    CAUSES = "causes"  # cycle, person, then (the action that goes on afterwards, or empty)
    PROPOSE_ACTION = "propose-action"  # cycle, person
    COMMENT_ACTION = "comment-action"  # action
    FORM_PREVIEW = "form-preview"  # scheme, variant, relation, page; submit = next page
    SCHEME_UPLOAD = "scheme-upload"  # submit = check and show
    SCHEME_SAVE = "scheme-save"  # file, digest; submit = save what was shown
    SCHEME_RETIRE = "scheme-retire"  # scheme
    WHY = "why"  # submit = explain the newest score of the person chosen
    MESSAGE = "message"  # something to read; no submit
    WAITING = "waiting"  # the same, until the work behind it is done


class Field(StrEnum):
    """Block ids of inputs in the modals that are not reviews."""

    NAME = "name"
    SCHEME = "scheme"
    PERIOD_START = "period_start"
    PERIOD_END = "period_end"
    DEPARTMENTS = "departments"
    PEOPLE = "people"
    RELATIONS = "relations"
    PEERS = "peers"
    DUE = "due"
    THRESHOLD = "threshold"
    COMMENT_THRESHOLD = "comment_threshold"
    SETTINGS = "settings"  # checkboxes, named by the options below
    CYCLE = "cycle"
    FILE = "file"
    VALUE = "value"
    REASON = "reason"
    GROUP = "group"  # of a return
    NOTE = "note"
    WHAT = "what"
    WHY = "why"
    MEASURE = "measure"
    BY = "by"
    HELP = "help"
    COMMENT = "comment"
    AS_OF = "as_of"
    SHEET = "sheet"
    HEADER_ROW = "header_row"
    FRACTIONS = "fractions"
    PERSON = "person"


CORRECT_SEVERITY = "correct-severity"  # option values of a cycle's settings
READS_TEXTS = "reads-texts"

COLUMN = "column:"  # block id prefix of the menu for one of our columns
NOT_THERE = "-"  # option value: none of the file's columns or sheets
FRACTIONS = "fractions"  # option value


def column_block(column: str) -> str:
    return COLUMN + column


def column_of(block_id: str) -> str | None:
    """Our column of a menu's block, or None for another block."""
    return block_id.removeprefix(COLUMN) if block_id.startswith(COLUMN) else None


def chosen_cell(cell: str) -> str:
    """The option value of a header cell or a sheet; it cannot be taken for NOT_THERE."""
    return f"={cell}"


def cell_of(value: str) -> str:
    """The header cell or sheet of an option; empty for NOT_THERE and no choice."""
    return value[1:] if value.startswith("=") else ""


ITEM = "item:"  # block id prefix of a review question


def item_block(item: str) -> str:
    return ITEM + item


def item_of(block_id: str) -> str | None:
    """The item key of a review question's block, or None for another block."""
    return block_id.removeprefix(ITEM) if block_id.startswith(ITEM) else None


CAUSE = "cause:"  # block id prefix of a metric's cause; what is said about it stands in the item's own block


def cause_block(metric: str) -> str:
    return CAUSE + metric


def pair(first: str, second: str) -> str:
    """Two ids in a button's value."""
    return f"{first}:{second}"


def unpair(value: str) -> tuple[str, str]:
    """The two ids, also where a button carries more."""
    first, _, rest = value.partition(":")
    return first, rest.partition(":")[0]


def seen_pair(first: str, second: str, revision: str) -> str:
    """Two ids, and what the card looked like on which the button stands."""
    return f"{pair(first, second)}:{revision}"


def revision_of(value: str) -> str:
    """Empty on buttons from before they had one."""
    return ":".join(value.split(":")[2:])


def pack(**values: str | int) -> str:
    """`private_metadata`: ids only, for it can be read by others in the workspace."""
    return json.dumps(values, separators=(",", ":"), sort_keys=True)


def unpack(metadata: str) -> dict[str, str | int]:
    return json.loads(metadata or "{}")
