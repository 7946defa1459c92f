"""The safety net on the strict local Slack: what is left there, taken back there, and posted by it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import Parts
from bot.demo.player import Player
from bot.demo.stage import Stage, stage
from bot.store import Moments
from sandbox.world import Channel

CHECKPOINTS = ["5min", "15min", "30min", "60min", "4h", "24h"]


@dataclass
class Hands:
    """A crisis clock that stands still until it is moved; retries and leases live in real time."""

    now: datetime

    def moments(self) -> Moments:
        """Both clocks, for the store and for Slack."""
        return Moments(self.now, datetime.now(UTC))


def on_stage(tmp_path: Path, visit: Callable[[Stage, Player, Hands], Awaitable[None]], **more: Any) -> None:
    """One visit to a fresh stage whose clock is in our hands."""
    hands = Hands(datetime.now(UTC))

    async def whole() -> None:
        async with stage(tmp_path, moments=hands.moments, **more) as on:
            await visit(on, Player(on), hands)

    asyncio.run(whole())


def left(on: Stage) -> list[str]:
    """Of which times Slack would remind the room, by the reference that ends each text."""
    waiting = sorted(on.world.scheduled.values(), key=lambda item: item.post_at)
    return [str(item.message["text"]).rpartition("[")[2].rstrip("]").split("-", 3)[-1] for item in waiting]


async def lies(on: Stage, *names: str) -> None:
    """Until exactly this is left with Slack; nobody sees it come or go, so the room tells of no change."""
    async with asyncio.timeout(20):
        while left(on) != list(names):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    changes = on.world.changes()
                    await anext(changes)
                    await anext(changes)


def automatic(on: Stage, room: Channel) -> list[str]:
    """What Slack has posted by itself."""
    on.world.settle()
    return [message.text for message in on.world.messages[room.id] if "自动备用提醒" in message.text]


def test_what_is_left_is_taken_back_when_the_bot_has_spoken(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player, hands: Hands) -> None:
        room = await player.open("维修次日刹车失灵")
        await lies(on, *CHECKPOINTS)

        hands.now += timedelta(minutes=5, seconds=1)
        await lies(on, *CHECKPOINTS[1:], "update-28h")

        hands.now += timedelta(minutes=5)
        assert automatic(on, room) == []

    on_stage(tmp_path, visit)


def test_with_the_clock_gone_slack_reminds_the_room_and_clicks_take_nothing_back(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player, hands: Hands) -> None:
        room = await player.open("维修次日刹车失灵")
        await lies(on, *CHECKPOINTS)

        hands.now += timedelta(minutes=16)
        await player.fill_in(room, {"severity": "S1"})
        hands.now += timedelta(minutes=20)

        posted = automatic(on, room)
        assert [text.split("：")[1].split("（")[0] for text in posted] == [
            "5分钟节点",
            "15分钟节点",
            "30分钟节点",
        ]
        assert all("演练" in text for text in posted)

    on_stage(tmp_path, visit, parts=Parts(clock=False))
