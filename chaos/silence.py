"""The bot is gone for a day: what it has left with Slack must appear in the room, in order and without it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chaos.campaign import Report, Tell, battlefield, fight, nothing, undisturbed
from chaos.databases import Databases
from chaos.town import Town

DAY = timedelta(hours=24, minutes=5)
MARK = "[GH-"


class Slow:
    """A wall clock that can be put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        """The time in Slack, aware."""
        return datetime.now(UTC) + self.ahead


async def a_day_without(databases: Databases, crises: int, seed: int, patience: float, tell: Tell) -> Report:
    """Live through some crises, stop the bot, let a day pass."""
    clock, expected = Slow(), await undisturbed(databases, closes=False)
    async with battlefield(databases, ("serve",), crises, seed, patience=patience, now=clock.now) as on:
        report = await fight(on, "silence", expected, nothing, tell, closes=False)
        await on.keeper.stop()
        clock.ahead = DAY
        on.town.world.settle()
        report.blows = 1
        for room in on.town.rooms():
            backups = _backups(on.town, room.id)
            missing = expected["(left with Slack)"] - len(backups)
            report.verdict.deliveries += len(backups)
            report.verdict.lost += [f"{room.name}: a backup did not appear"] * max(0, missing)
            report.verdict.doubled += [f"{room.name}: a backup too many"] * max(0, -missing)
    return report


def _backups(here: Town, room: str) -> list[str]:
    return [message.text for message in here.world.messages[room] if MARK in message.text]
