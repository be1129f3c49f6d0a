"""The page of the sandbox in a real browser, with the example app behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright, expect
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Running
from tests.browser import BROWSER_TEST, CHROMIUM, FLAGS, run

PHONE = {"width": 390, "height": 844}

pytestmark = BROWSER_TEST
Visit = Callable[..., Awaitable[Page]]


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    """Opens the page of a sandbox as somebody; an uncaught error in the page fails the test."""
    faults: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)

        async def begin(running: Running, user: str = "U0TOM", tab: str = "messages", **options: Any) -> Page:
            page = await browser.new_page(**{"viewport": {"width": 1280, "height": 800}, **options})
            page.on("pageerror", lambda error: faults.append(str(error)))
            await page.goto(f"{running.url}/#as={user}&tab={tab}")
            await expect(page.get_by_test_id(f"person-{user}")).to_have_attribute("aria-current", "true")
            return page

        yield begin
        await browser.close()
    assert not faults


def block(page: Page, block_id: str) -> Any:
    return page.locator(f'[data-block-id="{block_id}"]')


async def pick(page: Page, block_id: str, text: str) -> None:
    await block(page, block_id).get_by_role("combobox").click()
    await page.keyboard.type(text)
    await block(page, block_id).get_by_role("option", name=text).first.click()
    await page.keyboard.press("Tab")


def seen(app: AsyncApp, kind: str) -> list[Any]:
    return [payload for what, payload in app.seen if what == kind]  # type: ignore[attr-defined]


async def test_another_person_is_chosen_by_name_kept_in_the_address_and_spoken_to_in_their_language(
    slack: Running, visit: Visit
) -> None:
    page = await visit(slack)
    await expect(page.get_by_test_id("tab-messages")).to_have_text("Messages")
    await page.get_by_test_id("person-search").fill("陈")
    await expect(page.get_by_test_id("person-U0TOM")).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("tab-messages")).to_have_text("消息")
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert "as=U0MEI" in page.url
    await page.reload()
    await expect(page.get_by_test_id("person-U0MEI")).to_have_attribute("aria-current", "true")


async def test_a_command_is_completed_with_the_arrow_keys_and_its_private_answer_can_be_dismissed(
    slack: Running, app: AsyncApp, visit: Visit
) -> None:
    page = await visit(slack)
    await page.get_by_test_id("composer").press_sequentially("/")
    await expect(page.get_by_test_id("command-demo")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_test_id("command-echo")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("composer")).to_have_value("/demo ")
    await page.keyboard.type("quiet")
    await page.keyboard.press("Enter")
    answer = page.get_by_test_id("message").filter(has_text="Only you see this.")
    await expect(answer).to_contain_text("Only visible to you")
    await answer.get_by_test_id("dismiss").click()
    await expect(answer).to_have_count(0)
    await expect(page.get_by_test_id("composer")).to_have_value("")


async def test_every_kind_of_field_reaches_the_app_as_it_was_filled_in(
    slack: Running, app: AsyncApp, visit: Visit
) -> None:
    page = await visit(slack)
    await run(page, "/demo form")
    await expect(page.get_by_test_id("modal")).to_be_visible()
    await block(page, "name").get_by_role("textbox").fill("Ana & 小明 😀")
    await block(page, "story").get_by_role("textbox").fill("Line one\nline two")
    await block(page, "age").get_by_role("textbox").fill("42")
    await block(page, "mark").get_by_text("What 4 looks like").click()
    await block(page, "extras").get_by_text("Blue").click()
    await pick(page, "colour", "Green")
    await pick(page, "grouped", "Blue")
    await pick(page, "colours", "Red")
    await pick(page, "person", "Ana Lopes")
    await pick(page, "people", "Tom")
    await pick(page, "people", "陈梅")
    await pick(page, "city", "Lis")
    await block(page, "day").locator("input").fill("2026-04-01")
    await block(page, "time").locator("input").fill("09:30")
    upload = {"name": "goals.csv", "mimeType": "text/csv", "buffer": b"a,b\n"}
    await block(page, "file").locator("input[type=file]").set_input_files([upload])  # type: ignore[list-item]
    await expect(block(page, "file").locator("[data-file-id]")).to_contain_text("goals.csv")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal")).to_be_hidden()

    values = seen(app, "submission")[0]["view"]["state"]["values"]
    answers = {key: value["answer"] for key, value in values.items()}
    assert answers["name"]["value"] == "Ana & 小明 😀"
    assert answers["story"]["value"] == "Line one\nline two"
    assert answers["age"]["value"] == "42"
    assert answers["mark"]["selected_option"]["value"] == "4"
    assert [each["value"] for each in answers["extras"]["selected_options"]] == ["red", "blue"]
    assert answers["colour"]["selected_option"]["value"] == "green"
    assert answers["grouped"]["selected_option"]["value"] == "blue"
    assert [each["value"] for each in answers["colours"]["selected_options"]] == ["red"]
    assert answers["person"]["selected_user"] == "U0ANA"
    assert answers["people"]["selected_users"] == ["U0TOM", "U0MEI"]
    assert answers["city"]["selected_option"]["value"] == "lisbon"
    assert answers["day"]["selected_date"] == "2026-04-01"
    assert answers["time"]["selected_time"] == "09:30"
    assert [each["name"] for each in answers["file"]["files"]] == ["goals.csv"]
    typed = [body["actions"][0] for body in seen(app, "action")]
    assert [each["value"] for each in typed if each["block_id"] == "story"] == ["Line one\nline two"]


async def test_errors_stand_under_their_fields_and_an_update_keeps_what_was_typed(
    slack: Running, app: AsyncApp, visit: Visit
) -> None:
    page = await visit(slack, tab="home")
    await page.get_by_role("button", name="Open the form").click()
    await expect(block(page, "name").get_by_role("textbox")).to_be_focused()
    await page.get_by_test_id("modal-submit").click()
    await expect(block(page, "age").get_by_role("alert")).to_have_text("Please complete this required field.")
    await expect(block(page, "story").locator(".field-error")).to_be_empty()
    await block(page, "name").get_by_role("textbox").fill("kept")
    await expect(block(page, "name").locator(".field-error")).to_be_empty()
    await page.get_by_role("button", name="Change the title").click()
    await expect(page.get_by_test_id("modal-title")).to_have_text("Another title")
    await expect(block(page, "name").get_by_role("textbox")).to_have_value("kept")

    await page.get_by_role("button", name="One deeper").click()
    await expect(page.get_by_test_id("modal-title")).to_have_text("Form 2")
    deeper = page.locator('.modal-body:not([hidden]) [data-block-id="name"]').get_by_role("textbox")
    await expect(deeper).to_have_value("")
    await page.get_by_test_id("modal-back").click()
    await expect(page.get_by_test_id("modal-title")).to_have_text("Another title")
    await expect(page.get_by_role("button", name="One deeper")).to_be_focused()
    await expect(block(page, "name").get_by_role("textbox")).to_have_value("kept")


async def test_the_keyboard_stays_inside_the_modal_and_escape_closes_it_for_the_app_too(
    slack: Running, app: AsyncApp, visit: Visit
) -> None:
    page = await visit(slack, tab="home")
    opener = page.get_by_role("button", name="Open the form")
    await opener.focus()
    await page.keyboard.press("Enter")
    await expect(block(page, "name").get_by_role("textbox")).to_be_focused()
    inside = "document.querySelector('dialog[open]').contains(document.activeElement)"
    for key in ["Shift+Tab"] * 3 + ["Tab"] * 40:
        await page.keyboard.press(key)
        assert await page.evaluate(inside), key
    await block(page, "colour").get_by_role("combobox").press("ArrowDown")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("modal")).to_be_visible()
    async with page.expect_response("**/_sandbox/view/close"):
        await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("modal")).to_be_hidden()
    await expect(opener).to_be_focused()
    assert [body["is_cleared"] for body in seen(app, "closed")] == [False]


async def test_after_a_modal_the_focus_is_back_where_it_came_from_even_if_that_was_painted_anew(
    slack: Running, app: AsyncApp, visit: Visit
) -> None:
    page = await visit(slack)
    await page.get_by_test_id("composer").press_sequentially("/demo form")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("modal")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("composer")).to_be_focused()

    open_form = {"type": "button", "action_id": "open_form", "text": {"type": "plain_text", "text": "Write"}}
    said = {"text": "A list", "blocks": [{"type": "actions", "elements": [open_form]}]}
    sent = await app.client.chat_postMessage(channel="U0TOM", **said)
    await page.get_by_role("button", name="Write").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("modal")).to_be_visible()
    open_form["text"]["text"] = "Continue"  # type: ignore[index]
    await app.client.chat_update(channel=sent["channel"], ts=sent["ts"], **said)
    again = page.get_by_text("Continue", exact=True)
    await expect(again).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(again).to_be_focused()


async def test_on_a_phone_a_wide_table_scrolls_in_its_own_box(slack: Running, app: AsyncApp, visit: Visit) -> None:
    page = await visit(slack, viewport=PHONE)
    rows = [[{"type": "raw_text", "text": f"Direct reports {n}"} for n in range(7)]] * 3
    await app.client.chat_postMessage(channel="U0TOM", text="Wide", blocks=[{"type": "table", "rows": rows}])
    box = page.locator(".table-wrap")
    assert await box.evaluate("node => node.scrollWidth > node.clientWidth")
    assert await box.evaluate("node => node.getBoundingClientRect().right <= innerWidth")
    await box.evaluate("node => node.scrollTo(9999, 0)")
    assert await box.evaluate("node => node.scrollLeft + node.clientWidth + 2 >= node.scrollWidth")


async def test_messages_arrive_live_unread_until_looked_at_and_hostile_text_is_only_text(
    slack: Running, client: AsyncWebClient, visit: Visit
) -> None:
    page = await visit(slack, tab="home")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    hostile = "<img src=x onerror=alert(1)> *bold* <javascript:alert(2)|press> `<b>` :tada:"
    posted = await client.chat_postMessage(channel="U0TOM", text=hostile)
    await expect(page.get_by_test_id("unread-U0TOM")).to_have_text("1")
    await page.get_by_test_id("tab-messages").click()
    message = page.locator(f'[data-ts="{posted["ts"]}"]')
    await expect(message).to_contain_text("<img src=x onerror=alert(1)> bold <javascript:alert(2)|press> <b> 🎉")
    await expect(message.locator("img, script, a")).to_have_count(0)
    await expect(message.locator("strong", has_text="bold")).to_have_count(1)
    await expect(page.get_by_role("separator", name="New")).to_be_visible()
    await expect(page.get_by_test_id("unread-U0TOM")).to_have_count(0)
    await client.chat_update(channel=str(posted["channel"]), ts=str(posted["ts"]), text="Mild")
    await expect(message).to_contain_text("(edited)")
    await client.chat_delete(channel=str(posted["channel"]), ts=str(posted["ts"]))
    await expect(message).to_have_count(0)
    assert dialogs == []


async def test_a_denied_confirmation_changes_nothing_and_an_agreed_one_reaches_the_app(
    slack: Running, app: AsyncApp, visit: Visit
) -> None:
    page = await visit(slack)
    await run(page, "/demo card")
    card = page.get_by_test_id("message").filter(has_text="Please decide")
    await card.get_by_role("button", name="Drop").click()
    await page.get_by_test_id("confirm-deny").click()
    await expect(page.get_by_test_id("confirm")).to_have_count(0)
    await card.get_by_role("button", name="More actions").press("Enter")
    await page.keyboard.press("ArrowDown")
    async with page.expect_response("**/_sandbox/action"):
        await page.keyboard.press("Enter")
    assert [body["actions"][0]["selected_option"]["value"] for body in seen(app, "action")] == ["never"]
    await card.get_by_role("button", name="Drop").click()
    await page.get_by_test_id("confirm-ok").click()
    await expect(card).to_have_count(0)


async def test_charts_say_their_figures_in_words_and_as_a_table(slack: Running, app: AsyncApp, visit: Visit) -> None:
    page = await visit(slack)
    await run(page, "/demo chart")
    bar = page.get_by_role("img", name="Bar chart: A bar chart. Self: Results 60, Teamwork 61, Growth 62; Peers")
    await expect(bar).to_be_visible()
    await expect(bar.locator("path.bar")).to_have_count(6)
    await expect(page.get_by_role("img", name="Pie chart: Shares. Results 2")).to_be_visible()
    await expect(page.get_by_role("img", name="Line chart")).to_be_visible()
    await expect(page.get_by_role("img", name="Area chart")).to_be_visible()
    figure = page.locator("figure.chart").first
    await figure.get_by_role("button", name="Show as table").click()
    await expect(figure.get_by_role("row", name="Results")).to_contain_text("70.5")
    await expect(bar).to_be_hidden()


async def test_an_app_that_does_not_answer_or_is_not_there_is_reported(
    launch: Callable[..., Awaitable[Running]],
    connect: Callable[[Running], Awaitable[AsyncApp]],
    visit: Visit,
) -> None:
    running = await launch(ack_seconds=0.3)
    page = await visit(running)
    await run(page, "/demo card")
    await expect(page.get_by_test_id("toast")).to_contain_text("/demo did not work. The app is not connected")
    await connect(running)
    await run(page, "/demo slow")
    await expect(page.get_by_test_id("toast").last).to_contain_text("did not answer within 3 seconds")
    await expect(page.get_by_test_id("composer")).to_have_value("/demo slow")


async def test_a_phone_shows_everything_within_its_width_and_people_in_a_drawer(
    slack: Running, app: AsyncApp, visit: Visit, tmp_path: Path
) -> None:
    page = await visit(slack, viewport=PHONE, color_scheme="dark")
    await run(page, "/demo card")
    await run(page, "/demo chart")
    await expect(page.locator("figure.chart svg")).to_have_count(4)
    assert await page.evaluate("document.querySelector('.message-scroll').scrollWidth") <= PHONE["width"]
    await expect(page.get_by_test_id("person-U0MEI")).to_be_hidden()
    await page.get_by_test_id("open-people").click()
    await page.get_by_test_id("person-U0MEI").click()
    await expect(page.get_by_test_id("tab-home")).to_have_text("主页")
    await expect(page.get_by_test_id("person-U0MEI")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_after_a_restart_of_the_sandbox_the_page_goes_on_and_keeps_what_is_being_typed(
    launch: Callable[..., Awaitable[Running]], visit: Visit, tmp_path: Path
) -> None:
    first = await launch(state=tmp_path / "state.db")
    page = await visit(first)
    client = AsyncWebClient(token="xoxb-sandbox", base_url=first.api_url)
    await client.chat_postMessage(channel="U0TOM", text="before")
    await page.get_by_test_id("composer").fill("half a sent")
    await first.stop()
    await expect(page.get_by_test_id("toast")).to_contain_text("Connection to the sandbox lost")
    await launch(state=tmp_path / "state.db", port=first.port)
    await expect(page.get_by_test_id("toast").filter(has_text="Connected again.")).to_be_visible(timeout=15_000)
    await client.chat_postMessage(channel="U0TOM", text="after")
    await expect(page.get_by_test_id("message").filter(has_text="after")).to_have_count(1)
    await expect(page.get_by_test_id("message").filter(has_text="before")).to_have_count(1)
    await expect(page.get_by_test_id("composer")).to_have_value("half a sent")
