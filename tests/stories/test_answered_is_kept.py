"""What was answered with 200 happens exactly once, though the process is killed while it answers and just after."""

from __future__ import annotations

import asyncio
import os
import random
from asyncio.subprocess import Process

import pytest
from sqlalchemy import create_engine, text

from chaos.town import Town, town

pytestmark = pytest.mark.process

LONG = os.environ.get("GOLDENHOUR_CHAOS") == "long"
ROUNDS = {"sqlite": 20 if LONG else 6, "postgresql": 10 if LONG else 3}
AT_ONCE = 6
SEED = 20261121


async def round_of(here: Town, number: int, bot: Process, wait: float) -> tuple[list[int], Process]:
    """People speak all at once and the plug is pulled meanwhile. Then all is said again to the bot that comes next.

    wait: seconds until the plug is pulled, unless all were answered sooner.
    Returns what was answered before the end, and that next bot.
    """
    said = [
        asyncio.create_task(here.driver.say("U15", "C001", f"/crisis now {number}.{n}"))
        for n in range(AT_ONCE)
    ]
    await asyncio.wait(said, timeout=wait)
    bot.kill()
    await bot.wait()
    answers = [result.status for result in await asyncio.gather(*said)]
    requests = list(here.driver.wire.sent)[-AT_ONCE:]
    bot = await here.starts("serve")
    await here.asked("/healthz")
    again = [await here.driver.wire.again(request) for request in requests]
    assert {answer.status for answer in again} == {200}
    return answers, bot


def titles(database: str) -> list[str]:
    """Of all crises there are."""
    engine = create_engine(database)
    with engine.connect() as connection:
        found = [row.title for row in connection.execute(text("SELECT title FROM incidents ORDER BY id"))]
    engine.dispose()
    return found


def test_every_answered_request_has_exactly_one_effect(database: str):
    rounds, dice = ROUNDS[database.partition("+")[0].partition(":")[0]], random.Random(SEED)

    async def story() -> list[int]:
        answers = []
        async with town(database) as here:
            bot = await here.starts("serve")
            await here.asked("/healthz")
            for number in range(rounds):
                wait = (0.0, 10.0, dice.uniform(0.0, 0.15))[min(number, 2)]
                answered, bot = await round_of(here, number, bot, wait)
                answers += answered
            bot.kill()
            await bot.wait()
        return answers

    answers = asyncio.run(story())
    expected = [f"{number}.{n}" for number in range(rounds) for n in range(AT_ONCE)]
    assert sorted(titles(database)) == sorted(expected), f"seed {SEED}"
    assert set(answers) == {0, 200}, "some were answered and some were not, or this proves nothing"
