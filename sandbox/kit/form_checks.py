"""The checks that Slack's client makes before it submits a modal, in the person's language."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from sandbox.kit.answers import Answer, Element, Values, is_empty

WORDS = {
    "en": {
        "required": "Please complete this required field.",
        "short": "Please enter at least {n} characters.",
        "long": "Please enter at most {n} characters.",
        "number": "Please enter a number.",
        "whole": "Please enter a whole number.",
        "low": "Please enter a number of at least {n}.",
        "high": "Please enter a number of at most {n}.",
        "many": "Please choose at most {n}.",
        "filetype": "Please upload a file of one of these types: {n}.",
    },
    "zh": {
        "required": "请填写此必填项。",
        "short": "请至少输入 {n} 个字符。",
        "long": "最多可输入 {n} 个字符。",
        "number": "请输入一个数字。",
        "whole": "请输入整数。",
        "low": "请输入不小于 {n} 的数字。",
        "high": "请输入不大于 {n} 的数字。",
        "many": "最多可选 {n} 项。",
        "filetype": "请上传以下类型的文件：{n}。",
    },
}
Complaint = tuple[str, Any]


def complaints(blocks: list[dict[str, Any]], values: Values, locale: str) -> dict[str, str]:
    """What is wrong with a form, by block_id; empty when it may be submitted."""
    words = WORDS["zh" if locale.lower().startswith("zh") else "en"]
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        answer = values.get(block["block_id"], {}).get(element["action_id"])
        complaint = _complaint(block, element, answer)
        if complaint:
            found[block["block_id"]] = words[complaint[0]].format(n=complaint[1])
    return found


def _complaint(block: dict[str, Any], element: Element, answer: Answer | None) -> Complaint | None:
    if is_empty(answer) or answer is None:
        return None if block.get("optional") else ("required", None)
    match element["type"]:
        case "plain_text_input":
            return _text(element, answer["value"])
        case "number_input":
            return _number(element, answer["value"])
        case "file_input":
            return _files(element, answer["files"])
    chosen = answer.get("selected_options") or answer.get("selected_users") or []
    most = element.get("max_selected_items")
    return ("many", most) if most and len(chosen) > most else None


def _text(element: Element, value: str) -> Complaint | None:
    if len(value) < element.get("min_length", 0):
        return "short", element["min_length"]
    most = element.get("max_length", 3000)
    return ("long", most) if len(value) > most else None


def _number(element: Element, value: str) -> Complaint | None:
    try:
        number = float(value)
    except ValueError:
        return "number", None
    if number != number or number in (float("inf"), float("-inf")):
        return "number", None
    if not element["is_decimal_allowed"] and not number.is_integer():
        return "whole", None
    if "min_value" in element and number < float(element["min_value"]):
        return "low", element["min_value"]
    if "max_value" in element and number > float(element["max_value"]):
        return "high", element["max_value"]
    return None


def _files(element: Element, files: list[dict[str, Any]]) -> Complaint | None:
    most = element.get("max_files", 10)
    if len(files) > most:
        return "many", most
    types = [each.lower() for each in element.get("filetypes", [])]
    if types and any(PurePath(each["name"]).suffix[1:].lower() not in types for each in files):
        return "filetype", ", ".join(types)
    return None
