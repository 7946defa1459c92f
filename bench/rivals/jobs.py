"""APScheduler with its job store doing the same: `python -m bench.rivals.jobs URL NUMBER`, figures as JSON.

Every job has its row, as every reminder of ours has. WAL on SQLite as ours has, and no misfire grace: with its default
of one second it would drop most of them.
"""

from __future__ import annotations

import asyncio
import gc
import json
import pickle
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import uvloop
from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from sqlalchemy import create_engine, event

from bench import loop
from bench.figures import percentile

SEEDING = 0.0005

said: list[float] = []


async def say(number: int) -> None:
    """The reminder: noted, and nothing else."""
    said.append(time.time())


def store_as_ours(url: str) -> SQLAlchemyJobStore:
    """Its job store, on SQLite with the write-ahead log and the syncs of ours."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _as_ours)
    return SQLAlchemyJobStore(engine=engine)


def main() -> None:
    """Do it, and print the figures."""
    url, number = sys.argv[1], int(sys.argv[2])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(_burst(url, number))))


async def _burst(url: str, number: int) -> dict[str, float]:
    store = store_as_ours(url)
    scheduler = AsyncIOScheduler(jobstores={"default": store}, timezone=UTC)
    scheduler.start(paused=True)
    due = datetime.now(UTC) + timedelta(seconds=2 + number * SEEDING)
    _seed(scheduler, store, number, due)
    blocks: list[float] = []
    gc.collect()
    gc.freeze()
    watching = asyncio.create_task(loop.watch(blocks))
    scheduler.resume()
    await asyncio.sleep((due - datetime.now(UTC)).total_seconds() - 0.5)
    began = time.process_time()
    while len(said) < number:  # noqa: ASYNC110 - an Event would be one more thing for each of its jobs to do
        await asyncio.sleep(0.01)
    cpu = time.process_time() - began
    watching.cancel()
    scheduler.shutdown(wait=False)
    late = [(at - due.timestamp()) * 1000 for at in said]
    return {
        "first": min(late),
        "p99": percentile(late, 0.99),
        "last": max(late),
        "block": max(blocks, default=0.0) * 1000,
        "cpu": cpu * 1000 / number,
    }


def _seed(scheduler: AsyncIOScheduler, store: SQLAlchemyJobStore, number: int, due: datetime) -> None:
    """Straight into its table in one go: what is measured is not the adding."""
    rows: list[dict[str, Any]] = []
    for each in range(number):
        job = Job(
            scheduler,
            id=f"reminder-{each}",
            func=say,
            trigger=DateTrigger(due),
            args=(each,),
            kwargs={},
            name="reminder",
            misfire_grace_time=None,
            coalesce=False,
            max_instances=1,
            executor="default",
            next_run_time=due,
        )
        state = pickle.dumps(job.__getstate__(), store.pickle_protocol)
        rows.append({"id": job.id, "next_run_time": due.timestamp(), "job_state": state})
    with store.engine.begin() as connection:
        connection.execute(store.jobs_t.insert(), rows)


def _as_ours(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


if __name__ == "__main__":
    main()
