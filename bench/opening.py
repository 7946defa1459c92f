"""How soon people are called and the room is ready, beside an opener that makes one call after another."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.figures import Line
from bench.rivals.opener import open_incident
from bot.demo.player import REPORTER, Player, form_values, scenarios
from bot.demo.stage import TOKEN, Stage, stage
from bot.logs import set_up
from bot.slack.client import web_client
from sandbox.world import Call, Channel

LATENCY = 0.150
"""Seconds which the local Slack takes for each call."""

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
    """Crises of ours and of the rival in turn, on one local Slack."""
    set_up("ERROR")
    us, them = [], []
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder)) as on:
            on.faults.latency = LATENCY
            for number in range(ROUNDS):
                us.append(await _ours(on))
                them.append(await _rival(on, f"rival-{number}"))
    return [
        _line("first person called", [t.person for t in us], [t.person for t in them], 1.3),
        _line("room finished", [t.room for t in us], [t.room for t in them], 4.0),
    ]


def _line(what: str, us: list[float], them: list[float], most: float) -> Line:
    ours, theirs = median(us), median(them)
    print(f"  {what}: {ours / LATENCY:.2f} calls' time, rival {theirs / LATENCY:.2f}", file=sys.stderr)
    return Line(what, ours, theirs, "s", NAMED, f"{most} calls' time", ours <= most * LATENCY)


async def _ours(on: Stage) -> Times:
    """Open with the form, wait for the room, fill in the checklist, wait for the pages."""
    player, scenario = Player(on), scenarios()[SCENARIO]
    place = on.world.channel_named("service-network")
    assert place is not None
    known = set(on.world.channels)
    await on.driver.say(REPORTER, place.id, f"/crisis open {scenario.what}")
    view = (await player.until(lambda: on.world.views_of(REPORTER)))[-1]
    opened_at, before = time.monotonic(), len(on.world.calls)
    await on.driver.submit(REPORTER, view.id, {"type": "A"})
    await on.driver.dismiss(REPORTER, view.id, everything=True)
    room = await player.until(lambda: _finished(on, known))
    room_at = max(call.at for call in _making(room, on.world.calls[before:]))
    sent_at = await _send_checklist(on, player, room)
    page = await player.until(lambda: _page(on.world.calls, sent_at))
    await player.answer_pages(room)
    await _quiet(on)
    return Times(page.at - sent_at, room_at - opened_at)


async def _send_checklist(on: Stage, player: Player, room: Channel) -> float:
    """Gives the moment at which the form was sent."""
    where = await player.until(lambda: player.button(room, "checklist", REPORTER))
    await on.driver.press(REPORTER, room.id, where.ts, "checklist")
    view = (await player.until(lambda: on.world.views_of(REPORTER)))[-1]
    sent_at = time.monotonic()
    errors = await on.driver.submit(REPORTER, view.id, form_values(scenarios()[SCENARIO].answers))
    assert not errors, errors
    await on.driver.dismiss(REPORTER, view.id, everything=True)
    return sent_at


def _finished(on: Stage, known: set[str]) -> Channel | None:
    """The new room, once its people are in it and its first message is pinned."""
    rooms = [room for key, room in on.world.channels.items() if key not in known and not room.is_im]
    return next((room for room in rooms if room.pins and room.topic and REPORTER in room.members), None)


def _making(room: Channel, calls: list[Call]) -> list[Call]:
    """Created, all invited, state card posted and pinned, topic set; each for the first time."""
    steps = (
        "conversations.create",
        "conversations.invite",
        "chat.postMessage",
        "conversations.setTopic",
        "pins.add",
    )
    found = {}
    for call in calls:
        if call.args.get("channel", room.id) == room.id and call.method in steps:
            found.setdefault(call.method, call)
    assert len(found) == len(steps), sorted(found)
    return list(found.values())


def _page(calls: list[Call], since: float) -> Call | None:
    """The first message to a person."""
    return next((call for call in calls if call.at >= since and _is_page(call)), None)


def _is_page(call: Call) -> bool:
    return call.method == "chat.postMessage" and str(call.args.get("channel", "")).startswith("U")


async def _quiet(on: Stage) -> None:
    """Wait until nothing more is sent, so that the next in turn has the local Slack to itself."""
    while (wait := on.world.calls[-1].at + QUIET - time.monotonic()) > 0:  # noqa: ASYNC110 - silence tells nobody
        await asyncio.sleep(wait)


async def _rival(on: Stage, name: str) -> Times:
    digest = on.world.channel_named("service-network")
    assert digest is not None
    digest.members.add(on.world.bot_id)
    client = web_client(TOKEN, f"{on.url}/api/")
    before, began_at = len(on.world.calls), time.monotonic()
    await open_incident(client, name, digest.id, REPORTER, ["U04", "U05", "U06"])
    assert client.session is not None
    await client.session.close()
    made = on.world.calls[before:]
    called = next(call for call in made if call.method == "conversations.invite")
    return Times(called.at - began_at, made[-1].at - began_at)
