"""The shapes of Block Kit elements and composition objects, with Slack's sizes."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sandbox.kit.shapes import (
    Check,
    Faults,
    Rule,
    anything,
    array,
    boolean,
    choice,
    either,
    integer,
    pattern,
    shape,
    string,
)

IDENT = string(255)
KIND: Check = anything  # `either` has looked at it already
USER = pattern(lambda v: v[:1] in "UW" and len(v) > 1, "user id")
DATE = pattern(date.fromisoformat, "date (YYYY-MM-DD)")
TIME = pattern(lambda v: len(v) == 5 and time.fromisoformat(v) is not None, "time (HH:mm)")
MIN_OPTIONS = 1


def plain(longest: int) -> Check:
    """A plain_text object of at most `longest` characters."""
    return either({"plain_text": shape({"type": KIND, "text": string(longest)}, {"emoji": boolean})})


def text(longest: int) -> Check:
    """A plain_text or mrkdwn object of at most `longest` characters."""
    return either(
        {
            "plain_text": shape({"type": KIND, "text": string(longest)}, {"emoji": boolean}),
            "mrkdwn": shape({"type": KIND, "text": string(longest)}, {"verbatim": boolean}),
        }
    )


CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
OPTION = shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
RICH_OPTION = shape({"text": text(75), "value": string(150)}, {"description": text(75)})
LINK_OPTION = shape({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": string(3000)})
GROUP = shape({"label": plain(75), "options": array(OPTION, most=100)})
OPTION_LIST = {
    "options": array(OPTION, least=0, most=100),
    "option_groups": array(GROUP, least=0, most=100),
}

COMMON = {"action_id": IDENT, "focus_on_load": boolean}
CONFIRMED = {**COMMON, "confirm": CONFIRM}
PLACED = {**CONFIRMED, "placeholder": plain(150)}


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """All options of a select, radio buttons, checkboxes or overflow, groups flattened."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(each for group in groups for each in group["options"])]


def _initials_are_options(element: dict[str, Any], where: str, faults: Faults) -> None:
    known = options_of(element)
    if "initial_option" in element and element["initial_option"] not in known:
        faults.add(f"{where}/initial_option", "initial_option must exactly match one of the provided options")
    for index, each in enumerate(element.get("initial_options") or []):
        if each not in known:
            faults.add(
                f"{where}/initial_options/{index}",
                "initial_options must exactly match one of the provided options",
            )


def _choices(element: dict[str, Any], where: str, faults: Faults) -> None:
    given = [name for name in ("options", "option_groups") if name in element]
    if len(given) != 1:
        faults.add(where, "must have exactly one of options and option_groups")
    elif not element[given[0]]:
        faults.add(f"{where}/{given[0]}", f"no less than {MIN_OPTIONS} items allowed")
    else:
        _initials_are_options(element, where, faults)


def _low_to_high(low: str, high: str) -> Rule:
    def rule(element: dict[str, Any], where: str, faults: Faults) -> None:
        if low in element and high in element and float(element[low]) > float(element[high]):
            faults.add(where, f"{low} must not be greater than {high}")

    return rule


def one_image_source(element: dict[str, Any], where: str, faults: Faults) -> None:
    if ("image_url" in element) == ("slack_file" in element):
        faults.add(where, "must have exactly one of image_url and slack_file")


NUMBER = pattern(lambda v: float(v) is not None, "number")
DISPATCH = shape(
    {"trigger_actions_on": array(choice("on_enter_pressed", "on_character_entered"), most=2)},
)
SLACK_FILE = shape({}, {"id": IDENT, "url": string(3000)})
IMAGE_FIELDS = {"image_url": string(3000), "slack_file": SLACK_FILE}

BUTTON = shape(
    {"type": KIND, "text": plain(75)},
    {
        "action_id": IDENT,
        "value": string(2000),
        "url": string(3000),
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
IMAGE = shape({"type": KIND, "alt_text": string(2000)}, IMAGE_FIELDS, rule=one_image_source)
STATIC_SELECT = shape({"type": KIND}, {**PLACED, **OPTION_LIST, "initial_option": OPTION}, rule=_choices)
MULTI_STATIC_SELECT = shape(
    {"type": KIND},
    {
        **PLACED,
        **OPTION_LIST,
        "initial_options": array(OPTION, most=100),
        "max_selected_items": integer(1, 100),
    },
    rule=_choices,
)
QUERY = {"min_query_length": integer(0, 100)}
EXTERNAL_SELECT = shape({"type": KIND}, {**PLACED, **QUERY, "initial_option": OPTION})
MULTI_EXTERNAL_SELECT = shape(
    {"type": KIND},
    {
        **PLACED,
        **QUERY,
        "initial_options": array(OPTION, most=100),
        "max_selected_items": integer(1, 100),
    },
)
USERS_SELECT = shape({"type": KIND}, {**PLACED, "initial_user": USER})
MULTI_USERS_SELECT = shape(
    {"type": KIND},
    {**PLACED, "initial_users": array(USER, least=0, most=1000), "max_selected_items": integer(1, 100)},
)
DATEPICKER = shape({"type": KIND}, {**PLACED, "initial_date": DATE})
TIMEPICKER = shape({"type": KIND}, {**PLACED, "initial_time": TIME, "timezone": string(100)})
RADIO_BUTTONS = shape(
    {"type": KIND, "options": array(RICH_OPTION, most=10)},
    {**CONFIRMED, "initial_option": RICH_OPTION},
    rule=_initials_are_options,
)
CHECKBOXES = shape(
    {"type": KIND, "options": array(RICH_OPTION, most=10)},
    {**CONFIRMED, "initial_options": array(RICH_OPTION, most=10)},
    rule=_initials_are_options,
)
OVERFLOW = shape({"type": KIND, "options": array(LINK_OPTION, most=5)}, {"action_id": IDENT, "confirm": CONFIRM})
PLAIN_TEXT_INPUT = shape(
    {"type": KIND},
    {
        **COMMON,
        "placeholder": plain(150),
        "initial_value": string(3000, shortest=0),
        "multiline": boolean,
        "min_length": integer(0, 3000),
        "max_length": integer(1, 3000),
        "dispatch_action_config": DISPATCH,
    },
    rule=_low_to_high("min_length", "max_length"),
)
NUMBER_INPUT = shape(
    {"type": KIND, "is_decimal_allowed": boolean},
    {
        **COMMON,
        "placeholder": plain(150),
        "initial_value": NUMBER,
        "min_value": NUMBER,
        "max_value": NUMBER,
        "dispatch_action_config": DISPATCH,
    },
    rule=_low_to_high("min_value", "max_value"),
)
FILE_INPUT = shape(
    {"type": KIND},
    {"action_id": IDENT, "filetypes": array(string(20), most=100), "max_files": integer(1, 10)},
)

MENUS: dict[str, Check] = {
    "static_select": STATIC_SELECT,
    "multi_static_select": MULTI_STATIC_SELECT,
    "external_select": EXTERNAL_SELECT,
    "multi_external_select": MULTI_EXTERNAL_SELECT,
    "users_select": USERS_SELECT,
    "multi_users_select": MULTI_USERS_SELECT,
    "datepicker": DATEPICKER,
    "timepicker": TIMEPICKER,
    "radio_buttons": RADIO_BUTTONS,
    "checkboxes": CHECKBOXES,
}
IN_ACTIONS: dict[str, Check] = {**MENUS, "button": BUTTON, "overflow": OVERFLOW}
IN_SECTION: dict[str, Check] = {**IN_ACTIONS, "image": IMAGE}
IN_INPUT: dict[str, Check] = {
    **MENUS,
    "plain_text_input": PLAIN_TEXT_INPUT,
    "number_input": NUMBER_INPUT,
    "file_input": FILE_INPUT,
}
