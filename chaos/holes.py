"""Holes are torn into the database and into Slack under the bot at work; the auditor mends each in time."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, create_engine, delete, select, update

from bot.store.tables import incidents, sends
from chaos.campaign import LOOK, Field, Report, Tell, battlefield, fight, nothing, undisturbed
from chaos.databases import Databases
from chaos.oracle import judge_crises
from chaos.town import Town, key_of

IN_TIME = 120.0
"""Seconds in which every hole must be mended (goal R7)."""

ORPHAN = "GH-{crisis}-99-60min"


@dataclass(frozen=True)
class Hole:
    """Something that is not as it should be, and how to see that it is again."""

    name: str
    is_mended: Callable[[Connection], bool]


async def all_mended(databases: Databases, crises: int, seed: int, patience: float, tell: Tell) -> Report:
    """Live through some crises, tear holes into each, and see how long each stays."""
    expected = await undisturbed(databases, closes=False)
    async with battlefield(databases, ("serve",), crises, seed, patience=patience) as on:
        report = await fight(on, "holes", expected, nothing, tell, closes=False)
        holes = await asyncio.to_thread(_torn, on)
        began = time.monotonic()
        open_ones = await _those_left(on.database, holes)
        report.blows = len(holes)
        report.verdict = await asyncio.to_thread(judge_crises, on.town, on.database, crises, expected)
        # What had vanished from Slack can only be said behind what came after it.
        report.verdict.disordered.clear()
        report.verdict.longest = time.monotonic() - began
        report.verdict.lost += [f"not mended: {hole.name}" for hole in open_ones]
    return report


async def _those_left(database: str, holes: list[Hole]) -> list[Hole]:
    """Those that are still open when the time is over."""
    engine, still_open = create_engine(database), holes

    def look() -> list[Hole]:
        with engine.connect() as connection:
            return [hole for hole in still_open if not hole.is_mended(connection)]

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(IN_TIME):
            while still_open := await asyncio.to_thread(look):  # noqa: ASYNC110 - the database rings nobody
                await asyncio.sleep(LOOK)
    engine.dispose()
    return still_open


def _torn(on: Field) -> list[Hole]:
    engine = create_engine(on.database)
    with engine.begin() as connection:
        numbers = connection.execute(select(incidents.c.id)).scalars().all()
        holes = [hole for number in numbers for hole in _tear(on.town, connection, number)]
    engine.dispose()
    return holes


def _tear(here: Town, connection: Connection, crisis: int) -> Iterator[Hole]:
    yield _forgotten_time(connection, crisis)
    yield _lost_row(connection, f"{crisis}/state/0")
    yield _lost_row(connection, f"{crisis}/pin/0")
    yield _lost_row(connection, f"{crisis}/grade/0")
    _delete_message(here, f"{crisis}/grade/0")
    yield _held_for_ever(connection, f"{crisis}/tasks/0")
    yield _lost_backup(here, crisis)
    yield _orphan(here, crisis)


def _forgotten_time(connection: Connection, crisis: int) -> Hole:
    ours = incidents.c.id == crisis
    connection.execute(update(incidents).where(ours).values(next_due_at=None))
    column = select(incidents.c.next_due_at).where(ours)
    return Hole(f"{crisis}: next due", lambda now: now.execute(column).scalar() is not None)


def _lost_row(connection: Connection, key: str) -> Hole:
    connection.execute(delete(sends).where(sends.c.key == key))
    return Hole(f"{key}: row lost", _is_sent(key))


def _held_for_ever(connection: Connection, key: str) -> Hole:
    held = {"state": "claimed", "owner": "nobody", "lease_until": None, "ended_at": None}
    connection.execute(update(sends).where(sends.c.key == key).values(**held))
    return Hole(f"{key}: held for ever", _is_sent(key))


def _is_sent(key: str) -> Callable[[Connection], bool]:
    state = select(sends.c.state).where(sends.c.key == key)
    return lambda now: now.execute(state).scalar() == "sent"


def _delete_message(here: Town, key: str) -> None:
    for said in here.world.messages.values():
        said[:] = [message for message in said if key_of(message) != key]


def _lost_backup(here: Town, crisis: int) -> Hole:
    mark = f"[GH-{crisis}-"
    lost = next(one for one in here.world.scheduled.values() if mark in one.message["text"])
    del here.world.scheduled[lost.id]
    text = lost.message["text"].rpartition(" ")[2]
    return Hole(f"{crisis}: backup lost", lambda _now: any(_says(here, text)))


def _orphan(here: Town, crisis: int) -> Hole:
    mark = f"[GH-{crisis}-"
    like = next(one for one in here.world.scheduled.values() if mark in one.message["text"])
    ref = ORPHAN.format(crisis=crisis)
    message = copy.deepcopy(like.message) | {"text": f"x [{ref}]"}
    here.world.scheduled[f"Q{ref}"] = replace(like, id=f"Q{ref}", message=message)
    return Hole(f"{crisis}: orphan", lambda _now: not any(_says(here, ref)))


def _says(here: Town, text: str) -> Iterator[bool]:
    yield from (text in one.message["text"] for one in list(here.world.scheduled.values()))
