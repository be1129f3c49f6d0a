"""What the sandbox accepts and refuses in blocks."""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import Any

import pytest
from example_app import card, chart, form, home, table
from hypothesis import given
from hypothesis import strategies as st

from sandbox.kit.blocks import Surface, check_blocks
from sandbox.kit.limits import Refusal, check_message, check_view
from sandbox.kit.shapes import Faults

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def option(value: str, text: str = "x") -> Block:
    return {"text": plain(text), "value": value}


def actions(*elements: Block, **more: Any) -> Block:
    return {"type": "actions", "elements": list(elements), **more}


def button(**more: Any) -> Block:
    return {"type": "button", "text": plain("Go"), **more}


def entry(element: Block, **more: Any) -> Block:
    return {"type": "input", "label": plain("Label"), "element": element, **more}


def section(text: str = "x", **more: Any) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def faults_of(blocks: list[Block], surface: Surface) -> list[str]:
    faults = Faults()
    check_blocks(blocks, surface, "/blocks", faults)
    return faults.messages


def bar(**changes: Any) -> Block:
    block = chart("bar")
    block["chart"] |= changes
    return block


MESSAGE, MODAL, HOME = Surface.MESSAGE, Surface.MODAL, Surface.HOME
TEXT = {"type": "plain_text_input"}
IMAGE = {"type": "image", "alt_text": "x", "image_url": "https://example.com/x.png"}


@pytest.mark.parametrize(
    ("blocks", "surface"),
    [
        (card(), MESSAGE),
        ([chart("bar"), chart("pie")], MESSAGE),
        ([chart("line"), chart("area")], MESSAGE),
        ([table()], MESSAGE),
        ([table()], HOME),
        ([{"type": "markdown", "text": "# Title"}], MESSAGE),
        ([IMAGE, section(accessory=IMAGE), {"type": "card", "title": plain("A"), "actions": [button()]}], HOME),
        ([entry(TEXT)], MESSAGE),
        (form()["blocks"], MODAL),
    ],
)
def test_good_blocks_are_accepted(blocks: list[Block], surface: Surface) -> None:
    assert faults_of(blocks, surface) == []


BAD = [
    ([section("x" * 3001)], MESSAGE, "less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ([section("")], MESSAGE, "more than 0 characters"),
    ([{"type": "section"}], MESSAGE, "at least one of text and fields"),
    ([{"type": "section", "fields": [plain("x")] * 11}], MESSAGE, "no more than 10 items"),
    ([{"type": "section", "fields": [plain("x" * 2001)]}], MESSAGE, "less than 2001"),
    ([{"type": "header", "text": plain("x" * 151)}], MESSAGE, "less than 151"),
    ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], MESSAGE, "unsupported type: mrkdwn"),
    ([{"type": "context", "elements": [plain("x")] * 11}], MESSAGE, "no more than 10 items"),
    ([{"type": "divider"}] * 51, MESSAGE, "no more than 50 items"),
    ([{"type": "divider"}] * 101, MODAL, "no more than 100 items"),
    ([], MESSAGE, "no less than 1 items"),
    ([section(colour="red")], MESSAGE, "invalid additional property: colour"),
    ([{"type": "sektion"}], MESSAGE, "unsupported type: sektion"),
    ([{"text": plain("x")}], MESSAGE, "missing required field: type"),
    ([section(block_id="a"), section(block_id="a")], MESSAGE, "block_id already exists: a"),
    ([section(block_id="a" * 256)], MESSAGE, "less than 256"),
    ([actions(button(action_id="a"), button(action_id="a"))], MESSAGE, "action_id already exists: a"),
    ([actions(*[button()] * 26)], MESSAGE, "no more than 25 items"),
    ([actions({"type": "button", "text": plain("x" * 76)})], MESSAGE, "less than 76"),
    ([actions(button(value="x" * 2001))], MESSAGE, "less than 2001"),
    ([actions(button(style="green"))], MESSAGE, "must be one of: primary, danger"),
    ([actions(button(confirm={"title": plain("x")}))], MESSAGE, "missing required field: text"),
    ([actions(TEXT)], MESSAGE, "unsupported type: plain_text_input"),
    ([actions({"type": "static_select", "options": []})], MESSAGE, "no less than 1 items"),
    ([actions({"type": "static_select"})], MESSAGE, "exactly one of options and option_groups"),
    ([actions({"type": "static_select", "options": [option("a")] * 101})], MESSAGE, "no more than 100"),
    ([actions({"type": "static_select", "options": [option("a", "x" * 76)]})], MESSAGE, "less than 76"),
    ([actions({"type": "static_select", "options": [option("a" * 151)]})], MESSAGE, "less than 151"),
    (
        [actions({"type": "static_select", "options": [option("a")], "initial_option": option("b")})],
        MESSAGE,
        "must exactly match one of the provided options",
    ),
    ([actions({"type": "radio_buttons", "options": [option(str(n)) for n in range(11)]})], MESSAGE, "10 items"),
    ([actions({"type": "checkboxes", "options": []})], MESSAGE, "no less than 1 items"),
    ([actions({"type": "overflow", "options": [option(str(n)) for n in range(6)]})], MESSAGE, "5 items"),
    ([actions({"type": "datepicker", "initial_date": "31.12.2026"})], MESSAGE, "valid date"),
    ([actions({"type": "timepicker", "initial_time": "9am"})], MESSAGE, "valid time"),
    ([entry({"type": "number_input"})], MODAL, "missing required field: is_decimal_allowed"),
    ([entry({**TEXT, "max_length": 3001})], MODAL, "between 1 and 3000"),
    ([entry({**TEXT, "min_length": 9, "max_length": 3})], MODAL, "must not be greater"),
    ([entry(TEXT, label=plain("x" * 2001))], MODAL, "less than 2001"),
    ([entry({**TEXT, "placeholder": plain("x" * 151)})], MODAL, "less than 151"),
    (
        [entry({**TEXT, "focus_on_load": True}), entry({**TEXT, "focus_on_load": True})],
        MODAL,
        "only one element can have focus_on_load",
    ),
    ([entry({"type": "file_input"})], MESSAGE, "unsupported type: file_input"),
    ([{"type": "image", "alt_text": "x"}], MESSAGE, "exactly one of image_url and slack_file"),
    ([{"type": "markdown", "text": "x"}], MODAL, "unsupported type: markdown"),
    ([{"type": "markdown", "text": "x" * 7000}] * 2, MESSAGE, "less than 12001 characters in all"),
    ([chart("pie")], MODAL, "unsupported type: data_visualization"),
    ([chart("pie")], HOME, "unsupported type: data_visualization"),
    ([table()], MODAL, "unsupported type: table"),
    ([{"type": "alert", "text": plain("x")}], MESSAGE, "unsupported type: alert"),
    ([chart("bar")] * 3, MESSAGE, "no more than 2 data_visualization"),
    ([table(), table()], MESSAGE, "only_one_table_allowed"),
    ([{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]}], MESSAGE, "no more than 20"),
    ([{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 101}], MESSAGE, "no more than 100"),
    ([chart("pie") | {"title": "x" * 51}], MESSAGE, "less than 51"),
    ([chart("bar") | {"chart": {"type": "radar"}}], MESSAGE, "unsupported type: radar"),
    ([bar(series=bar()["chart"]["series"] * 2)], MESSAGE, "series names must be unique"),
    ([bar(axis_config={"categories": ["Other"]})], MESSAGE, "exactly one data point per category"),
    (
        [chart("pie") | {"chart": {"type": "pie", "segments": [{"label": "a", "value": 0}]}}],
        MESSAGE,
        "must be greater than 0",
    ),
    ([{"type": "card", "subtitle": plain("x")}], MESSAGE, "at least one of hero_image"),
]


@pytest.mark.parametrize(("blocks", "surface", "message"), BAD)
def test_bad_blocks_are_refused_with_the_place_and_the_reason(
    blocks: list[Block], surface: Surface, message: str
) -> None:
    assert any(message in each for each in faults_of(blocks, surface))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "text", "elements", "element", "options", "block_id", "chart", "rows", "accessory"]
            ),
            inner | st.sampled_from(["section", "actions", "input", "button", "static_select", "table"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from(list(Surface)))
def test_no_payload_however_strange_makes_the_checks_fall_over(value: Any, surface: Surface) -> None:
    check_blocks(value, surface, "/blocks", Faults())


@given(st.data())
def test_a_good_form_with_any_part_torn_out_is_judged_without_falling_over(data: st.DataObject) -> None:
    view = copy.deepcopy(form())
    holder: Any = view
    while isinstance(holder, dict | list) and holder:
        keys = sorted(holder) if isinstance(holder, dict) else range(len(holder))
        key = data.draw(st.sampled_from(list(keys)))
        if data.draw(st.booleans()) or not isinstance(holder[key], dict | list):
            holder[key] = data.draw(JSON)
            break
        holder = holder[key]
    with suppress(Refusal):
        check_view(view, MODAL)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": plain("x" * 25)}, "less than 25"),
        ({"submit": plain("x" * 25)}, "less than 25"),
        ({"close": plain("x" * 25)}, "less than 25"),
        ({"private_metadata": "x" * 3001}, "less than 3001"),
        ({"callback_id": "x" * 256}, "less than 256"),
        ({"color": "red"}, "invalid additional property: color"),
        ({"type": "home"}, "unsupported type: home"),
        ({"blocks": None}, "must provide an array"),
    ],
)
def test_a_modal_outside_the_limits_is_refused(change: Block, message: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_view(form() | change, MODAL)
    assert caught.value.error == "invalid_arguments"
    assert any(message in each for each in caught.value.messages)


def test_a_modal_with_an_input_needs_submit() -> None:
    view = form()
    del view["submit"]
    with pytest.raises(Refusal) as caught:
        check_view(view, MODAL)
    assert "missing required field: submit" in caught.value.messages[0]


def test_a_home_has_no_title() -> None:
    with pytest.raises(Refusal):
        check_view(home("U1", 1) | {"title": plain("x")}, HOME)


def test_a_view_over_250_kilobytes_is_refused() -> None:
    view = home("U1", 1) | {"blocks": [section("字" * 3000) for _ in range(28)]}
    with pytest.raises(Refusal) as caught:
        check_view(view, HOME)
    assert caught.value.error == "view_too_large"


@pytest.mark.parametrize(
    ("text", "blocks", "metadata", "error"),
    [
        (None, None, None, "no_text"),
        ("x" * 40_001, None, None, "msg_too_long"),
        ("x", [{}], None, "invalid_blocks"),
        ("x", "blocks", None, "invalid_blocks"),
        ("x", None, {"event_type": "a"}, "invalid_metadata_format"),
        ("x", None, {"event_type": "a", "event_payload": {"k": "x" * 8000}}, "metadata_too_large"),
    ],
)
def test_a_message_outside_the_limits_is_refused(text: Any, blocks: Any, metadata: Any, error: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_message(text, blocks, metadata)
    assert caught.value.error == error
