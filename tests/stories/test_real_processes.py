"""The bot as it is really started: a process that is asked whether it is well, told to stop, or killed."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.player import Player
from chaos.town import PATIENCE, town
from tests.databases import emptied_postgres

pytestmark = pytest.mark.process
GOES_ON = 10.0
"""Seconds after it is up again within which the opening has come to its end."""


def test_it_says_that_it_is_well_opens_a_room_and_stops_when_told(database: str):
    async def story() -> None:
        async with town(database) as here:
            bot = await here.starts("serve")
            assert await here.asked("/healthz") == (200, {"alive": True})
            assert await here.asked("/readyz") == (200, {"ready": True, "trouble": {}})
            await here.driver.say("U15", "C001", "/crisis now 车主称刹车失灵")
            await here.until(lambda: here.said("/tasks/0"))
            bot.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(bot.wait(), PATIENCE) == 0

    asyncio.run(story())


def test_web_and_clock_can_run_apart_on_postgresql(postgres: str):
    async def story() -> None:
        async with town(emptied_postgres(postgres)) as here:
            web, clock = await here.starts("web"), await here.starts("clock")
            await here.asked("/healthz")
            player = Player(here)
            form = await player.asked("U15", player.hands.say("U15", "/crisis open 车主称刹车失灵"))
            six_minutes_ago = datetime.now(UTC) - timedelta(minutes=6)
            assert await player.hands.send("U15", form, {"time_zero": int(six_minutes_ago.timestamp())}) == []
            # The clock alone rings: what has come by then shows that it is up.
            await here.until(lambda: here.said("/tasks/0") and here.said("/checkpoint/5min"))
            for process in (web, clock):
                process.send_signal(signal.SIGTERM)
                assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
            assert [len(here.rooms()), len(here.said("/state/0")), len(here.said("/tasks/0"))] == [1, 1, 1]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("database", "method"),
    [
        ("sqlite", "conversations.create"),
        ("sqlite", "conversations.invite"),
        ("sqlite", "chat.postMessage"),
        ("sqlite", "conversations.setTopic"),
        ("postgresql", "conversations.create"),
    ],
    indirect=["database"],
)
def test_killed_in_the_middle_of_an_opening_it_goes_on_with_one_room_within_ten_seconds(
    database: str, method: str
):
    """The plug is pulled while Slack is still answering; what was on its way is found again and not repeated."""

    async def story() -> None:
        async with town(database) as here:
            bot = await here.starts("serve")
            await here.asked("/healthz")
            here.faults.plan_next(method, "slow", 60.0)
            await here.driver.say("U15", "C001", "/crisis now 车主称刹车失灵")
            await here.until(lambda: any(call.method == method for call in here.world.calls))
            bot.kill()
            await bot.wait()
            again = await here.starts("serve")
            await here.asked("/healthz")
            async with asyncio.timeout(GOES_ON):
                await here.until(
                    lambda: here.said("/tasks/0") and here.rooms()[0].topic and here.rooms()[0].pins
                )
            again.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(again.wait(), PATIENCE) == 0
            assert [len(here.rooms()), len(here.said("/state/0")), len(here.said("/tasks/0"))] == [1, 1, 1]
            assert {"U15", "U04", "U05"} <= here.rooms()[0].members

    asyncio.run(story())
