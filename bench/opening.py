"""How soon people are called and the room is ready, beside an opener that makes one call after another."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import Line
from bench.rooms import READINGS, Reading
from bot import pauses
from bot.chat import Platform
from bot.demo.hands import Hands
from bot.demo.player import REPORTER, Player, form_values, scenarios
from bot.demo.stage import Stage, stage
from bot.logs import set_up

LATENCY = 0.150
"""Seconds which the local platform takes for each call."""

QUIET = 0.6
"""Seconds without a call after which a crisis has nothing more to say for now."""

ROUNDS = 5
SCENARIO = 7
"""Brakes failed after a repair, somebody is in hospital: red, seven roles paged."""

NAMED = "sequential opener, 11 calls"


@dataclass(frozen=True)
class Times:
    """Seconds from the start to the first person called, and to the finished room."""

    person: float
    room: float


async def measure() -> list[Line]:
    """Crises of ours and of the rival in turn, on each local platform."""
    set_up("ERROR")
    return [*await _on("slack", ""), *await _on("feishu", "Feishu, ")]


async def _on(platform: Platform, where: str) -> list[Line]:
    us, them, reading = [], [], READINGS[platform]
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder), platforms=(platform,)) as on:
            # As the bot does in a process of its own.
            pauses.from_now_on()
            on.faults.latency = LATENCY
            for number in range(ROUNDS):
                us.append(await _ours(on, reading))
                them.append(await _rival(on, reading, f"rival-{number}"))
    return [
        _line(f"{where}first person called", [t.person for t in us], [t.person for t in them], 1.3),
        _line(f"{where}room finished", [t.room for t in us], [t.room for t in them], reading.within),
    ]


def _line(what: str, us: list[float], them: list[float], most: float) -> Line:
    ours, theirs = median(us), median(them)
    print(f"  {what}: {ours / LATENCY:.2f} calls' time, rival {theirs / LATENCY:.2f}", file=sys.stderr)
    return Line(what, ours, theirs, "s", NAMED, f"{most} calls' time", ours <= most * LATENCY)


async def _ours(on: Stage, reading: Reading) -> Times:
    """Open with the form, wait for the room, fill in the checklist, wait for the pages."""
    player, scenario = Player(on), scenarios()[SCENARIO]
    hands = player.hands
    known = [room.id for room in hands.rooms(REPORTER)]
    form = await player.asked(REPORTER, hands.say(REPORTER, f"{hands.opening} {scenario.what}"))
    opened_at, before = await _send(on, hands, form, {"type": "A"})
    room = await player.until(lambda: _finished(hands, reading, known))
    room_at = max(call.at for call in _making(room, reading, on.world.calls[before:]))
    where = await player.until(lambda: player.button(room, "checklist", REPORTER))
    form = await player.asked(REPORTER, hands.press(REPORTER, where, "checklist"))
    sent_at, before = await _send(on, hands, form, form_values(scenario.answers))
    page = await player.until(lambda: next(filter(reading.is_page, on.world.calls[before:]), None))
    await player.answer_pages(room)
    await _quiet(on)
    return Times(page.at - sent_at, room_at - opened_at)


async def _send(on: Stage, hands: Hands, form: Any, values: dict[str, Any]) -> tuple[float, int]:
    """Gives the moment at which the form was sent, and how many calls there had been by then."""
    sent_at, before = time.monotonic(), len(on.world.calls)
    wrong = await hands.send(REPORTER, form, values)
    assert not wrong, wrong
    return sent_at, before


def _finished(hands: Hands, reading: Reading, known: Collection[str]) -> Any:
    """The new room, once its people are in it and its first message is pinned."""
    rooms = (room for room in hands.rooms(REPORTER) if room.id not in known)
    return next((room for room in rooms if reading.is_ready(room)), None)


def _making(room: Any, reading: Reading, calls: list[Any]) -> list[Any]:
    """Created, all invited, state card posted and pinned, headline set; each for the first time."""
    found: dict[str, Any] = {}
    for call in calls:
        if call.method in reading.steps and reading.room_of(call) in ("", room.id):
            found.setdefault(call.method, call)
    assert len(found) == len(reading.steps), sorted(found)
    return list(found.values())


async def _quiet(on: Stage) -> None:
    """Wait until nothing more is sent, so that the next in turn has the local platform to itself."""
    while (wait := on.world.calls[-1].at + QUIET - time.monotonic()) > 0:  # noqa: ASYNC110 - silence tells nobody
        await asyncio.sleep(wait)


async def _rival(on: Stage, reading: Reading, name: str) -> Times:
    before, began_at = len(on.world.calls), time.monotonic()
    await reading.rival(on, name)
    made = on.world.calls[before:]
    called = next(call for call in made if call.method == reading.invites)
    return Times(called.at - began_at, made[-1].at - began_at)
