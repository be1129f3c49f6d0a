"""What people have filled in: the values of inputs in Slack's shapes (`state.values`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.kit.blocks import walk
from sandbox.kit.elements import options_of

Element = dict[str, Any]
Answer = dict[str, Any]
Values = dict[str, dict[str, Answer]]
FileLookup = Callable[[str], dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """How an element type keeps its value: key, key of the initial value, and the value of nothing."""

    key: str
    initial: str
    many: bool = False


KINDS = {
    "plain_text_input": Kind("value", "initial_value"),
    "number_input": Kind("value", "initial_value"),
    "static_select": Kind("selected_option", "initial_option"),
    "external_select": Kind("selected_option", "initial_option"),
    "radio_buttons": Kind("selected_option", "initial_option"),
    "multi_static_select": Kind("selected_options", "initial_options", many=True),
    "multi_external_select": Kind("selected_options", "initial_options", many=True),
    "checkboxes": Kind("selected_options", "initial_options", many=True),
    "users_select": Kind("selected_user", "initial_user"),
    "multi_users_select": Kind("selected_users", "initial_users", many=True),
    "datepicker": Kind("selected_date", "initial_date"),
    "timepicker": Kind("selected_time", "initial_time"),
    "file_input": Kind("files", "", many=True),
}


class UnknownChoice(ValueError):
    """An answer which names an option, person or file that the element does not offer."""


def initial(element: Element) -> Answer:
    """The value of an untouched element; {} when it keeps none (buttons)."""
    kind = KINDS.get(element["type"])
    if kind is None:
        return {}
    nothing = [] if kind.many else None
    return {"type": element["type"], kind.key: element.get(kind.initial, nothing)}


def initial_values(blocks: list[dict[str, Any]], earlier: Values | None = None) -> Values:
    """The values of all inputs in `blocks`; what was filled in `earlier` under the same ids and type stays."""
    values: Values = {}
    for block, element in walk(blocks):
        if element["type"] not in KINDS:
            continue
        kept = (earlier or {}).get(block["block_id"], {}).get(element["action_id"])
        same = kept is not None and kept["type"] == element["type"]
        fresh = kept if same and kept is not None else initial(element)
        values.setdefault(block["block_id"], {})[element["action_id"]] = fresh
    return values


def merge(blocks: list[dict[str, Any]], values: Values, given: Any, files: FileLookup) -> None:
    """Put what the client holds (`given`, shaped like values) into `values`; leftovers of old blocks are ignored.

    Raises UnknownChoice.
    """
    if not isinstance(given, dict):
        return
    for block, element in walk(blocks):
        answer = (given.get(block["block_id"]) or {}).get(element["action_id"])
        if answer is not None and element["type"] in KINDS:
            values.setdefault(block["block_id"], {})[element["action_id"]] = read(element, answer, files)


def read(element: Element, answer: Answer, files: FileLookup) -> Answer:
    """A client's answer in full: options by value become whole options, file ids whole files.

    Raises UnknownChoice.
    """
    kind = KINDS[element["type"]]
    value = answer.get(kind.key)
    match kind.key:
        case "value":
            value = None if value in (None, "") else str(value)
        case "selected_option":
            value = None if value is None else _option(element, value)
        case "selected_options":
            value = [_option(element, each) for each in value or []]
        case "files":
            value = [files(each["id"] if isinstance(each, dict) else each) for each in value or []]
        case "selected_users":
            value = list(value or [])
    return {"type": element["type"], kind.key: value}


def _option(element: Element, chosen: Any) -> dict[str, Any]:
    wanted = chosen.get("value") if isinstance(chosen, dict) else chosen
    if "external" in element["type"]:
        if isinstance(chosen, dict) and "text" in chosen:
            return chosen
        raise UnknownChoice(str(wanted))
    for option in options_of(element):
        if option["value"] == wanted:
            return option
    raise UnknownChoice(str(wanted))


def is_empty(answer: Answer | None) -> bool:
    """Whether nothing has been filled in."""
    if not answer:
        return True
    return all(value in (None, "", []) for key, value in answer.items() if key != "type")
