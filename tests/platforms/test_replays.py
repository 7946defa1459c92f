"""One signed request, delivered a hundred times at once: one effect, and a hundred equal answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.demo.player import Player
from bot.demo.stage import Stage, stage
from sandbox.wire import Answer


def on_stage(folder: Path, database: str, visit: Callable[[Stage, Player], Awaitable[None]]) -> None:
    """One visit to a fresh stage."""

    async def whole() -> None:
        async with stage(folder, database=database) as on:
            await visit(on, Player(on))

    asyncio.run(whole())


async def replayed(on: Stage, times: int = 100) -> set[tuple[int, str]]:
    """The different answers to the last request, delivered so many times at once."""
    last = on.driver.wire.sent[-1]
    answers: list[Answer] = await asyncio.gather(*(on.driver.wire.again(last) for _ in range(times)))
    return {(answer.status, answer.text) for answer in answers}


async def crises(on: Stage) -> int:
    return await on.bot.store.run(lambda work: len(work.incidents.headers(closed=True)))


def test_a_command(tmp_path: Path, database: str) -> None:
    async def visit(on: Stage, player: Player) -> None:
        await on.driver.say("U15", "C001", "/crisis now 展车起火")
        ((status, text),) = await replayed(on)
        assert (status, "已发起，计时开始" in str(json.loads(text))) == (200, True)
        assert await crises(on) == 1

    on_stage(tmp_path, database, visit)


def test_a_form(tmp_path: Path, database: str) -> None:
    async def visit(on: Stage, player: Player) -> None:
        await on.driver.say("U15", "C001", "/crisis open 展车起火")
        view = (await player.until(lambda: on.world.views_of("U15")))[-1]
        assert await on.driver.submit("U15", view.id) == {}
        ((status, text),) = await replayed(on)
        assert (status, "已发起，计时开始" in str(json.loads(text))) == (200, True)
        assert await crises(on) == 1

    on_stage(tmp_path, database, visit)


def test_a_button(tmp_path: Path, database: str) -> None:
    async def visit(on: Stage, player: Player) -> None:
        room = await player.open("展车起火")
        where = await player.until(lambda: player.button(room, "take", "U04"))
        await on.driver.press("U04", room.id, where.ts, "take")
        assert await replayed(on) == {(200, "")}
        history = await on.bot.store.run(lambda work: work.incidents.get(1).history)  # type: ignore[union-attr]
        assert [entry.by for entry in history if type(entry.event).__name__ == "TaskTaken"] == ["wang"]

    on_stage(tmp_path, database, visit)


def test_a_command_whose_answer_was_a_form(tmp_path: Path, database: str) -> None:
    """The form is open already; to be told that something broke would be a lie."""

    async def visit(on: Stage, player: Player) -> None:
        await on.driver.say("U15", "C001", "/crisis open 展车起火")
        await player.until(lambda: on.world.views_of("U15"))
        assert await replayed(on, 10) == {(200, "")}
        assert len(on.world.views_of("U15")) == 1
        assert [m.text for m in on.world.visible_messages("C001", "U15") if m.user == "U0BOT"] == []

    on_stage(tmp_path, database, visit)
