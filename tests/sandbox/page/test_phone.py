"""The page on a small screen: one column, large targets, nothing sideways."""

import re

import pytest
from playwright.async_api import expect

from sandbox.world import World
from tests.sandbox.page.makers import ELEMENTS, a_card, plain
from tests.sandbox.page.visitor import PHONE, Run, Visitor, needs_chromium

pytestmark = [pytest.mark.browser, needs_chromium]
LONG_WORDS = "https://example.com/" + "very-long-" * 40 + " " + "锟斤拷" * 60 + " " + "A" * 300
SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll(
    '.scroller, .sidebar, .lists, .sheet-body, .people')]
    .filter(e => e.scrollWidth > e.clientWidth + 1).length"""
TOO_SMALL = """() => [...document.querySelectorAll(
    'button, summary, a.entry, a.person, a.icon-btn, .tabs a, .bookmark, textarea, label.choice, .control')]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44)
    .map(e => e.outerHTML.slice(0, 120))"""


def a_full_room(world: World) -> str:
    """A room with everything that could be too wide or too small for a phone."""
    room = world.create_channel("crisis-1201-" + "刹车失灵" * 8, "U04", is_private=True)
    room.topic = LONG_WORDS[:250]
    room.members |= {world.bot_id}
    room.bookmarks = [{"title": "事实表", "link": "https://example.com/" + "x" * 200}]
    message = world.post(room.id, world.bot_id, LONG_WORDS, attachments=[a_card("#d32f2f", LONG_WORDS)])
    room.pins.append(message.ts)
    world.post(room.id, "U04", f"```{LONG_WORDS}```\n> {LONG_WORDS}")
    for element in ELEMENTS:
        actions = {"type": "actions", "block_id": element["action_id"], "elements": [element]}
        world.post(room.id, world.bot_id, "", blocks=[actions])
    world.post(
        room.id, world.bot_id, "", blocks=[{"type": "header", "block_id": "h", "text": plain("A" * 150)}]
    )
    return room.id


def test_on_a_phone_list_and_conversation_are_two_views(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        room = a_full_room(it.world)
        page = await it.opens("/?as=U04", **PHONE)
        await expect(page.locator(".chat")).not_to_be_visible()
        assert await page.evaluate(SIDEWAYS) == 0
        assert await page.evaluate(TOO_SMALL) == []
        await page.tap(f'.entry[href$="{room}"]')
        await expect(page.locator(".sidebar")).not_to_be_visible()
        await expect(page.locator("[data-say]")).to_be_visible()
        await page.wait_for_selector("html[data-ready]")
        assert await page.evaluate(SIDEWAYS) == 0
        assert await page.evaluate(TOO_SMALL) == []
        await page.tap(".back")
        await expect(page.locator(".sidebar")).to_be_visible()
        await page.tap(".you-button")
        await expect(page.locator("#people")).to_contain_text("Emma Clarke")
        assert await page.evaluate(TOO_SMALL) == []

    run(visit)


def test_on_a_phone_a_form_fills_the_screen_and_keeps_its_buttons_in_sight(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        page = await it.opens_form(**PHONE)
        box = await page.locator("dialog.sheet").bounding_box()
        assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
        await page.tap("[data-input=ic] summary")
        await page.locator("[data-input=long] textarea").scroll_into_view_if_needed()
        await expect(page.locator(".sheet-head")).to_be_in_viewport()
        await expect(page.locator(".sheet-foot")).to_be_in_viewport()
        assert await page.evaluate(SIDEWAYS) == 0
        assert await page.evaluate(TOO_SMALL) == []

    run(visit)


def test_the_desk_can_show_the_phone_and_come_back_to_the_same_place(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        page = await it.opens("/?as=U10&in=C001", viewport={"width": 1280, "height": 900})
        await page.click(".toggle")
        frame = page.frame_locator("iframe")
        await expect(frame.locator("h1")).to_contain_text("general")
        assert await page.evaluate("document.querySelector('iframe').clientWidth") == 390
        await frame.locator(".back").click()
        await frame.locator(".entry >> text=service-network").click()
        await expect(frame.locator("h1")).to_contain_text("service-network")
        await page.click("[data-desktop]")
        await expect(page.locator("h1")).to_contain_text("service-network")
        await expect(page).to_have_url(re.compile("as=U10"))

    run(visit)
