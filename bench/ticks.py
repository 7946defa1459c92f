"""What it costs to look at the time once, however many crises lie behind us; and to store sixty reminders."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from sqlalchemy import Engine, insert, text

from bench import seeds
from bench.databases import emptied, postgres, sqlite
from bench.figures import Line
from bench.rivals.jobs import store_as_ours
from bot.chat import Send
from bot.clock import Clock
from bot.store import Consequences, Moments, Store, Work, make_engine
from bot.store.tables import incidents

CLOSED = (100, 10_000, 1_000_000)
LOOKS = 300
SIXTY = 60
TOGETHER = 50_000
FLAT = 1.2
CLOSED_AT = datetime(2026, 1, 1, tzinfo=UTC)
FEW = "ours with a hundred closed crises"
ADDED = "APScheduler's job store, sixty add_job"


async def measure() -> list[Line]:
    """The same on both databases."""
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        for name, fresh in (("SQLite", sqlite(Path(folder))), ("PostgreSQL", emptied(server))):
            lines += await _looks(name, fresh())
            lines.append(await asyncio.to_thread(_stored, name, fresh(), fresh()))
    return lines


async def _looks(name: str, url: str) -> list[Line]:
    engine, before, costs = make_engine(url), 0, []
    for number in CLOSED:
        await asyncio.to_thread(_close, engine, number - before)
        before = number
        costs.append(await _look(url))
    return [
        Line(
            f"one look, {number:,} closed, {name}",
            cost,
            costs[0],
            "ms",
            FEW,
            "<= 1.2",
            cost <= FLAT * costs[0],
        )
        for number, cost in zip(CLOSED[1:], costs[1:], strict=True)
    ]


def _close(engine: Engine, number: int) -> None:
    row = {"declared_at": CLOSED_AT, "closed_at": CLOSED_AT, "title": "x", "grade": "green", "entries": 40}
    with engine.begin() as connection:
        for start in range(0, number, TOGETHER):
            connection.execute(insert(incidents), [row] * min(TOGETHER, number - start))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


async def _look(url: str) -> float:
    """Milliseconds of the clock's round and the outbox's, the median of many."""
    silent = Consequences(react=lambda incident: [], next_due=lambda incident: None)
    now = datetime.now(UTC)
    store = Store(make_engine(url), silent, lambda: Moments(now, now))
    clock = Clock(store, *seeds.policy())
    lease = timedelta(seconds=10)
    times = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        await clock.tick()
        await store.run(lambda work: work.outbox.claim("bench", 20, lease))
        times.append((time.perf_counter() - began) * 1000)
    await asyncio.to_thread(store.close)
    return median(times[LOOKS // 10 :])


def _stored(name: str, url: str, theirs: str) -> Line:
    ours, rival = median(_ours(url)), median(_rival(theirs))
    what = f"{SIXTY} reminders stored, {name}"
    return Line(what, ours, rival, "ms", ADDED, "<= 15 ms", ours <= 15)


def _ours(url: str) -> list[float]:
    silent = Consequences(react=lambda incident: [], next_due=lambda incident: None)
    now = datetime.now(UTC)
    store = Store(make_engine(url), silent, lambda: Moments(now, now))
    store.run_now(lambda work: work.incidents.new_id(now))

    def unit(work: Work, number: int) -> None:
        work.outbox.put(
            Send(
                key=f"{number}/{n}", incident=1, deed="post", lane=f"{n}", card="update", args={"name": "48h"}
            )
            for n in range(SIXTY)
        )

    times = [
        _timed(lambda number=number: store.run_now(lambda work: unit(work, number))) for number in range(10)
    ]  # type: ignore[misc]
    store.close()
    return times


def _rival(url: str) -> list[float]:
    scheduler = BackgroundScheduler(jobstores={"default": store_as_ours(url)}, timezone=UTC)
    scheduler.start(paused=True)
    later = datetime.now(UTC) + timedelta(days=1)

    def add() -> None:
        for _ in range(SIXTY):
            scheduler.add_job(print, DateTrigger(later), args=("48h",))

    times = [_timed(add) for _ in range(5)]
    scheduler.shutdown(wait=False)
    return times


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000
