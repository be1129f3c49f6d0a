"""A real browser on the sandbox's page, for tests; skipped with the reason where there is none."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next((path for name in BROWSERS if (path := shutil.which(name))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
BROWSER_TEST = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason=f"no browser found, looked for {', '.join(BROWSERS)}"),
]


@asynccontextmanager
async def browser_page(**options: Any) -> AsyncIterator[Page]:
    """One page; an uncaught error in it fails the test."""
    faults: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(**{"viewport": {"width": 1280, "height": 900}, **options})
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page
        await browser.close()
    assert not faults


async def be(page: Page, url: str, user: str, tab: str = "messages") -> None:
    """Look at the workspace as somebody."""
    await page.goto(f"{url}/#as={user}&tab={tab}")
    await page.reload()
    await expect(page.get_by_test_id(f"person-{user}")).to_have_attribute("aria-current", "true")


async def run(page: Page, command: str) -> None:
    await page.get_by_test_id("composer").fill(command)
    await page.keyboard.press("Enter")


def block(page: Page, block_id: str) -> Locator:
    return page.locator(f'.modal-body:not([hidden]) [data-block-id="{block_id}"]')
