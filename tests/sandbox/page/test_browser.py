"""The page as a person uses it, in a real browser: keys, focus, scrolling."""

import re

import pytest
from playwright.async_api import Page, expect

from sandbox.forms import change_form, open_form, push_form
from tests.sandbox.page.makers import ELEMENTS, a_card, a_form, an_input, mrkdwn, plain
from tests.sandbox.page.visitor import Run, Visitor, needs_chromium

pytestmark = [pytest.mark.browser, needs_chromium]


async def fill_in(page: Page, what: str) -> None:
    """Every required field of the form."""
    await page.fill("[data-input=what] input", what)
    await page.fill("[data-input=views] input", "812000")
    await page.click("[data-input=level] summary")
    await page.click("[data-input=level] >> text=L3 广泛")
    await page.click("[data-input=where] summary")
    await page.click("[data-input=where] label >> text=微博")
    await page.click("[data-input=where] label >> text=抖音")
    await page.click("[data-input=mood] >> text=理性")


async def hold_at(page: Page, top: int) -> None:
    """Scroll, and wait until the page has taken notice."""
    await page.evaluate(
        """top => new Promise(done => {
            const box = document.querySelector('[data-scroller]');
            box.addEventListener('scroll', () => requestAnimationFrame(done), {once: true});
            box.scrollTop = top; })""",
        top,
    )


def test_enter_sends_and_shift_enter_starts_a_line(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        page = await it.opens("/?as=U04&in=C001")
        await page.type("[data-say]", "第一行")
        await page.press("[data-say]", "Shift+Enter")
        await page.type("[data-say]", "第二行 <b>")
        await page.press("[data-say]", "Enter")
        await expect(page.locator(".log li").last).to_contain_text("第二行 <b>")
        await expect(page.locator("[data-say]")).to_have_value("")
        assert it.world.messages["C001"][-1].text == "第一行\n第二行 &lt;b&gt;"

    run(visit)


def test_enter_which_ends_a_composition_does_not_send(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        page = await it.opens("/?as=U04&in=C001")
        before = len(it.world.messages["C001"])
        await page.fill("[data-say]", "shache")
        await page.evaluate(
            """() => document.querySelector('[data-say]').dispatchEvent(new KeyboardEvent(
                'keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"""
        )
        await expect(page.locator("[data-say]")).to_have_value("shache")
        assert len(it.world.messages["C001"]) == before

    run(visit)


def test_a_slash_offers_commands_and_an_at_offers_people(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        page = await it.opens("/?as=U04&in=C001")
        await page.type("[data-say]", "/cri")
        await expect(page.locator(".suggestion")).to_have_count(3)
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-say]")).to_have_value("/crisis open ")
        await page.fill("[data-say]", "")
        await page.type("[data-say]", "请 @emma")
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-say]")).to_have_value("请 @Emma Clarke ")

    run(visit)


def test_errors_are_shown_beside_their_fields_and_nothing_typed_is_lost(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        page = await it.opens_form()
        await expect(page.locator("[data-input=what] input")).to_be_focused()
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("[data-input=what] .field-error")).to_have_text("请填写此项。")
        await expect(page.locator("[data-input=what] input")).to_be_focused()
        await fill_in(page, "bad")
        await expect(page.locator("[data-input=what] .field-error")).to_be_empty()
        await page.click(".sheet [type=submit]")
        await expect(page.locator("[data-input=views] .field-error")).to_have_text("这个数字不对")
        await expect(page.locator("[data-input=what] input")).to_have_value("bad")
        await expect(page.locator("[data-input=where] .pick-now")).to_have_text("微博、抖音")
        await page.fill("[data-input=what] input", "刹车失灵")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("dialog.sheet")).to_have_count(0)
        await expect(page.locator(".attachment .block-title")).to_have_text("红色：刹车失灵")

    run(visit)


def test_a_half_filled_form_survives_what_happens_meanwhile(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        page = await it.opens_form()
        await page.fill("[data-input=what] input", "半句话")
        await page.click("[data-input=level] summary")
        it.world.post(it.world.im_of("U04").id, it.world.bot_id, "in between")
        await expect(page.locator(".log")).to_contain_text("in between")
        view = a_form()
        view["blocks"].insert(1, an_input({"type": "plain_text_input", "action_id": "v"}, "新问题", "new"))
        change_form(it.world, it.world.views_of("U04")[-1], view)
        await expect(page.locator("[data-input=new]")).to_be_visible()
        await expect(page.locator("[data-input=what] input")).to_have_value("半句话")
        await expect(page.locator("[data-input=level] details")).to_have_attribute("open", "")
        await expect(page.locator("[data-input=level] summary")).to_be_focused()

    run(visit)


@pytest.mark.parametrize("way", ["escape", "cancel"])
def test_a_form_can_be_put_away(run: Run, way: str) -> None:
    async def visit(it: Visitor) -> None:
        page = await it.opens_form()
        if way == "escape":
            await page.keyboard.press("Escape")
        else:
            await page.click(".sheet-foot [data-dismiss]")
        await expect(page.locator("dialog.sheet")).to_have_count(0)
        assert it.world.views_of("U04") == []

    run(visit)


def test_the_keyboard_stays_inside_the_form(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        page = await it.opens_form()
        for _ in range(40):
            await page.keyboard.press("Tab")
            inside = "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
            assert await page.evaluate(inside)

    run(visit)


def test_a_draft_survives_updates_and_a_visit_elsewhere(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        page = await it.opens("/?as=U04&in=C001")
        await page.type("[data-say]", "未写完")
        it.world.post("C001", "U10", "hello")
        await expect(page.locator(".log")).to_contain_text("hello")
        await expect(page.locator("[data-say]")).to_have_value("未写完")
        await expect(page.locator("[data-say]")).to_be_focused()
        await page.click(".entry >> text=service-network")
        await expect(page.locator("h1")).to_contain_text("service-network")
        await page.click(".entry >> text=general")
        await expect(page.locator("[data-say]")).to_have_value("未写完")

    run(visit)


def test_the_list_sticks_to_its_end_and_only_there(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        for number in range(60):
            it.world.post("C001", "U10", f"n{number}")
        page = await it.opens("/?as=U04&in=C001")
        it.world.post("C001", "U10", "newest")
        await expect(page.locator("text=newest")).to_be_in_viewport()
        await hold_at(page, 100)
        it.world.post("C001", "U10", "unseen")
        await expect(page.locator("[data-bottom]")).to_be_visible()
        assert await page.evaluate("document.querySelector('[data-scroller]').scrollTop") == 100
        await page.click("[data-bottom]")
        await expect(page.locator("text=unseen")).to_be_in_viewport()

    run(visit)


def test_a_link_to_a_message_stays_with_the_person_and_shows_it(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        for number in range(60):
            it.world.post("C001", "U10", f"n{number}")
        address = f"{it.studio.url}/archives/C001/p{it.world.messages['C001'][3].ts.replace('.', '')}"
        it.world.post("C002", "U10", f"<{address}|the decision> in <#C001>")
        page = await it.opens("/?as=U04&in=C002")
        await page.click("text=the decision")
        await expect(page).to_have_url(re.compile("as=U04&in=C001"))
        await expect(page.locator(".log li >> nth=3")).to_be_in_viewport()
        await page.go_back()
        await page.click(".log a.mention")
        await expect(page.locator("h1")).to_contain_text("general")

    run(visit)


def test_two_tabs_are_two_people_and_each_sees_the_page_arrive(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        mine = await it.opens("/?as=U04&in=C001")
        it.world.post(it.world.im_of("U01").id, it.world.bot_id, "红色呼叫")
        await expect(mine.locator(".person", has_text="陈志远").locator(".badge")).to_contain_text("1")
        theirs = await it.opens("/?as=U01")
        await expect(theirs.locator(".log")).to_contain_text("红色呼叫")
        await expect(mine.locator(".person .badge")).to_have_count(0)
        await expect(theirs).to_have_title(re.compile("陈志远"))

    run(visit)


def test_a_dangerous_button_asks_first(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        own = it.world.im_of("U04").id
        it.world.post(own, it.world.bot_id, "", attachments=[a_card("#d32f2f", "红")])
        page = await it.opens(f"/?as=U04&in={own}")
        await page.click(".log >> text=降级")
        await expect(page.locator("#ask")).to_contain_text("确定降级？")
        await page.click("#ask >> text=再想想")
        await expect(page.locator("#ask")).not_to_be_visible()
        assert it.studio.heard == []
        await page.click(".log >> text=降级")
        await page.click("#ask .danger")
        await expect(page.locator(".log")).to_contain_text("pressed no")
        await expect(page.locator(".edited")).to_be_visible()

    run(visit)


def test_a_list_in_a_message_sends_once_when_it_closes(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        own = it.world.im_of("U04").id
        section = {"type": "section", "block_id": "s", "text": mrkdwn("级别"), "accessory": ELEMENTS[3]}
        it.world.post(own, it.world.bot_id, "", blocks=[section])
        page = await it.opens(f"/?as=U04&in={own}")
        await page.click(".pick summary")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page.locator(".log")).to_contain_text("pressed level")
        assert [heard["actions"][0]["selected_option"]["value"] for heard in it.studio.heard] == ["L3"]

    run(visit)


def test_a_lost_connection_is_said(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        context = await it.browser.new_context()
        page = await context.new_page()
        await page.route("**/page/stream*", lambda route: route.abort())
        await page.goto(it.studio.url + "/?as=U10")
        await expect(page.locator("[data-lost]")).to_have_text("Connection lost. Reconnecting …")

    run(visit)


def test_a_bot_that_does_not_answer_leaves_the_words_in_place(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        page = await it.opens("/?as=U10&in=C001")
        await page.route("**/page/do/say", lambda route: route.abort())
        await page.fill("[data-say]", "important")
        await page.press("[data-say]", "Enter")
        await expect(page.locator("[data-toast]")).to_be_visible()
        await expect(page.locator("[data-say]")).to_have_value("important")
        it.complaints.clear()

    run(visit)


def test_a_first_visitor_is_told_what_to_try(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        page = await it.opens("/?as=U10")
        await page.click("text=Try /crisis")
        await expect(page.locator("[data-say]")).to_have_value("/crisis ")
        await expect(page.locator(".suggestion")).to_have_count(2)

    run(visit)


def test_a_field_can_tell_the_bot_on_enter_and_counts_its_letters(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        page = await it.opens("/?as=U10")
        text = {"type": "plain_text_input", "action_id": "v", "max_length": 10}
        view = a_form()
        view["blocks"] = [an_input(text, "Facts", "facts", dispatch_action=True)]
        open_form(it.world, "U10", view)
        await page.fill("[data-input=facts] input", "nine char")
        await expect(page.locator(".count")).to_have_text("9 / 10")
        async with page.expect_response("**/page/do/press_view"):
            await page.press("[data-input=facts] input", "Enter")
        await expect(page.locator("dialog.sheet [aria-busy]")).to_have_count(0)
        assert [heard["actions"][0]["value"] for heard in it.studio.heard] == ["nine char"]
        await page.fill("[data-input=facts] input", "eleven char")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".field-error")).to_have_text("Please shorten this to 10 characters.")

    run(visit)


def test_a_second_form_covers_the_first_and_gives_it_back(run: Run) -> None:
    async def visit(it: Visitor) -> None:
        page = await it.opens_form()
        push_form(it.world, "U04", a_form() | {"title": plain("第二张")})
        await expect(page.locator("dialog.sheet[open] h2")).to_have_text("第二张")
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog.sheet[open] h2")).to_have_text("发起危机")

    run(visit)
