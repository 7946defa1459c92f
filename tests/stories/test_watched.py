"""The bot as it is really started tells those who look after it what is wrong, and that all is well."""

from __future__ import annotations

import asyncio
import shutil
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import insert

from bot.store import make_engine
from bot.store.tables import incidents, sends
from chaos.town import PATIENCE, town
from tests.makers import person

pytestmark = pytest.mark.process


class Elsewhere:
    """The spare way's other end: what it heard, in order."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()

    async def answer(self, request: web.Request) -> web.Response:
        """Take anything."""
        await self.heard.put((request.path, await request.json() if request.can_read_body else None))
        return web.Response(text="ok")

    async def next(self) -> tuple[str, Any]:
        """What it hears next."""
        return await asyncio.wait_for(self.heard.get(), PATIENCE)


def a_dead_letter(database: str) -> None:
    """Something that was given up before the bot was started."""
    engine, now = make_engine(database), datetime.now(UTC)
    with engine.begin() as connection:
        connection.execute(insert(incidents), {"declared_at": now, "closed_at": now})
        about = {"key": "1/x", "incident_id": 1, "deed": "post", "lane": "1", "body": {}, "state": "dead"}
        connection.execute(insert(sends), {**about, "due_at": now, "created_at": now, "ended_at": now})
    engine.dispose()


def test_a_dead_letter_reaches_the_spare_way_and_an_administrator(tmp_path: Path, migrated_file: Path):
    """The bot can work meanwhile: it says that all is well, and what it counts."""
    database = f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'goldenhour.db')}"
    a_dead_letter(database)

    async def story() -> None:
        server, app = Elsewhere(), web.Application()
        app.router.add_route("*", "/{path:.*}", server.answer)
        async with TestServer(app) as there, town(database) as here:
            bot = await here.starts(
                "serve",
                GOLDENHOUR_ALARM_URL=str(there.make_url("/alarm")),
                GOLDENHOUR_HEARTBEAT_URL=str(there.make_url("/beat")),
                GOLDENHOUR_ADMINS=person("U04"),
            )
            assert await server.next() == ("/beat", None)
            assert await here.asked("/readyz") == (200, {"ready": True, "trouble": {}})
            async with aiohttp.ClientSession() as session, session.get(here.url + "/metrics") as answer:
                assert 'goldenhour_queue{state="dead"} 1.0' in await answer.text()
            path, told = await server.next()
            assert (path, told["kind"], told["part"], told["code"]) == ("/alarm", "begun", "dead", "dead_1")
            im = here.world.im_of("U04")
            said = await here.until(lambda: here.world.messages[im.id])
            assert "有消息没能发出" in said[0].text
            bot.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(bot.wait(), PATIENCE) == 0

    asyncio.run(story())
