"""Told to stop, the process takes nothing new, finishes what it may, and is gone within twenty seconds."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sqlite3
from pathlib import Path

import pytest

from chaos.town import Town, town

pytestmark = pytest.mark.process
AT_MOST = 20.0


@pytest.fixture
def file(tmp_path: Path, migrated_file: Path) -> Path:
    """An empty SQLite database."""
    return Path(shutil.copy(migrated_file, tmp_path / "goldenhour.db"))


async def stopped(bot: asyncio.subprocess.Process) -> tuple[int, float]:
    """The exit code of a process that is told to stop, and how many seconds that took."""
    began = asyncio.get_running_loop().time()
    bot.send_signal(signal.SIGTERM)
    code = await asyncio.wait_for(bot.wait(), AT_MOST + 10)
    return code, asyncio.get_running_loop().time() - began


async def at_work(here: Town) -> asyncio.subprocess.Process:
    """A bot that answers."""
    bot = await here.starts("serve")
    await here.asked("/healthz")
    return bot


def test_while_slack_hangs_it_stops_in_time_and_the_next_one_goes_on(file: Path):
    async def story() -> None:
        async with town(f"sqlite:///{file}") as here:
            bot = await at_work(here)
            here.faults.plan_next("conversations.create", "slow", 60.0)
            await here.driver.say("U15", "C001", "/crisis now 车主称刹车失灵")
            await here.until(here.rooms)
            code, seconds = await stopped(bot)
            assert (code, seconds < AT_MOST) == (0, True)
            again = await at_work(here)
            await here.until(lambda: here.said("/tasks/0"))
            assert (await stopped(again))[0] == 0
            assert [len(here.rooms()), len(here.said("/tasks/0"))] == [1, 1]

    asyncio.run(story())


def test_while_the_database_hangs_it_says_so_and_is_gone_in_time(file: Path):
    async def story() -> None:
        async with town(f"sqlite:///{file}") as here:
            bot = await at_work(here)
            other = sqlite3.connect(file, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            while (answer := await here.asked("/readyz"))[0] == 200:
                pass  # For a second it answers what it knows.
            assert answer == (503, {"ready": False, "trouble": {"database": "TimeoutError"}})
            code, seconds = await stopped(bot)
            other.close()
            assert (code, seconds < AT_MOST + 1) == (0, True)

    asyncio.run(story())
