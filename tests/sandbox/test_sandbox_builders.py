"""What slack_sdk's own builders make passes the sandbox's checks."""

from __future__ import annotations

import pytest
from slack_sdk.models import blocks as b
from slack_sdk.models.blocks.basic_components import DispatchActionConfig
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from sandbox.kit.blocks import Surface, check_blocks
from sandbox.kit.limits import check_view
from sandbox.kit.shapes import Faults

OPTIONS = [b.Option(label="A", value="a", description="The first"), b.Option(label="B", value="b")]
GROUPS = [b.OptionGroup(label="Both", options=OPTIONS)]
CONFIRM = b.ConfirmObject(title="Sure?", text="Really", confirm="Yes", deny="No", style="danger")
IMAGE = b.ImageElement(alt_text="x", image_url="https://example.com/x.png")
BUTTON = b.ButtonElement(text="Go", action_id="go", value="1", style="primary", confirm=CONFIRM)
RICH = b.RichTextBlock(
    elements=[
        b.RichTextSectionElement(
            elements=[
                b.RichTextElementParts.Text(text="x", style=b.RichTextElementParts.TextStyle(bold=True)),
                b.RichTextElementParts.User(user_id="U1"),
                b.RichTextElementParts.Link(url="https://example.com", text="here"),
                b.RichTextElementParts.Emoji(name="tada"),
            ]
        ),
        b.RichTextListElement(
            style="bullet",
            indent=0,
            elements=[b.RichTextSectionElement(elements=[b.RichTextElementParts.Text(text="x")])],
        ),
        b.RichTextQuoteElement(elements=[b.RichTextElementParts.Text(text="x")]),
        b.RichTextPreformattedElement(elements=[b.RichTextElementParts.Text(text="x")]),
    ]
)
MENUS = [
    b.StaticSelectElement(action_id="a", options=OPTIONS, initial_option=OPTIONS[0], placeholder="Pick"),
    b.StaticSelectElement(action_id="a", option_groups=GROUPS, confirm=CONFIRM),
    b.StaticMultiSelectElement(action_id="a", options=OPTIONS, initial_options=OPTIONS, max_selected_items=2),
    b.ExternalDataSelectElement(action_id="a", placeholder="Pick", min_query_length=0),
    b.UserSelectElement(action_id="a", initial_user="U1", placeholder="Who"),
    b.UserMultiSelectElement(action_id="a", initial_users=["U1"], max_selected_items=3),
    b.DatePickerElement(action_id="a", initial_date="2026-01-31", placeholder="When"),
    b.TimePickerElement(action_id="a", initial_time="09:30"),
    b.RadioButtonsElement(action_id="a", options=OPTIONS, initial_option=OPTIONS[1]),
    b.CheckboxesElement(action_id="a", options=OPTIONS, initial_options=OPTIONS[:1]),
]
INPUTS = [
    *MENUS,
    b.PlainTextInputElement(
        action_id="a",
        multiline=True,
        min_length=1,
        max_length=3000,
        initial_value="x",
        placeholder="Write",
        dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_character_entered"]),
        focus_on_load=True,
    ),
    b.NumberInputElement(action_id="a", is_decimal_allowed=True, min_value="0", max_value="100", initial_value="5"),
    FileInputElement(action_id="a", filetypes=["csv"], max_files=1),
]
MESSAGE_BLOCKS: list[b.Block] = [
    b.HeaderBlock(text="Title"),
    b.SectionBlock(text="*x*", fields=["a", b.PlainTextObject(text="b")], accessory=BUTTON),
    b.SectionBlock(text="x", accessory=IMAGE, block_id="b"),
    b.SectionBlock(text="x", accessory=b.OverflowMenuElement(action_id="a", options=OPTIONS)),
    b.ContextBlock(elements=[b.MarkdownTextObject(text="x"), IMAGE]),
    b.ActionsBlock(elements=[BUTTON, b.LinkButtonElement(text="Out", url="https://example.com")]),
    b.DividerBlock(),
    b.ImageBlock(alt_text="x", image_url="https://example.com/x.png", title="x"),
    RICH,
    b.MarkdownBlock(text="# x"),
    b.TableBlock(
        rows=[[b.RawTextObject(text="a"), b.RawNumberObject(value=1.5, text="1.5")], [RICH, RICH]],
        column_settings=[{"align": "right"}, None],
    ),
    b.CardBlock(title="Title", subtitle="x", body="x", hero_image=IMAGE, icon=IMAGE, actions=[BUTTON]),
    *(b.ActionsBlock(elements=[menu]) for menu in MENUS),
]


@pytest.mark.parametrize("block", MESSAGE_BLOCKS, ids=lambda each: each.type)
def test_a_built_block_is_accepted_in_a_message(block: b.Block) -> None:
    faults = Faults()
    check_blocks([block.to_dict()], Surface.MESSAGE, "/blocks", faults)
    assert faults.messages == []


@pytest.mark.parametrize("element", INPUTS, ids=lambda each: each.type)
def test_a_built_input_is_accepted_in_a_modal(element: b.InputInteractiveElement) -> None:
    entry = b.InputBlock(label="Label", element=element, hint="Hint", optional=True, dispatch_action=True)
    view = View(
        type="modal",
        callback_id="c",
        title="Title",
        submit="Send",
        close="Cancel",
        private_metadata="{}",
        notify_on_close=True,
        blocks=[entry, b.AlertBlock(text="Mind", level="warning")],
    )
    check_view(view.to_dict(), Surface.MODAL)
