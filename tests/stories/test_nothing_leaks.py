"""What people write, and what opens doors, is in no log line and in no figure, however much goes wrong."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import create_engine, text

from bot.demo.player import Player
from chaos.town import PATIENCE, ROOT, Town, town

pytestmark = pytest.mark.process

WORD, PHONE = "canary-7f3a", "13800138000"
SAID = f"车主{WORD}称刹车失灵 {PHONE}"
SECRETS = {
    "GOLDENHOUR_ALARM_URL": "http://127.0.0.1:1/canary-alarm",
    "GOLDENHOUR_HEARTBEAT_URL": "http://127.0.0.1:1/canary-beat",
}
BAD = (
    "429",
    "503",
    "reset_before",
    "reset_after",
    "500_after",
    "bad_json",
    "error:fatal_error",
    "error:is_archived",
)
HIDDEN = (WORD, PHONE, "canary-alarm", "canary-beat", "xoxb-", "刹车", "王敏", "@example.com")


async def talkative(here: Town, log: Path) -> asyncio.subprocess.Process:
    """A bot that writes all it has to say into a file."""
    environment = {
        **os.environ,
        **here.settings,
        **SECRETS,
        "GOLDENHOUR_LOG": "DEBUG",
        "PYTHONASYNCIODEBUG": "1",
    }
    with log.open("wb") as file:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", cwd=ROOT, env=environment, stdout=file, stderr=file
        )


async def misfortune(here: Town) -> None:
    """A crisis in which every call goes wrong in every way, and people put the word into every field they have."""
    player = Player(here)  # type: ignore[arg-type]
    room = await player.open(SAID)
    for method in ("chat.postMessage", "chat.update", "conversations.setTopic", "conversations.invite"):
        for kind in BAD:
            here.faults.plan_next(method, kind, 1.0)
    await player.fill_in(room, {"complaint": SAID, "views": PHONE, "severity": "S4", "control": "C2"})
    for verb in ("raise red", "lower green", "close", "reading", "details", WORD):
        await here.driver.say("U15", room.id, f"/crisis {verb} {SAID}")
    await player.until(lambda: player.hands.graded(room))


async def figures(here: Town) -> str:
    """What Prometheus would be given."""
    async with aiohttp.ClientSession() as session, session.get(f"{here.url}/metrics") as answer:
        assert answer.status == 200
        return await answer.text()


@contextmanager
def without_history(database: str) -> Iterator[None]:
    """Every change fails within this block, with the words of people among its parameters."""
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE history RENAME TO elsewhere"))
    yield
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO history"))
    engine.dispose()


def test_neither_logs_nor_figures_know_what_people_said(database: str, tmp_path: Path):
    async def story() -> str:
        async with town(database) as here:
            bot = await talkative(here, tmp_path / "log")
            await here.asked("/healthz")
            await misfortune(here)
            with without_history(database):
                await here.driver.say("U15", "C001", f"/crisis now {SAID}")
            found = await figures(here)
            bot.terminate()
            await asyncio.wait_for(bot.wait(), PATIENCE)
            return found

    shown = asyncio.run(story())
    log = (tmp_path / "log").read_text()
    events = {json.loads(line)["event"] for line in log.splitlines() if line.startswith("{")}
    assert {"send_refused", "sent", "slack.command_failed"} <= events, (
        "something was written that could have leaked"
    )
    assert "goldenhour_send_faults_total" in shown
    assert [secret for secret in HIDDEN if secret in log + shown] == []
