"""Six minutes to a red crisis, lived through in a browser: at a desk of 1280 pixels and on a phone of 390.

GOLDENHOUR_PICTURES=1 keeps the two pictures that README and guide show.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.demo.stage import Stage, stage
from tests.makers import ROOT
from tests.sandbox.page.visitor import CHROMIUM, PHONE, needs_chromium

pytestmark = [pytest.mark.browser, needs_chromium]

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 1000}}
IMAGES = ROOT / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-proxy-server"]


class Screens:
    """A browser whose every complaint is kept."""

    def __init__(self, on: Stage, browser: Browser) -> None:
        self._on, self._browser = on, browser
        self.complaints: list[str] = []

    async def of(self, path: str, device: dict[str, Any]) -> Page:
        """A tab of one person, ready to be used."""
        context = await self._browser.new_context(**device, locale="zh-CN", timezone_id="Asia/Shanghai")
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        await page.goto(self._on.url + path)
        await page.wait_for_selector("html[data-ready]")
        return page


async def keep(page: Page, name: str) -> None:
    """Save the picture, where pictures are wanted."""
    if os.environ.get("GOLDENHOUR_PICTURES"):
        IMAGES.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=IMAGES / name)


async def send_form(page: Page) -> None:
    """Press its button and wait for the last page."""
    await page.click("dialog.sheet[open] [type=submit]")
    await expect(page.locator("dialog.sheet[open] [type=submit]")).to_have_count(0)


async def put_away(page: Page) -> None:
    """Close the last page of a form."""
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog.sheet")).to_have_count(0)


async def opens_the_crisis(page: Page) -> None:
    """许诺 types a sentence, sends the short form, and follows the room that appears."""
    await page.fill("[data-say]", "/crisis open 维修次日刹车失灵追尾，客户受伤送医")
    await page.press("[data-say]", "Enter")
    sheet = page.locator("dialog.sheet[open]")
    await expect(sheet.locator("[data-input=what] textarea")).to_have_value(
        "维修次日刹车失灵追尾，客户受伤送医"
    )
    await sheet.locator("[data-input=type] label").first.click()
    await send_form(page)
    await expect(sheet).to_contain_text("计时开始")
    await put_away(page)
    await page.click(".entry >> text=crisis-1-维修次日刹车失灵")
    await expect(page.locator("h1")).to_contain_text("crisis-1-维修次日刹车失灵")
    await expect(page.locator(".log")).to_contain_text("未定级")


async def fills_in_the_checklist(page: Page) -> None:
    """From the button on the pinned card: a figure, somebody is injured, S4, C2."""
    await page.locator("[data-act^=checklist]").first.click()
    sheet = page.locator("dialog.sheet[open]")
    await sheet.locator("[data-input=views] input").fill("1.2万")
    await sheet.locator("[data-input=injury] summary").click()
    await sheet.locator("[data-input=injury] label", has_text="受伤").click()
    await sheet.locator("[data-input=severity] label", has_text="S4").click()
    await sheet.locator("[data-input=control] label", has_text="C2").click()
    await send_form(page)
    await expect(sheet).to_contain_text("红色")
    await put_away(page)


async def answers_the_page(phone: Page) -> None:
    """陈志远, CEO, woken up: one unread message, one button."""
    await phone.tap(".entry:has(.badge)")
    await phone.wait_for_selector("html[data-ready]")
    await expect(phone.locator(".log")).to_contain_text("红色危机，请您应答")
    await keep(phone, "page-on-a-phone.png")
    await phone.locator("[data-act^=on_it]").last.tap()
    await expect(phone.locator(".log")).to_contain_text("您已到位")


def test_six_minutes_to_a_red_crisis(tmp_path: Path) -> None:
    async def live() -> None:
        async with stage(tmp_path) as on, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            screens = Screens(on, browser)
            place = on.world.channel_named("service-network")
            assert place is not None
            desk = await screens.of(f"/?as=U15&in={place.id}", DESK)
            await opens_the_crisis(desk)
            await fills_in_the_checklist(desk)
            card = desk.locator(".log li", has_text="定级：红色").last
            await expect(card).to_contain_text("CEO")
            phone = await screens.of("/?as=U01", PHONE)
            await answers_the_page(phone)
            await expect(card).to_contain_text("已到位")
            await card.scroll_into_view_if_needed()
            await keep(desk, "six-minutes.png")
            await browser.close()
            assert screens.complaints == []

    asyncio.run(live())
