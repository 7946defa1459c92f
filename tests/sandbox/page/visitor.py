"""A browser with people in it, for the tests that look at the page."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.sandbox.page.makers import Studio, a_studio

CHROMIUM = Path("/usr/bin/chromium")
needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium at /usr/bin/chromium")
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


class Visitor:
    """A browser with any number of tabs; every complaint of the console fails the test."""

    def __init__(self, studio: Studio, browser: Browser) -> None:
        self.studio, self.browser = studio, browser
        self.world = studio.world
        self.complaints: list[str] = []

    async def opens(self, path: str, **device: Any) -> Page:
        """A tab at this address, once its scripts have run."""
        context = await self.browser.new_context(**device)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        await page.goto(self.studio.url + path)
        await page.wait_for_selector("html[data-ready]")
        return page

    async def opens_form(self, **device: Any) -> Page:
        """王敏 has typed /crisis open in the direct message."""
        page = await self.opens(f"/?as=U04&in={self.world.im_of('U04').id}", **device)
        await page.fill("[data-say]", "/crisis open")
        await page.press("[data-say]", "Enter")
        await expect(page.locator("dialog.sheet[open]")).to_be_visible()
        return page


Visit = Callable[[Visitor], Awaitable[None]]
Run = Callable[[Visit], None]


async def one_visit(browser: Browser, visit: Visit) -> None:
    """One story in a fresh studio; the tabs are closed before the studio is."""
    async with a_studio() as studio:
        visitor = Visitor(studio, browser)
        try:
            await visit(visitor)
            assert visitor.complaints == []
        finally:
            for context in browser.contexts:
                await context.close()
