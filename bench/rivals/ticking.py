"""APScheduler with one job a second from its job store, until it is told to stop: `... bench.rivals.ticking URL`."""

from __future__ import annotations

import sys
from datetime import UTC

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.blocking import BlockingScheduler


def look() -> None:
    """What it would do is left out."""


def main() -> None:
    """Tick."""
    stores = {"default": SQLAlchemyJobStore(url=sys.argv[1])}
    scheduler = BlockingScheduler(jobstores=stores, timezone=UTC)
    scheduler.add_job(look, "interval", seconds=1)
    scheduler.start()


if __name__ == "__main__":
    main()
