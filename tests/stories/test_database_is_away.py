"""The database goes away in the worst hour, and the bot is killed as well: a real process on a real server."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from chaos.town import PATIENCE, Town, town
from sandbox.driver import Result
from tests.databases import emptied_postgres, empty_sqlite

pytestmark = pytest.mark.process


def blocks(answer: Result) -> str:
    """All that the person saw, who must not have waited longer than Slack does."""
    assert answer.status == 200
    assert answer.ephemeral is not None
    return f"{answer.ephemeral.text} {answer.ephemeral.blocks} {answer.ephemeral.attachments}"


@contextmanager
def switched_off(url: str) -> Iterator[None]:
    """A PostgreSQL database which takes nobody in and has thrown out whoever was there."""
    ours = make_url(url)
    engine = create_engine(ours.set(database="postgres"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {ours.database} ALLOW_CONNECTIONS false"))
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
                {"name": ours.database},
            )
            try:
                yield
            finally:
                connection.execute(text(f"ALTER DATABASE {ours.database} ALLOW_CONNECTIONS true"))
    finally:
        engine.dispose()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """A SQLite database that somebody else is writing to without end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def one_crisis(here: Town) -> None:
    """There is one room, furnished once."""
    await here.until(lambda: here.said("/tasks/0") and here.rooms()[0].topic and here.rooms()[0].pins)
    assert [len(here.rooms()), len(here.said("/state/0")), len(here.said("/tasks/0"))] == [1, 1, 1]
    assert {"U15", "U04", "U05"} <= here.rooms()[0].members


def test_opened_while_away_and_killed_before_it_is_back_it_becomes_one_crisis_with_one_room(postgres: str):
    database = emptied_postgres(postgres)

    async def story() -> None:
        async with town(database) as here:
            bot = await here.starts("serve")
            await here.asked("/healthz")
            with switched_off(database):
                assert "已记下，计时已开始" in blocks(
                    await here.driver.say("U15", "C001", "/crisis now 车主称刹车失灵")
                )
                await here.until(lambda: here.said("emergency/"))
                form = await here.driver.say("U15", "C001", "/crisis open 又一起")
                assert form.status == 200
                await here.until(lambda: here.world.views_of("U15"))
                assert "现在无法查看" in blocks(await here.driver.say("U15", "C001", "/crisis status"))
                bot.kill()
                await bot.wait()
            again = await here.starts("serve")
            await one_crisis(here)
            again.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(again.wait(), PATIENCE) == 0

    asyncio.run(story())


def test_a_locked_database_keeps_nobody_waiting_and_loses_nothing(migrated_file: Path, tmp_path: Path):
    """It is silent rather than away, and the bot is killed before it has said anything."""
    database = empty_sqlite(migrated_file, tmp_path)

    async def story() -> None:
        async with town(database) as here:
            bot = await here.starts("serve")
            await here.asked("/healthz")
            with locked(tmp_path / "goldenhour.db"):
                assert "已记下，计时已开始" in blocks(
                    await here.driver.say("U15", "C001", "/crisis now 车主称刹车失灵")
                )
                bot.kill()
                await bot.wait()
            again = await here.starts("serve")
            await one_crisis(here)
            again.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(again.wait(), PATIENCE) == 0

    asyncio.run(story())
