"""Block Kit for filling in: modals and their inputs, within Slack's limits.

Every input's action id is `ids.ANSWER` but in the review, whose inputs save while they are filled.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from views import ids
from views.blocks import BUTTON, LABEL, MOST_IN_VIEW, Block, View, plain

TITLE = 24
TEXT = 3000
MOST_RADIO = 10
MOST_OPTIONS = 100
OPTION_VALUE = 75


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    callback: ids.Callback,
    close: str,
    submit: str | None = None,
    metadata: str = "",
) -> View:
    """A modal view; `submit` is needed where a block is an input."""
    view: View = {
        "type": "modal",
        "callback_id": callback.value,
        "title": plain(title, TITLE),
        "close": plain(close, TITLE),
        "blocks": list(blocks[:MOST_IN_VIEW]),
    }
    if submit:
        view["submit"] = plain(submit, TITLE)
    if metadata:
        view["private_metadata"] = metadata
    return view


def input_(
    block_id: str, label: str, element: dict[str, Any], *, hint: str = "", optional: bool = False, live: bool = False
) -> Block:
    """A question. `live`: every change is sent at once."""
    block: Block = {"type": "input", "block_id": str(block_id), "label": plain(label, LABEL), "element": element}
    if hint:
        block["hint"] = plain(hint, LABEL)
    if optional:
        block["optional"] = True
    if live:
        block["dispatch_action"] = True
    return block


def option(text: str, value: str, description: str = "") -> dict[str, Any]:
    chosen: dict[str, Any] = {"text": plain(text, BUTTON), "value": value}
    return {**chosen, "description": plain(description, BUTTON)} if description else chosen


def radio(options: Sequence[dict[str, Any]], initial: str | None = None, *, action: str = ids.ANSWER) -> dict[str, Any]:
    """One of several; a menu where there are more options than Slack allows radio buttons."""
    if len(options) > MOST_RADIO:
        return select(options, initial, action=action)
    return {"type": "radio_buttons", "action_id": action, "options": list(options), **_initial(options, initial)}


def select(
    options: Sequence[dict[str, Any]], initial: str | None = None, *, action: str = ids.ANSWER
) -> dict[str, Any]:
    options = list(options[:MOST_OPTIONS])
    return {"type": "static_select", "action_id": action, "options": options, **_initial(options, initial)}


def several(options: Sequence[dict[str, Any]], initial: Sequence[str] = ()) -> dict[str, Any]:
    """Checkboxes; at most ten."""
    options = list(options[:MOST_RADIO])
    ticked = [o for o in options if o["value"] in initial]
    element: dict[str, Any] = {"type": "checkboxes", "action_id": ids.ANSWER, "options": options}
    return {**element, "initial_options": ticked} if ticked else element


def many(options: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A menu of which several can be taken."""
    return {"type": "multi_static_select", "action_id": ids.ANSWER, "options": list(options[:MOST_OPTIONS])}


def people() -> dict[str, Any]:
    return {"type": "multi_users_select", "action_id": ids.ANSWER}


def person() -> dict[str, Any]:
    return {"type": "users_select", "action_id": ids.ANSWER}


def day(initial: date | None = None) -> dict[str, Any]:
    element = {"type": "datepicker", "action_id": ids.ANSWER}
    return {**element, "initial_date": initial.isoformat()} if initial else element


def number(
    low: float, high: float, initial: float | None = None, *, decimal: bool = False, action: str = ids.ANSWER
) -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": "number_input",
        "action_id": action,
        "is_decimal_allowed": decimal,
        "min_value": _plain_number(low),
        "max_value": _plain_number(high),
    }
    return element if initial is None else {**element, "initial_value": _plain_number(initial)}


def line(initial: str = "", *, max_length: int = BUTTON) -> dict[str, Any]:
    return _text(initial, max_length=max_length)


def text(initial: str = "", *, min_length: int = 0, max_length: int = TEXT) -> dict[str, Any]:
    element = _text(initial, max_length=max_length) | {"multiline": True}
    return {**element, "min_length": min_length} if min_length else element


def file(*types: str) -> dict[str, Any]:
    return {"type": "file_input", "action_id": ids.ANSWER, "filetypes": list(types), "max_files": 1}


def as_typed(element: dict[str, Any]) -> dict[str, Any]:
    """A text or number input that sends what is typed while it is typed."""
    return {**element, "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}


def _text(initial: str, *, max_length: int) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "plain_text_input", "action_id": ids.ANSWER, "max_length": max_length}
    return {**element, "initial_value": initial[:max_length]} if initial else element


def _initial(options: Sequence[dict[str, Any]], value: str | None) -> dict[str, Any]:
    chosen = next((o for o in options if o["value"] == value), None)
    return {"initial_option": chosen} if chosen else {}


def _plain_number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
