"""The demo plays a published case by itself, on either platform and on both."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.chat import Platform
from bot.demo.player import Player, scenarios
from bot.demo.stage import Stage, stage
from tests.makers import ROOT

PATIENCE = 60.0
"""Real seconds until a play is given up that does not go on."""

BRAKES = 7
"""Brakes failed after a repair, somebody is in hospital: red, nine people are called."""

ALONE_ON_FEISHU = {"  > 周立群: on it", "  > 赵清和: on it"}


async def demo_until(lines: set[str], folder: Path, *options: str) -> int:
    """What `goldenhour demo` ends with, when Ctrl+C is pressed as soon as it has written all these lines."""
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0", "--speed", "60", *options),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        # Whoever runs the tests in the background of a shell has Ctrl+C ignored, and so would all below them.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert demo.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            missing = set(lines)
            while missing:
                line = await demo.stdout.readline()
                assert line, missing
                missing.discard(line.decode().rstrip("\n"))
            demo.send_signal(signal.SIGINT)
            await demo.communicate()
    finally:
        if demo.returncode is None:
            demo.kill()
    assert demo.returncode is not None
    return demo.returncode


@pytest.mark.process
@pytest.mark.parametrize(
    ("platform", "command"), [("feishu", "  > 危机 上报 …"), ("both", "  > /crisis open …")]
)
def test_a_scenario_plays_itself(platform: str, command: str, tmp_path: Path) -> None:
    """Where there are both, the crisis is on Slack, and whoever is on Feishu alone answers there."""
    lines = {command, "  > checklist sent", "  > 陈志远: on it", *ALONE_ON_FEISHU}
    options = ("--scenario", f"{BRAKES}", "--platform", platform)
    assert asyncio.run(demo_until(lines, tmp_path, *options)) == 0


async def until_done(on: Stage, count: int) -> None:
    """Until so many tasks are ticked off."""
    changes = on.world.changes()
    async with asyncio.timeout(PATIENCE):
        while True:
            incident = await on.bot.store.run(lambda work: work.incidents.get(1, to_change=False))
            if incident is not None and sum(not task.open for task in incident.tasks.values()) >= count:
                return
            await anext(changes)


@pytest.mark.parametrize("platform", ["slack", "feishu"])
def test_a_play_carries_on_with_the_tasks(platform: Platform, tmp_path: Path) -> None:
    async def play() -> None:
        async with stage(tmp_path, platforms=(platform,)) as on:
            player = Player(on)
            room = await player.play(scenarios()[BRAKES])
            going_on = asyncio.create_task(player.carry_on(room))
            await until_done(on, 3)
            assert not going_on.done()
            going_on.cancel()

    asyncio.run(play())
