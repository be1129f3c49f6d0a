"""The shapes of Block Kit blocks, where each may stand, and walking through a list of them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import chain
from secrets import token_urlsafe
from typing import Any

from sandbox.kit.elements import (
    BUTTON,
    IDENT,
    IMAGE,
    IMAGE_FIELDS,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    KIND,
    one_image_source,
    plain,
    text,
)
from sandbox.kit.figures import DATA_VISUALIZATION, TABLE
from sandbox.kit.rich_text import RICH_TEXT
from sandbox.kit.shapes import Check, Faults, array, boolean, choice, either, shape, string


class Surface(StrEnum):
    """Where blocks are shown."""

    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


MAX_BLOCKS = {Surface.MESSAGE: 50, Surface.MODAL: 100, Surface.HOME: 100}
MAX_MARKDOWN = 12_000
MAX_CHARTS = 2
MAX_TABLES = 1

ID = {"block_id": IDENT}
CONTEXT_PART = either({**{kind: text(3000) for kind in ("plain_text", "mrkdwn")}, "image": IMAGE})


def _section_says_something(block: dict[str, Any], where: str, faults: Faults) -> None:
    if "text" not in block and "fields" not in block:
        faults.add(where, "must have at least one of text and fields")


def _card_says_something(block: dict[str, Any], where: str, faults: Faults) -> None:
    if not {"hero_image", "title", "actions", "body"} & block.keys():
        faults.add(where, "must have at least one of hero_image, title, actions and body")


EVERYWHERE: dict[str, Check] = {
    "section": shape(
        {"type": KIND},
        {
            **ID,
            "text": text(3000),
            "fields": array(text(2000), most=10),
            "accessory": either(IN_SECTION),
            "expand": boolean,
        },
        rule=_section_says_something,
    ),
    "header": shape({"type": KIND, "text": plain(150)}, ID),
    "context": shape({"type": KIND, "elements": array(CONTEXT_PART, most=10)}, ID),
    "actions": shape({"type": KIND, "elements": array(either(IN_ACTIONS), most=25)}, ID),
    "divider": shape({"type": KIND}, ID),
    "image": shape(
        {"type": KIND, "alt_text": string(2000)},
        {**ID, **IMAGE_FIELDS, "title": plain(2000)},
        rule=one_image_source,
    ),
    "rich_text": RICH_TEXT,
    "input": shape(
        {"type": KIND, "label": plain(2000), "element": either(IN_INPUT)},
        {**ID, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "card": shape(
        {"type": KIND},
        {
            **ID,
            "icon": either({"image": IMAGE}),
            "hero_image": either({"image": IMAGE}),
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "actions": array(either({"button": BUTTON}), most=3),
        },
        rule=_card_says_something,
    ),
}
ALERT = shape(
    {"type": KIND, "text": text(200)},
    {**ID, "level": choice("default", "info", "warning", "error", "success")},
)
MARKDOWN = shape({"type": KIND, "text": string(MAX_MARKDOWN)}, ID)
SHAPES: dict[Surface, dict[str, Check]] = {
    Surface.MESSAGE: {
        **EVERYWHERE,
        "markdown": MARKDOWN,
        "data_visualization": DATA_VISUALIZATION,
        "table": TABLE,
    },
    Surface.HOME: {**EVERYWHERE, "table": TABLE},
    Surface.MODAL: {**EVERYWHERE, "alert": ALERT},
}


def check_blocks(blocks: Any, surface: Surface, where: str, faults: Faults) -> None:
    """Report whatever Slack would refuse in `blocks` on `surface`; `where` is their JSON pointer."""
    before = len(faults.messages)
    array(either(SHAPES[surface]), most=MAX_BLOCKS[surface])(blocks, where, faults)
    if len(faults.messages) > before:
        return
    _check_ids(blocks, where, faults)
    _check_amounts(blocks, where, faults)
    _check_files(blocks, surface, where, faults)


def _check_ids(blocks: list[dict[str, Any]], where: str, faults: Faults) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id in seen:
            faults.add(f"{where}/{index}/block_id", f"block_id already exists: {block_id}")
        seen |= {block_id} if block_id else set()
        actions = [each["action_id"] for each in elements_of(block) if each.get("action_id")]
        for each in sorted({each for each in actions if actions.count(each) > 1}):
            faults.add(f"{where}/{index}", f"action_id already exists: {each}")


def _check_amounts(blocks: list[dict[str, Any]], where: str, faults: Faults) -> None:
    kinds = [block["type"] for block in blocks]
    if kinds.count("data_visualization") > MAX_CHARTS:
        faults.add(where, f"no more than {MAX_CHARTS} data_visualization blocks allowed")
    if kinds.count("table") > MAX_TABLES:
        faults.add(where, "only_one_table_allowed")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MAX_MARKDOWN:
        faults.add(where, f"markdown blocks must be less than {MAX_MARKDOWN + 1} characters in all")
    elements = chain.from_iterable(elements_of(block) for block in blocks)
    if sum(bool(each.get("focus_on_load")) for each in elements) > 1:
        faults.add(where, "only one element can have focus_on_load set to true")


def _check_files(blocks: list[dict[str, Any]], surface: Surface, where: str, faults: Faults) -> None:
    if surface is Surface.MODAL:
        return
    for index, block in enumerate(blocks):
        if any(each["type"] == "file_input" for each in elements_of(block)):
            faults.add(f"{where}/{index}/element/type", "unsupported type: file_input")


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The elements of a block with which people can do something."""
    match block["type"]:
        case "section":
            found = [block["accessory"]] if "accessory" in block else []
        case "actions":
            found = block["elements"]
        case "input":
            found = [block["element"]]
        case "card":
            found = block.get("actions", [])
        case _:
            return []
    return [each for each in found if each["type"] != "image"]


def walk(blocks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every (block, element) pair in `blocks`."""
    return ((block, element) for block in blocks for element in elements_of(block))


def find(blocks: list[dict[str, Any]], block_id: str, action_id: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The block and its element with these ids, or None when they are not (or no longer) there."""
    for block, element in walk(blocks):
        if block["block_id"] == block_id and element["action_id"] == action_id:
            return block, element
    return None


def identify(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same blocks, with ids invented where the app gave none, as Slack does."""
    for block in blocks:
        block.setdefault("block_id", token_urlsafe(4))
        for element in elements_of(block):
            element.setdefault("action_id", token_urlsafe(4))
    return blocks
