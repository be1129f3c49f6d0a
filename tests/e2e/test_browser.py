"""One whole cycle with mouse and keyboard: HR starts it, an employee writes, a manager approves, a summary is read.

With FULLCIRCLE_PICTURES=FOLDER the pictures go there (`make pictures` puts them into docs/pictures).
"""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.browser import BROWSER_TEST, be, block, browser_page, run
from tests.e2e.conftest import Local
from views.ids import Action, Field, cause_block, item_block

pytestmark = BROWSER_TEST
METRICS = """person,metric,target,actual
ann@example.com,goal_completion,100,96
ann@example.com,business_volume,400,452
ann@example.com,customer_satisfaction,90,91
max@example.com,goal_completion,100,88
max@example.com,business_volume,2000,2100
bo@example.com,goal_completion,100,104
"""


class Album:
    """Pictures of what was seen, in the order of the story."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder

    async def keep(self, name: str) -> None:
        path = self.folder / f"{name}.png"
        await self.page.wait_for_timeout(150)  # the fade of a modal
        await self.page.screenshot(path=path)
        assert path.stat().st_size > 10_000


async def test_a_whole_cycle_in_the_browser(local: Local, tmp_path: Path) -> None:
    folder = Path(os.environ.get("FULLCIRCLE_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    async with browser_page() as page:
        album = Album(page, folder)
        await _hr_starts(page, local, album)
        await _hr_imports_metrics(page, local, tmp_path, album)
        await _ann_writes(page, local, album)
        await _bo_reads_chinese(page, local, album)
        for key in ("ann", "bo", "cai", "dee", "max", "rosa", "tom", "hana"):
            await local.write_all(key)
        await _hr_closes(page, local, album)
        await _max_approves(page, local, album)
        await _ann_reads_the_summary(page, local, album)


async def _hr_starts(page: Page, local: Local, album: Album) -> None:
    await be(page, local.url, "UHANA")
    await run(page, "/cycle start")
    await expect(block(page, Field.NAME).get_by_role("textbox")).to_have_value("Q3 2026")
    await album.keep("01-start")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal-title")).to_have_text("Before you launch")
    await album.keep("02-preview")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal-submit")).to_be_hidden()
    await page.get_by_test_id("modal-close").click()
    await local.bot.drain()
    await be(page, local.url, "UHANA", "home")
    await expect(page.get_by_test_id("home")).to_contain_text("Q3 2026")
    await album.keep("03-hr-home")


async def _hr_imports_metrics(page: Page, local: Local, tmp_path: Path, album: Album) -> None:
    file = tmp_path / "metrics.csv"
    file.write_text(METRICS + "nobody@example.com,goal_completion,100,1\n")
    await be(page, local.url, "UHANA")
    await run(page, "/cycle metrics")
    await block(page, Field.FILE).locator('input[type="file"]').set_input_files(file)
    await expect(block(page, Field.FILE)).to_contain_text("metrics.csv")
    await page.get_by_test_id("modal-submit").click()
    await expect(_modal(page)).to_contain_text("nobody@example.com")
    await album.keep("04-metrics-dry-run")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal-submit")).to_be_hidden()
    await page.get_by_test_id("modal-close").click()


async def _ann_writes(page: Page, local: Local, album: Album) -> None:
    await be(page, local.url, "UANN")
    await expect(_message(page)).to_contain_text("to write")
    await album.keep("05-card")
    await _message(page).locator(f'[data-action-id="{Action.OPEN_REVIEW}"]').first.click()
    for number in (1, 2, 3):
        await expect(_modal(page)).to_contain_text(f"Page {number} of 3")
        for group in await _modal(page).get_by_role("radiogroup").all():
            await group.get_by_role("radio").nth(1).check()
        for text in await _modal(page).locator("textarea").all():
            await text.fill("Covered two night shifts in August when the scanner failed, and wrote down the fix.")
        if number == 2:
            await album.keep("06-review")
        await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal-title")).to_have_text("Check and send")
    await album.keep("07-check")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal-title")).to_have_text("Thank you")


async def _bo_reads_chinese(page: Page, local: Local, album: Album) -> None:
    await be(page, local.url, "UBO")
    await expect(_message(page)).to_contain_text("评价待写")
    await _message(page).locator(f'[data-action-id="{Action.OPEN_REVIEW}"]').nth(1).click()
    await expect(_modal(page)).to_contain_text("第 1 页")
    await album.keep("08-review-zh")


async def _hr_closes(page: Page, local: Local, album: Album) -> None:
    await be(page, local.url, "UHANA")
    await run(page, "/cycle close")
    await expect(_modal(page)).to_contain_text("Q3 2026")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal-submit")).to_be_hidden()
    await local.bot.drain()


async def _max_approves(page: Page, local: Local, album: Album) -> None:
    await be(page, local.url, "UMAX")
    card = page.get_by_test_id("message").filter(has_text="Ann").filter(has=_buttons(page, Action.APPROVE))
    await card.scroll_into_view_if_needed()
    await album.keep("09-approval")
    await _buttons(card, Action.OPEN_ACTION).click()
    await block(page, Field.WHAT).get_by_role("textbox").fill("Lead the weekly incident review")
    await block(page, Field.WHY).get_by_role("textbox").fill("To practise deciding under time pressure")
    await block(page, Field.MEASURE).get_by_role("textbox").fill("Six reviews led by the end of the year")
    await album.keep("10-action")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal")).to_be_hidden()
    await local.press("ann", Action.ACCEPT_ACTION)
    await be(page, local.url, "UMAX")
    await _buttons(card, Action.APPROVE).click()
    await _choose(page, cause_block("goal_completion"), "Other teams or partners did not deliver")
    await (
        block(page, item_block("goal_completion")).get_by_role("textbox").fill("The supplier was late twice in August")
    )
    await album.keep("11-cause")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal")).to_be_hidden()
    released = page.get_by_test_id("message").filter(has=_buttons(page, Action.RELEASE_ONE))
    await _buttons(released, Action.RELEASE_ONE).click()
    await page.get_by_test_id("confirm-ok").click()
    await expect(_buttons(page, Action.RELEASE_ONE)).to_have_count(0)
    await local.bot.drain()


async def _ann_reads_the_summary(page: Page, local: Local, album: Album) -> None:
    await be(page, local.url, "UANN")
    result = page.get_by_test_id("message").filter(has=_buttons(page, Action.ACKNOWLEDGE))
    await expect(result).to_contain_text("Lead the weekly incident review")
    await expect(result).to_contain_text("Cause, as Max sees it: Other teams or partners did not deliver")
    await result.evaluate("e => e.scrollIntoView({block: 'start'})")
    await album.keep("12-summary")
    await result.evaluate("e => e.scrollIntoView({block: 'end'})")
    await album.keep("13-summary-end")
    await _buttons(result, Action.SHOW_WHY).click()
    await expect(_modal(page)).to_contain_text("No score is exact")
    await album.keep("14-why")
    await page.get_by_test_id("modal-close").click()
    await expect(_modal(page)).to_be_hidden()
    await _buttons(result, Action.ACKNOWLEDGE).click()
    await expect(_buttons(page, Action.ACKNOWLEDGE)).to_have_count(0)


async def _choose(page: Page, block_id: str, option: str) -> None:
    menu = block(page, block_id).get_by_role("combobox")
    await menu.click()
    await page.get_by_role("option", name=option).click()


def _modal(page: Page) -> Locator:
    return page.get_by_test_id("modal")


def _message(page: Page) -> Locator:
    return page.get_by_test_id("message").last


def _buttons(inside: Page | Locator, action: Action) -> Locator:
    return inside.locator(f'[data-action-id="{action}"]')
