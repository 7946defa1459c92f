"""One crisis on two platforms: its room is where it was opened, and whoever is only on the other is called there."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.demo.stage import Stage, stage

REPORTER = "ou_u15"
RED = {"views": "2000", "severity": "S4", "control": "C2"}
ON_SLACK_ALONE, ON_FEISHU_ALONE = {"U02", "U09"}, {"ou_u03", "ou_u05", "ou_u12"}
PATIENCE = 30.0


def visit(tmp_path: Path, story: Callable[[Stage], Awaitable[None]], *platforms: str) -> None:
    async def whole() -> None:
        async with stage(tmp_path, platforms=platforms) as on:
            await story(on)

    asyncio.run(whole())


async def until(on: Stage, found: Callable[[], Any]) -> Any:
    """What is found, as soon as it is; both worlds ring when anything changes in them."""
    async with asyncio.timeout(PATIENCE):
        while not (result := found()):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await anext(on.feishu.world.changes())
        return result


async def idle(on: Stage) -> None:
    """Until all that waits was sent."""
    async with asyncio.timeout(PATIENCE):
        while set(await on.bot.store.run(lambda work: work.outbox.counts())) & {"pending", "claimed"}:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await anext(on.feishu.world.changes())


def said_in(on: Stage, chat: str) -> list[str]:
    return [json.dumps(message.content, ensure_ascii=False) for message in on.feishu.world.messages[chat]]


def in_private(on: Stage, person: str) -> str:
    return " ".join(said_in(on, on.feishu.world.p2p_of(person).id))


def room_of(on: Stage) -> Any:
    rooms = [chat for chat in on.feishu.world.chats.values() if chat.name.startswith("crisis-")]
    return rooms[0] if rooms else None


async def red_on_feishu(on: Stage) -> Any:
    """Opened from a line in private, filled in by the form: the room."""
    world, driver = on.feishu.world, on.feishu.driver
    await driver.say(REPORTER, "/crisis now 车主称刹车失灵")
    room = await until(on, lambda: room_of(on))
    await idle(on)
    await driver.say(REPORTER, "危机　清单")
    private = world.p2p_of(REPORTER).id
    form = await until(on, lambda: [m for m in world.messages[private] if '"form"' in json.dumps(m.content)])
    await driver.submit(REPORTER, form[-1].id, RED)
    await until(on, lambda: any("红色" in said for said in said_in(on, room.id)))
    await idle(on)
    return room


def test_a_red_crisis_opened_in_feishu_calls_everybody_where_they_are(tmp_path: Path) -> None:
    async def story(on: Stage) -> None:
        room = await red_on_feishu(on)
        await until(on, lambda: on.feishu.world.urgents)
        assert set(room.members) & {"ou_u02", "ou_u09"} == set()
        assert {"ou_u04", "ou_u05", REPORTER} <= set(room.members)
        cmo = on.slack.world.im_of("U02")
        said = " ".join(f"{m.text} {m.blocks} {m.attachments}" for m in on.slack.world.messages[cmo.id])
        assert "我在处理" in said or "on_it" in said
        assert "一分钟简报" in said
        urged = {urgent.person for urgent in on.feishu.world.urgents}
        assert {"ou_u05", "ou_u01"} <= urged
        assert not any(one.name.startswith("crisis-") for one in on.slack.world.channels.values())

    visit(tmp_path, story, "slack", "feishu")
