"""What the settings name reaches the bot at work; a demo on the same machine puts nothing on the company's site."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bot.app import make_store
from bot.crisis.publishing import hand_to_site
from bot.demo.stage import stage
from bot.settings import Settings
from bot.store import Moments, Work
from chaos.town import PATIENCE, town
from tests.databases import empty_sqlite
from tests.makers import NINE, a_playbook, at
from tests.site import SECRET, Site, a_statement, signed

pytestmark = pytest.mark.process


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path) -> str:
    """A crisis in which somebody has just asked for its statement to be on the site."""

    def unit(work: Work) -> None:
        work.incidents.new_id(NINE)
        incident = a_statement()
        hand_to_site(incident, 1, "wu", at("+11 min"))
        work.incidents.add(incident)

    url = empty_sqlite(migrated_file, tmp_path)
    store = make_store(Settings(_env_file=None, database_url=url), a_playbook(), lambda: Moments(NINE, NINE))
    store.run_now(unit)
    store.close()
    return url


def test_a_real_process_tells_the_site(database: str):
    async def story() -> None:
        site = Site()
        async with TestServer(site.app()) as there, town(database) as here:
            bot = await here.starts(
                "serve",
                GOLDENHOUR_HOOK_URL=str(there.make_url("/statements")),
                GOLDENHOUR_HOOK_SECRET=SECRET,
            )
            await asyncio.wait_for(site.told.wait(), PATIENCE)
            assert signed(site.heard[0])
            assert site.heard[0].says["fingerprint"] == "fd0159948077"
            bot.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(bot.wait(), PATIENCE) == 0

    asyncio.run(story())


def test_a_demo_tells_no_site(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async def story() -> None:
        site = Site()
        async with TestServer(site.app()) as there, asyncio.timeout(PATIENCE):
            monkeypatch.setenv("GOLDENHOUR_HOOK_URL", str(there.make_url("/statements")))
            monkeypatch.setenv("GOLDENHOUR_HOOK_SECRET", SECRET)
            async with stage(tmp_path, database=database) as demo:
                async for _ in demo.world.changes():
                    rows = await demo.bot.store.run(lambda work: work.outbox.listed("dead"))
                    if [row.error for row in rows] == ["no_site"]:
                        break
        assert site.heard == []

    asyncio.run(story())
