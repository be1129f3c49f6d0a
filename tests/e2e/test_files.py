"""HR's files in the browser: read wrongly, columns corrected, good rows applied, problems downloaded, undone."""

from __future__ import annotations

import io
import os
from pathlib import Path

from openpyxl import Workbook, load_workbook
from playwright.async_api import Locator, Page, expect

from tests.browser import BROWSER_TEST, be, block, browser_page, run
from tests.e2e.conftest import Local
from tests.e2e.test_browser import Album
from views.ids import Action, Field, column_block

pytestmark = BROWSER_TEST


def messy_workbook() -> bytes:
    """A title, merged cells, a column whose name nobody would know, and rows in every state."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "KPI Q3"
    page.append(["Support KPIs, third quarter"])
    page.merge_cells("A1:F1")
    page.append([])
    page.append(["Staff no", "Name", "KPI", "Target", "Ist-Wert", "Remark"])
    page.append(["E-ann", "Ann", "Goal completion", "100%", "96%", ""])
    page.append(["E-bo", "Bo", "Goal completion", "100%", "1O4%", "typed by hand"])
    page.append(["E-dee", "Dee", "Goal completion", "100%", 88, ""])
    page.append(["E-max", "Max", "Business volume", 400, 452, ""])
    page.append(["E-zoe", "Zoe", "Business volume", 400, 300, "new"])
    page.append(["E-cai", "Cai", "Customer satisfaction", "90%", "9100%", ""])
    notes = book.create_sheet("Notes")
    notes.append(["Ask Tom about the returns"])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


async def test_a_messy_file_from_upload_to_undo(local: Local, tmp_path: Path) -> None:
    folder = Path(os.environ.get("FULLCIRCLE_PICTURES") or tmp_path)
    await local.launch()
    for view in await local.slack.stack("UHANA"):
        await local.slack.close("UHANA", view)
    async with browser_page() as page:
        album = Album(page, folder)
        await be(page, local.url, "UHANA")
        await _upload(page, tmp_path / "Support KPI 2026-09.xlsx", messy_workbook())
        await _names_the_column(page, album)
        await _corrects_another(page, album)
        await _downloads_problems(page, album)
        await _applies(page, album)
        await _undoes(page, album)


async def _upload(page: Page, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    await run(page, "/cycle metrics")
    await block(page, Field.FILE).locator('input[type="file"]').set_input_files(path)
    await expect(block(page, Field.FILE)).to_contain_text(path.name)
    await _submit(page)


async def _names_the_column(page: Page, album: Album) -> None:
    """The file has no column that we know for the actual figures: HR is asked at once."""
    await expect(_modal(page)).to_contain_text("Please choose the columns")
    await album.keep("files-1-unknown-column")
    await _choose(page, column_block("actual"), "Remark")
    await _submit(page)


async def _corrects_another(page: Page, album: Album) -> None:
    """It was the wrong one, as the dry run shows."""
    await expect(_modal(page)).to_contain_text("Actual ← Remark")
    await _button(page, Action.OPEN_COLUMNS).click()
    await expect(block(page, column_block("actual")).get_by_role("combobox")).to_have_value("Remark")
    await album.keep("files-2-columns")
    await _choose(page, column_block("actual"), "Ist-Wert")
    await _submit(page)
    await expect(_modal(page)).to_contain_text("Actual ← Ist-Wert")
    await expect(_modal(page)).to_contain_text("E-zoe")
    await expect(_modal(page)).to_contain_text("1O4%")
    await album.keep("files-3-dry-run")
    await _button(page, Action.SEND_PROBLEMS).scroll_into_view_if_needed()
    await album.keep("files-4-problems")


async def _downloads_problems(page: Page, album: Album) -> None:
    await _button(page, Action.SEND_PROBLEMS).click()
    await expect(page.get_by_test_id("modal-title")).to_have_text("Problems")
    await page.get_by_test_id("modal-close").click()
    card = page.get_by_test_id("message").last.locator("a[download]")
    await expect(card).to_contain_text("Support KPI 2026-09 - problems.xlsx")
    async with page.expect_download() as download:
        await card.evaluate("link => link.click()")
    book = load_workbook(io.BytesIO((await (await download.value).path()).read_bytes()))
    assert book.sheetnames == ["Summary", "KPI Q3"]
    rows = [[cell.value for cell in line] for line in book["KPI Q3"].iter_rows()]
    assert rows[0] == ["Row", "Staff no", "Name", "KPI", "Target", "Ist-Wert", "Problem"]
    assert {row[0] for row in rows[1:]} == {"5", "8", "9"}
    assert book["KPI Q3"]["F2"].fill.fgColor.rgb == "FFFFC7CE"


async def _applies(page: Page, album: Album) -> None:
    await expect(page.get_by_test_id("modal-submit")).to_have_text("Apply good rows")
    await _submit(page)
    await expect(_modal(page)).to_contain_text("3 figures imported")
    await expect(_modal(page)).to_contain_text("3 rows left out")
    await album.keep("files-5-applied")
    await page.get_by_test_id("modal-close").click()


async def _undoes(page: Page, album: Album) -> None:
    await run(page, "/cycle metrics")
    await expect(_modal(page)).to_contain_text("Last imports")
    await album.keep("files-6-last-imports")
    await _button(page, Action.UNDO_IMPORT).click()
    await album.keep("files-7-undo")
    await page.get_by_test_id("confirm-ok").click()
    await expect(_modal(page)).to_contain_text("its 3 figures no longer count")
    await album.keep("files-8-undone")


async def _choose(page: Page, block_id: str, option: str) -> None:
    menu = block(page, block_id)
    await menu.get_by_role("combobox").click()
    await page.get_by_role("option", name=option, exact=True).click()


async def _submit(page: Page) -> None:
    await page.get_by_test_id("modal-submit").click()


def _modal(page: Page) -> Locator:
    return page.get_by_test_id("modal")


def _button(page: Page, action: Action) -> Locator:
    return page.locator(f'.modal-body:not([hidden]) [data-action-id="{action}"]').first
