"""The table of contents of the product: what Slack can send us, and the function that answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from handlers import approving, cycling, explaining, figures, home, importing, reviewing, schemes, sources
from handlers.asking import Ask, ViewAnswer
from views.ids import Action, Callback

Handler = Callable[[Ask], Awaitable[None]]
Submission = Callable[[Ask], Awaitable[ViewAnswer]]

REVIEW_COMMANDS: dict[str, Handler] = {
    "": reviewing.show_list,
    "list": reviewing.show_list,
    "why": explaining.show_own,
    "help": home.show_help,
}

CYCLE_COMMANDS: dict[str, Handler] = {
    "": cycling.show_status,
    "start": cycling.open_start,
    "status": cycling.show_status,
    "close": cycling.open_close,
    "release": cycling.open_release,
    "figures": figures.open_figures,
    "why": explaining.command,
    "people": importing.open_people,
    "metrics": sources.command,
    "scheme": schemes.command,
    "help": home.show_help,
}

ACTIONS: dict[Action, Handler] = {
    Action.OPEN_REVIEW: reviewing.open_review,
    Action.NEXT_REVIEW: reviewing.next_review,
    Action.TYPE_ANSWER: reviewing.type_answer,
    Action.REVIEW_BACK: reviewing.back,
    Action.SHOW_TODO: reviewing.show_list,
    Action.SHOW_SCHEME: cycling.show_scheme,
    Action.APPROVE: approving.approve,
    Action.OPEN_ADJUST: approving.open_adjust,
    Action.OPEN_RETURN: approving.open_return,
    Action.OPEN_CAUSES: approving.open_causes,
    Action.OPEN_ACTION: approving.open_action,
    Action.RELEASE_ONE: approving.release,
    Action.SHOW_APPROVAL: approving.show_card,
    Action.ACCEPT_ACTION: approving.accept,
    Action.OPEN_COMMENT: approving.open_comment,
    Action.ACKNOWLEDGE: approving.acknowledge,
    Action.SHOW_COMMENTS: approving.show_comments,
    Action.SHOW_RESULT: approving.show_result,
    Action.OPEN_START: cycling.open_start,
    Action.SHOW_STATUS: cycling.show_status,
    Action.OPEN_CLOSE: cycling.open_close,
    Action.OPEN_RELEASE: cycling.open_release,
    Action.SHOW_FIGURES: figures.open_figures,
    Action.OPEN_PEOPLE: importing.open_people,
    Action.OPEN_METRICS: importing.open_metrics,
    Action.SHOW_METRICS: sources.show_metrics,
    Action.FETCH_SOURCE: sources.fetch,
    Action.LOOK_IMPORT: importing.look,
    Action.OPEN_COLUMNS: importing.open_columns,
    Action.APPLY_ALL: importing.apply_all,
    Action.SEND_PROBLEMS: importing.send_problems,
    Action.UNDO_IMPORT: importing.undo,
    Action.OPEN_SCHEMES: schemes.open_list,
    Action.SEE_FORM: schemes.see_form,
    Action.RETIRE_SCHEME: schemes.retire_listed,
    Action.UPLOAD_SCHEME: schemes.open_upload,
    Action.UPLOAD_AGAIN: schemes.upload_again,
    Action.FORM_VARIANT: schemes.turn_form,
    Action.FORM_RELATION: schemes.turn_form,
    Action.FORM_PAGE: schemes.turn_form,
    Action.FORM_RULES: schemes.see_rules,
    Action.OPEN_WHY: explaining.choose,
    Action.SHOW_WHY: explaining.show,
    Action.SHOW_HELP: home.show_help,
}

VIEWS: dict[Callback, Submission] = {
    Callback.REVIEW_PAGE: reviewing.next_page,
    Callback.REVIEW_CHECK: reviewing.send,
    Callback.CYCLE_START: cycling.preview,
    Callback.CYCLE_PREVIEW: cycling.launch,
    Callback.CYCLE_CLOSE: cycling.close,
    Callback.CYCLE_RELEASE: cycling.release,
    Callback.FIGURES: figures.choose,
    Callback.PEOPLE_UPLOAD: importing.read_people,
    Callback.METRICS_UPLOAD: importing.read_metrics,
    Callback.IMPORT_CONFIRM: importing.apply_good,
    Callback.IMPORT_COLUMNS: importing.correct_columns,
    Callback.FORM_PREVIEW: schemes.next_page,
    Callback.SCHEME_UPLOAD: schemes.check,
    Callback.SCHEME_SAVE: schemes.save,
    Callback.SCHEME_RETIRE: schemes.retire,
    Callback.ADJUST: approving.adjust,
    Callback.RETURN: approving.return_reviews,
    Callback.CAUSES: approving.name_causes,
    Callback.PROPOSE_ACTION: approving.propose,
    Callback.COMMENT_ACTION: approving.comment,
    Callback.WHY: explaining.chosen,
}

EVENTS: dict[str, Handler] = {
    "app_home_opened": home.publish,
}
"""Events of a person. `team_join` and `user_change` are about accounts and handled in `dispatch.py`."""
