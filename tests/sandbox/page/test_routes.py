"""A person's deeds arrive, and the page follows what happens."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.forms import open_form, publish_home
from sandbox.page.regions import snapshot
from sandbox.page.stage import Place
from sandbox.page.stream import frames
from sandbox.world import World
from tests.sandbox.page.makers import NOON, Studio, a_form, a_studio, a_world, plain
from tests.sandbox.page.test_render import a_stage
from tests.sandbox.page.web import Visit, do, visit_to


def run(visit: Visit) -> None:
    """One visit to a fresh studio."""
    visit_to(a_studio(), visit)


@pytest.mark.parametrize(
    ("deed", "asked", "status"),
    [
        ("press", {"as": "U04", "in": "C001", "ts": "1.1", "action": "a"}, 409),
        ("submit", {"as": "U04", "view": "V9", "values": {}}, 409),
        ("dismiss", {"as": "U04", "view": "V9"}, 409),
    ],
)
def test_what_is_gone_is_told_so(deed: str, asked: dict[str, Any], status: int) -> None:
    async def visit(_studio: Studio, web: aiohttp.ClientSession) -> None:
        assert (await do(web, deed, **asked))[0] == status

    run(visit)


def test_words_arrive_and_commands_reach_the_bot() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        own = studio.world.im_of("U04").id
        assert await do(web, "say", **{"as": "U04", "in": "C001", "text": "@Emma Clarke 请看"}) == (200, {})
        assert studio.world.messages["C001"][-1].text == "<@U10> 请看"
        await do(web, "say", **{"as": "U04", "in": own, "text": "/crisis guide"})
        assert studio.heard[-1]["command"] == "/crisis"
        async with web.get(f"/?as=U04&in={own}") as answer:
            assert "仅你可见" in await answer.text()

    run(visit)


def test_a_form_is_checked_kept_and_sent() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        opened = open_form(studio.world, "U04", a_form())
        here = {"as": "U04", "view": opened.id}
        half = {"what": "刹车失灵", "views": "lots", "level": "L3", "ic": "U04", "where": [], "mood": "calm"}
        status, told = await do(web, "submit", **here, values=half)
        assert status == 200
        assert told["errors"] == {"views": "请输入数字。", "where": "请选择一项。"}
        assert opened.state["what"]["v"]["value"] == "刹车失灵"
        assert not studio.heard
        full = half | {"views": "12", "where": ["p1", "p2"], "when": "2026-12-01T12:00", "long": ""}
        assert await do(web, "submit", **here, values=full) == (200, {"errors": {}})
        values = studio.heard[-1]["view"]["state"]["values"]
        assert values["when"]["v"]["selected_date_time"] == 1796097600
        assert [o["value"] for o in values["where"]["v"]["selected_options"]] == ["p1", "p2"]
        assert studio.world.views_of("U04") == []

    run(visit)


def test_errors_of_the_bot_stand_beside_their_fields() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        opened = open_form(studio.world, "U04", a_form())
        full = {"what": "bad", "views": "1", "level": "L1", "ic": "U04", "where": ["p1"], "mood": "calm"}
        _, told = await do(web, "submit", **{"as": "U04", "view": opened.id}, values=full)
        assert told["errors"]["what"] == "请不要写 bad"
        assert studio.world.views_of("U04") == [opened]

    run(visit)


def test_a_press_in_a_form_carries_what_is_typed_so_far() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        view = a_form()
        button = {"type": "button", "action_id": "more", "text": plain("更多")}
        view["blocks"].append({"type": "actions", "block_id": "act", "elements": [button]})
        opened = open_form(studio.world, "U04", view)
        await do(
            web, "press_view", **{"as": "U04", "view": opened.id}, action="more", values={"what": "半句"}
        )
        assert studio.heard[-1]["view"]["state"]["values"]["what"]["v"]["value"] == "半句"

    run(visit)


def test_the_home_tab_shows_what_the_bot_published() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        own = studio.world.im_of("U10").id
        async with web.get(f"/?as=U10&in={own}") as answer:
            assert "tab=home" not in await answer.text()
        header = {"type": "header", "text": plain("Your crises")}
        publish_home(studio.world, "U10", {"type": "home", "blocks": [header]})
        async with web.get(f"/?as=U10&in={own}") as answer:
            assert "tab=home" in await answer.text()
        async with web.get(f"/?as=U10&in={own}&tab=home") as answer:
            assert "Your crises" in await answer.text()
        assert studio.heard == [] or studio.heard[-1].get("event", {}).get("type") in (
            None,
            "app_home_opened",
        )

    run(visit)


def test_reading_clears_the_badge() -> None:
    async def visit(studio: Studio, web: aiohttp.ClientSession) -> None:
        own = studio.world.im_of("U01").id
        studio.world.post(own, studio.world.bot_id, "page")
        assert studio.world.unread("U01")[own] == 1
        await do(web, "read", **{"as": "U01", "in": own})
        assert studio.world.unread("U01")[own] == 0

    run(visit)


async def _frame(stream: Any) -> tuple[str, dict[str, Any]]:
    event, data = (await anext(stream)).strip().split("\n", 1)
    return event.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_the_stream_tells_everything_first_and_then_only_what_changed() -> None:
    async def story() -> None:
        world = a_world()
        channel = world.im_of("U04")
        stream = frames(a_stage(world), Place("U04", channel.id), snapshot)
        assert await anext(stream) == "retry: 1000\n\n"
        event, first = await _frame(stream)
        assert (event, first["order"]) == ("page", [])
        assert "sidebar" in first["regions"]
        assert await _frame(stream) == ("clock", {"text": "12:00:00", "speed": "", "about": ""})
        message = world.post(channel.id, world.bot_id, "line 1\nline 2")
        while (told := await _frame(stream))[0] != "page":
            pass
        assert told[1]["order"] == [message.ts]
        assert "line 1<br>line 2" in told[1]["items"][message.ts]
        assert "header" not in told[1]["regions"]
        await stream.aclose()

    asyncio.run(story())


def test_a_fast_clock_says_how_fast() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        world = World(lambda: NOON + timedelta(seconds=60 * (loop.time() - begun)))
        world.people = a_world().people
        stream = frames(a_stage(world), Place("U10", world.im_of("U10").id), snapshot)
        await anext(stream)
        told: dict[str, Any] = {}
        while not told.get("speed"):
            _, told = await _frame(stream)
        assert told["speed"] == "×60"
        assert told["about"] == "The clock runs 60 times as fast"
        await stream.aclose()

    asyncio.run(story())
