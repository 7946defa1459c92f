"""A crisis in Feishu, lived through in a browser by people who know only Feishu: at a desk, and on a phone.

GOLDENHOUR_PICTURES=1 keeps the pictures that README and guide show.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.demo.stage import stage
from tests.makers import ROOT
from tests.sandbox.feishu.conftest import button, card, plain
from tests.sandbox.feishu.page_makers import HALL, WANG, ZHAO, Studio, a_form, a_page, a_studio
from tests.sandbox.page.visitor import CHROMIUM, PHONE, needs_chromium

pytestmark = [pytest.mark.browser, needs_chromium]

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 1000}}
IMAGES = ROOT / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-proxy-server"]
XU, CHEN = "ou_u15", "ou_u01"


class Screens:
    """A browser whose every complaint is kept."""

    def __init__(self, url: str, browser: Browser) -> None:
        self._url, self._browser = url, browser
        self.complaints: list[str] = []

    async def of(self, path: str, device: dict[str, Any] = DESK) -> Page:
        """A tab of one person, ready to be used."""
        context = await self._browser.new_context(**device, locale="zh-CN", timezone_id="Asia/Shanghai")
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        await page.goto(self._url + path)
        await page.wait_for_selector("html[data-ready]")
        return page


@asynccontextmanager
async def browsing(url: str) -> AsyncIterator[Screens]:
    """A browser until the block ends; whatever its console complained of fails the test."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        screens = Screens(url, browser)
        yield screens
        await browser.close()
        assert screens.complaints == []


def run(visit: Callable[[Studio, Screens], Awaitable[None]]) -> None:
    """One visit to a local Feishu whose bot says what the test wants."""

    async def whole() -> None:
        async with a_studio() as studio, browsing(studio.url) as screens:
            await visit(studio, screens)

    asyncio.run(whole())


async def keep(page: Page, name: str) -> None:
    """Save the picture, where pictures are wanted."""
    if os.environ.get("GOLDENHOUR_PICTURES"):
        IMAGES.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=IMAGES / name)


async def choose(page: Page, field: str, words: str) -> None:
    """An option of a list in the last form."""
    box = page.locator(f"[data-input={field}]").last
    await box.locator("summary").click()
    await box.locator("label", has_text=words).click()


def test_a_form_that_is_refused_keeps_what_was_typed() -> None:
    """By the client, by a toast alone, and by a card with what is wrong."""

    async def visit(studio: Studio, screens: Screens) -> None:
        message = studio.says(WANG, a_form())
        page = await screens.of(f"/?as={WANG}&in={message.chat}", PHONE)
        await page.fill("[data-input=views] input", "很多")
        await page.click("form[data-form] [type=submit]")
        await expect(page.locator("[data-input=what] .field-error")).to_have_text("请填写此项。")
        await expect(page.locator("[data-input=what] textarea")).to_be_focused()
        assert studio.heard == []
        await page.fill("[data-input=what] textarea", "刹车失灵")
        await choose(page, "level", "L1 局部")
        studio.replies.append({"toast": {"type": "error", "content": "稍后再试"}})
        await page.click("form[data-form] [type=submit]")
        await expect(page.locator("[data-toast]")).to_have_text("稍后再试")
        await expect(page.locator("[data-input=what] textarea")).to_have_value("刹车失灵")
        again = a_form(what="刹车失灵", views="很多")
        again["body"]["elements"][0]["elements"].insert(0, {"tag": "markdown", "content": "有 1 处"})
        studio.replies.append({"card": {"type": "raw", "data": again}})
        await page.click("form[data-form] [type=submit]")
        await expect(page.locator(".card")).to_contain_text("有 1 处")
        await expect(page.locator("[data-input=views] input")).to_have_value("很多")
        await expect(page.locator("[data-input=level] .pick-now")).to_have_text("请选择")

    run(visit)


def test_a_half_filled_form_survives_what_happens_meanwhile() -> None:
    async def visit(studio: Studio, screens: Screens) -> None:
        message = studio.says(WANG, a_form())
        page = await screens.of(f"/?as={WANG}&in={message.chat}")
        await page.fill("[data-input=what] textarea", "半句话")
        await page.click("[data-input=level] summary")
        studio.says(WANG, card({"tag": "markdown", "content": "其间"}))
        studio.world.urge(message, ZHAO, "app")
        await expect(page.locator(".log")).to_contain_text("其间")
        await expect(page.locator(".log")).to_contain_text("赵清和 · 应用内")
        await expect(page.locator("[data-input=what] textarea")).to_have_value("半句话")
        await expect(page.locator("[data-input=level] details")).to_have_attribute("open", "")
        await expect(page.locator("[data-input=level] summary")).to_be_focused()

    run(visit)


def test_a_stray_enter_sends_no_half_filled_form() -> None:
    async def visit(studio: Studio, screens: Screens) -> None:
        message = studio.says(WANG, a_form(what="刹车失灵"))
        page = await screens.of(f"/?as={WANG}&in={message.chat}")
        await choose(page, "level", "L1 局部")
        await page.press("[data-input=views] input", "Enter")
        await expect(page.locator(".card[data-sending]")).to_have_count(0)
        assert studio.heard == []
        studio.replies.append({"toast": {"type": "success", "content": "已提交"}})
        await page.press("[data-input=views] input", "Control+Enter")
        await expect(page.locator("[data-toast]")).to_have_text("已提交")
        assert studio.heard[-1]["event"]["action"]["form_value"]["what"] == "刹车失灵"

    run(visit)


def test_a_button_may_ask_twice() -> None:
    async def visit(studio: Studio, screens: Screens) -> None:
        sure = {"title": plain("降级"), "text": plain("降级后不再呼叫高管。")}
        message = studio.says(WANG, card(button("降级", confirm=sure)))
        page = await screens.of(f"/?as={WANG}&in={message.chat}")
        await page.click(".card [data-press]")
        await expect(page.locator("#ask")).to_contain_text("降级后不再呼叫高管。")
        await page.keyboard.press("Escape")
        await expect(page.locator("#ask")).to_be_hidden()
        assert studio.heard == []
        studio.replies.append({"toast": {"type": "success", "content": "已降级"}})
        await page.click(".card [data-press]")
        await page.click("#ask [value=yes]")
        await expect(page.locator("[data-toast]")).to_have_text("已降级")
        assert len(studio.heard) == 1

    run(visit)


def test_a_call_covers_whatever_is_on_the_screen() -> None:
    async def visit(studio: Studio, screens: Screens) -> None:
        page = await screens.of(f"/?as={WANG}&in={HALL}", PHONE)
        message = studio.says(WANG, a_page())
        studio.world.urge(message, WANG, "phone")
        call = page.locator("dialog.call[open]")
        await expect(call).to_contain_text("电话加急")
        await expect(call.locator("[data-answer]")).to_be_focused()
        box = await call.bounding_box()
        assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
        studio.replies.append({"toast": {"type": "success", "content": "收到"}})
        await call.locator("[data-answer]").tap()
        await expect(page.locator("h1")).to_contain_text("goldenhour")
        await expect(page.locator("[data-toast]")).to_have_text("收到")
        await expect(page.locator("dialog.call")).to_have_count(0)
        assert studio.heard[-1]["event"]["action"]["value"]["name"] == "on_it"

    run(visit)


def test_a_call_may_be_looked_at_by_the_escape_key() -> None:
    async def visit(studio: Studio, screens: Screens) -> None:
        message = studio.says(WANG, a_page())
        page = await screens.of(f"/?as={WANG}&in={message.chat}")
        studio.world.urge(message, WANG, "app")
        await expect(page.locator("dialog.call[open]")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog.call")).to_have_count(0)
        await expect(page.locator(".log")).to_contain_text("已查看")
        assert studio.heard == []

    run(visit)


def test_what_is_said_elsewhere_shows_the_way_there() -> None:
    async def visit(studio: Studio, screens: Screens) -> None:
        page = await screens.of(f"/?as={WANG}&in={HALL}", PHONE)
        await expect(page.locator("[data-banner]")).to_be_hidden()
        studio.says(WANG, a_page())
        await expect(page.locator("[data-banner]")).to_contain_text("请您应答")
        await page.tap("[data-banner]")
        await expect(page.locator(".card")).to_contain_text("CEO")

    run(visit)


def test_an_at_offers_the_bot_and_the_menu_is_pressed_by_thumb() -> None:
    async def visit(studio: Studio, screens: Screens) -> None:
        room = studio.group(WANG, ZHAO)
        page = await screens.of(f"/?as={WANG}&in={room}")
        await page.type("[data-say]", "@gold")
        await page.keyboard.press("Enter")
        await page.type("[data-say]", "状态")
        await page.keyboard.press("Enter")
        await expect(page.locator(".mine .mention")).to_have_text("@goldenhour")
        phone = await screens.of(f"/?as={WANG}&in={studio.world.p2p_of(WANG).id}", PHONE)
        await phone.tap("[data-menu-key=open]")
        await expect(phone.locator("[data-menu-key=open][aria-busy]")).to_have_count(0)
        assert studio.heard[-1]["event"]["event_key"] == "open"

    run(visit)


WIDE = {"tag": "markdown", "content": "https://example.com/" + "a" * 200}


@pytest.mark.parametrize("width", [320, 390, 760, 1280])
def test_nothing_reaches_over_the_side(width: int) -> None:
    async def visit(studio: Studio, screens: Screens) -> None:
        room = studio.group(WANG, description="很长" * 50)
        long = card(WIDE, button("很长" * 50), header={"title": plain("很长" * 100), "template": "red"})
        message, chat = studio.tells(room, long), studio.world.chats[room]
        chat.top_notice = {"action_type": "1", "message_id": message.id}
        chat.tabs += [
            {
                "tab_id": f"{n}",
                "tab_name": "很长的标签",
                "tab_type": "url",
                "tab_content": {"url": "https://a.cn"},
            }
            for n in range(9)
        ]
        page = await screens.of(f"/?as={WANG}&in={room}", {"viewport": {"width": width, "height": 800}})
        for box in ("document.documentElement", "document.querySelector('[data-scroller]')"):
            assert await page.evaluate(f"{box}.scrollWidth - {box}.clientWidth") == 0

    run(visit)


async def opens_the_crisis(page: Page) -> None:
    """许诺 chooses from the menu, fills in the short form, and goes to the group that appears."""
    await page.tap("[data-menu-key=open]")
    await page.locator("[data-input=what] textarea").fill("维修次日刹车失灵追尾，客户受伤送医")
    await page.locator("form[data-form] [type=submit]").tap()
    await expect(page.locator(".log")).to_contain_text("计时开始")
    await page.locator("[data-banner]", has_text="危机 1 ·").tap()
    await expect(page.locator("h1")).to_contain_text("危机 1 · 维修次日刹车失灵")
    await expect(page.locator(".notice")).to_contain_text("未定级")


async def fills_in_the_checklist(page: Page) -> None:
    """From the card on top: the form comes in private; a figure that is no figure is refused, and mended."""
    await page.locator(".notice").tap()
    await page.get_by_role("button", name="填信息清单").first.tap()
    await page.locator("[data-banner]", has_text="goldenhour").tap()
    await page.locator("[data-input=views] input").fill("很多")
    await choose(page, "injury", "受伤")
    await choose(page, "severity", "S4")
    await choose(page, "control", "C2")
    await page.locator("form[data-form] [type=submit]").last.tap()
    await expect(page.locator(".card").last).to_contain_text("无法识别这个数字")
    await expect(page.locator("[data-input=views] input")).to_have_value("很多")
    await expect(page.locator("[data-input=injury] .pick-now")).to_contain_text("受伤")
    await keep(page, "feishu-form-refused.png")
    await page.locator("[data-input=views] input").fill("1.2万")
    await page.locator("form[data-form] [type=submit]").last.tap()
    await expect(page.locator(".card").last).to_contain_text("红色")


def test_six_minutes_to_a_red_crisis_by_phone(tmp_path: Path) -> None:
    async def live() -> None:
        async with stage(tmp_path, platforms=("feishu",)) as on, browsing(on.url) as screens:
            phone = await screens.of(f"/?as={XU}&in={on.world.p2p_of(XU).id}", PHONE)
            await opens_the_crisis(phone)
            await fills_in_the_checklist(phone)
            chief = await screens.of(f"/?as={CHEN}", PHONE)
            await expect(chief.locator("dialog.call[open]")).to_contain_text("红色危机，请您应答")
            await keep(chief, "feishu-call.png")
            await chief.locator("[data-answer]").tap()
            await expect(chief.locator(".log")).to_contain_text("您已到位")
            room = next(chat.id for chat in on.world.chats.values() if chat.name.startswith("危机 1 · "))
            desk = await screens.of(f"/?as={XU}&in={room}")
            await desk.click(".notice")
            state = desk.locator(".card", has_text="现在要做").first
            await expect(state).to_contain_text("到位")
            await expect(state.locator(".card-head")).to_have_class("card-head head-red")
            await keep(desk, "feishu-room.png")

    asyncio.run(live())
